"""How is a backup made? `manage.py backup [FOLDER]`."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backups import making, sources
from config.backups.facts import BackupNotMade
from people import audit


def at_least_one(text: str) -> int:
    """Return a number of backups to keep. Raises ValueError for anything below one."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


class Command(BaseCommand):
    """Write databases, uploads and secrets into one file; the site goes on meanwhile."""

    help = "Back up databases, uploads and secrets into one file. The site may run meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer folder, passphrase and how many to keep."""
        parser.add_argument("folder", nargs="?", help="Where to put it; the folder backups in VAR_DIR unless given.")
        parser.add_argument("--keep", type=at_least_one, metavar="N", help="Afterwards remove all but the newest N.")
        parser.add_argument(
            "--passphrase-file", default=settings.BACKUP_PASSPHRASE_FILE, metavar="FILE", help="Seal it with this text."
        )
        parser.add_argument("--without-keys", action="store_true", help="Leave out the secrets of the settings.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and say what is in it."""
        folder = Path(options["folder"] or sources.var_dir() / "backups").absolute()
        try:
            made = making.make(
                folder=folder,
                passphrase_file=options["passphrase_file"],
                keys=not options["without_keys"],
                keep=options["keep"],
            )
        except BackupNotMade as problem:
            audit.note(event=audit.Event.BACKUP, outcome=audit.Outcome.FAILED)
            raise CommandError(f"No backup was made. {problem}") from problem
        audit.note(event=audit.Event.BACKUP)
        state = made.manifest
        self.stdout.write(
            f"Backup: {made.path}, {made.size:,} bytes in {made.seconds} s: "
            f"{len(state.databases)} database(s) with {state.rows:,} rows, {state.media:,} uploads, "
            f"secrets {'included' if state.keys else 'left out'}."
        )
        if state.gone:
            self.stdout.write(f"Deleted while the backup was made, and not in it: {len(state.gone)} uploads.")
        if made.removed:
            self.stdout.write(f"Removed: {', '.join(made.removed)}.")
        if not made.sealed:
            self.stderr.write(
                "This backup is not sealed: whoever has the file reads every entry, whatever its marking, and every "
                "secret. Set BACKUP_PASSPHRASE_FILE."
            )
