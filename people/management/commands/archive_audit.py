"""How do old rows leave the audit log? `manage.py archive_audit FOLDER`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from people import audit
from people.audit import archiving


class Command(BaseCommand):
    """Move rows that are older than so many months into a file; the log goes on from its last hash."""

    help = "Move old rows of the audit log into a file, from whose last hash the log goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the folder; twelve months stay unless told."""
        parser.add_argument("folder")
        parser.add_argument("--months", type=int, default=12, help="How many months stay: 6 or more, 12 unless given.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Move them and say what was moved."""
        folder = Path(options["folder"])
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            done = archiving.archive(folder=folder, months=options["months"])
        except archiving.NotArchived as reason:
            raise CommandError(f"Nothing was archived. {reason}") from reason
        except (DatabaseError, audit.NotRecorded) as error:
            raise CommandError("The audit log cannot be read or written at the moment. Run it again later.") from error
        except OSError as error:
            raise CommandError(f"Nothing was archived: {folder} cannot be written ({error.strerror}).") from error
        if done is None:
            self.stdout.write("No row is that old.")
            return
        self.stdout.write(f"{done.path}: {done.rows:,} rows, up to row {done.head.sequence}. Keep it with the backups.")
