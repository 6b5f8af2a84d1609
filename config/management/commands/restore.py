"""How is a backup put in place? `manage.py restore FILE`."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backups import restoring
from config.backups.facts import BackupNotMade, NotRestored
from config.backups.restoring import Restored
from config.backups.sealing import passphrase_from
from people import audit


class Command(BaseCommand):
    """Verify a backup, then put it in the place of what stands."""

    help = "Verify a backup, then put it in place. The web server and the worker must not run."
    # A restore that was interrupted is what the checks would report.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the file, or for the end of an interrupted restore."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("file", nargs="?", help="The backup.")
        what.add_argument("--finish", action="store_true", help="Bring a restore to its end that was interrupted.")
        parser.add_argument("--replace", action="store_true", help="Replace what stands here; it is backed up first.")
        form = parser.add_mutually_exclusive_group()
        form.add_argument(
            "--passphrase-file", default=settings.BACKUP_PASSPHRASE_FILE, metavar="FILE", help="What it is sealed with."
        )
        form.add_argument("--plain", action="store_true", help="It is not sealed, and I know where it comes from.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore and say what stands now."""
        try:
            if options["finish"]:
                restored = restoring.finish(say=self._say)
            else:
                restored = restoring.restore(
                    path=Path(options["file"]),
                    passphrase=passphrase_from(options["passphrase_file"]),
                    plain=options["plain"],
                    replace=options["replace"],
                    say=self._say,
                )
        except (NotRestored, BackupNotMade) as problem:
            raise CommandError(f"Not restored. {problem}") from problem
        audit.note(event=audit.Event.RESTORE)
        self._collect_static()
        if not options["finish"]:
            self._say(
                "The backup is plain: nothing proves who wrote it." if options["plain"] else "The backup is sealed."
            )
        self._report(restored)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _report(self, restored: Restored) -> None:
        state = restored.state
        for alias, tables in restored.rows.items():
            self.stdout.write(f"Rows of {alias}:")
            for table, (expected, found) in tables.items():
                if expected or found:
                    other = "" if expected == found else f"  (in the backup {expected:,}; migrations changed it)"
                    self.stdout.write(f"  {table:<44} {found:>9,}{other}")
        self.stdout.write(f"Uploads: {restored.media:,} of {state.media:,}.")
        if restored.keys:
            self.stdout.write(
                f"These secrets of the backup are not those of this installation: {', '.join(restored.keys)}. They are "
                f"in {restored.keys_path}: put its lines into the file of settings, then remove it."
            )
        elif not state.keys:
            self.stdout.write("The backup holds no secrets: set SECRET_KEY and the others as they were.")
        self.stdout.write(
            f"Restored: the state of {state.made_at}. Everybody signs in anew. Start the web server and the worker."
        )

    def _collect_static(self) -> None:
        """Have what pages need beside the data: on an empty machine it is not there yet."""
        if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
            call_command("collectstatic", interactive=False, verbosity=0)
