"""How does the audit log come into a file? `manage.py export_audit FILE`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from people import audit
from people.audit import exporting, reading
from people.audit_filter import AuditFilterForm

_ASKED = ("event", "since", "until", "person", "thing")


class Command(BaseCommand):
    """Write rows of the audit log into a file, as JSON lines or CSV."""

    help = "Write the audit log into a new file: JSON lines, or CSV where its name ends so."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the file; offer what the page of auditors offers."""
        parser.add_argument("file")
        parser.add_argument("--event", choices=audit.Event.values, help="Only this event.")
        parser.add_argument("--since", metavar="DAY", help="From this day, as 2026-01-31.")
        parser.add_argument("--until", metavar="DAY", help="Up to and with this day.")
        parser.add_argument("--person", help="Only what this account did or what was done to it: number or address.")
        parser.add_argument("--thing", metavar="IDENTIFIER", help="Only what is about this entry or object.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it; nothing that stands is written over."""
        path = Path(options["file"])
        form = AuditFilterForm({name: options[name] or "" for name in _ASKED})
        if not form.is_valid():
            raise CommandError("; ".join(f"{name}: {' '.join(map(str, words))}" for name, words in form.errors.items()))
        if path.exists():
            raise CommandError(f"{path} is there already. Give the name of a new file.")
        kind = "csv" if path.suffix == ".csv" else "jsonl"
        asked = form.asked()
        try:
            about = {**asked.about(), "format": kind}
            audit.record(event=audit.Event.AUDIT_EXPORTED, kind="asked", ids=asked.things(), data=about)
            rows = reading.asked_for(asked).order_by("sequence")
            digest = exporting.write(path, exporting.FORMATS[kind](rows.iterator(chunk_size=2000)))
        except (audit.NotRecorded, DatabaseError) as error:
            raise CommandError(
                "The audit log cannot be read or written at the moment; nothing was exported."
            ) from error
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{path}: SHA-256 {digest}")
        if kind == "csv" or asked.has_gaps:
            self.stdout.write("verify_audit cannot check it: that takes JSON lines, narrowed by time at most.")
