"""Is a file a whole backup? `manage.py verify_backup FILE`."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backups import reading
from config.backups.facts import BackupNotMade, Damaged, NotSealed, OtherVersion, WrongPassphrase
from config.backups.sealing import passphrase_from


class Command(BaseCommand):
    """Look at every byte of a backup; change nothing."""

    help = "Look at every byte of a backup and say whether it is whole. Changes nothing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the file."""
        parser.add_argument("file")
        form = parser.add_mutually_exclusive_group()
        form.add_argument(
            "--passphrase-file", default=settings.BACKUP_PASSPHRASE_FILE, metavar="FILE", help="What it is sealed with."
        )
        form.add_argument("--plain", action="store_true", help="It is not sealed, and I know where it comes from.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and say what is in it."""
        path = Path(options["file"])
        try:
            state = reading.verify(path, passphrase_from(options["passphrase_file"]), plain=options["plain"])
        except (Damaged, NotSealed, WrongPassphrase, OtherVersion, BackupNotMade) as problem:
            raise CommandError(f"{path} is not to be trusted. {problem}") from problem
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        form = "plain, so that nothing proves who wrote it" if options["plain"] else "sealed"
        self.stdout.write(
            f"{path} is whole and {form}: made {state.made_at} by version {state.version}, "
            f"{len(state.databases)} database(s) with {state.rows:,} rows, {state.media:,} uploads, "
            f"secrets {'included' if state.keys else 'left out'}."
        )
