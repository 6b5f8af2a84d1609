"""Is the audit log what was written? `manage.py verify_audit`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from people import audit
from people.audit import archiving, chain, exporting
from people.audit.chain import Finding, Head


class Command(BaseCommand):
    """Go through the chain of the log, or of a file that came out of it."""

    help = "Go through the audit log and name the first row that is not as it was written. Ends with 1 if there is one."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer a head that was kept outside, a place to keep the new one, and files instead of the log."""
        parser.add_argument("--against", metavar="FILE", help="A head that an earlier check wrote with --keep.")
        parser.add_argument("--keep", metavar="FILE", help="Write the head there, to be kept outside of this machine.")
        parser.add_argument("--file", action="append", default=[], help="Go through an export or archive instead.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how it stands."""
        if options["file"]:
            for name in options["file"]:
                self._file(Path(name))
            return
        found = chain.check(known=self._known(options["against"]))
        outcome = audit.Outcome.DONE if found.sound else audit.Outcome.FAILED
        audit.note(event=audit.Event.AUDIT_CHECKED, outcome=outcome, data={"through": found.head.sequence})
        if options["keep"] and found.sound:
            try:
                exporting.write(Path(options["keep"]), [found.head.text() + "\n"])
            except OSError as error:
                raise CommandError(f"{options['keep']} cannot be written: {error.strerror}.") from error
        self._say("The audit log", found)

    def _known(self, name: str | None) -> Head | None:
        if not name:
            return None
        try:
            return chain.head_from(Path(name).read_text(encoding="utf-8"))
        except OSError as error:
            raise CommandError(f"{name} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise CommandError(f"{name} holds no head of an audit log.") from error

    def _file(self, path: Path) -> None:
        if path.suffix == ".csv":
            raise CommandError(f"{path} cannot be checked: that takes JSON lines.")
        try:
            found = exporting.verify_file(path)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except (ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{path} is not to be trusted: it is no file of audit rows, or a torn one.") from error
        if found.has_gap:
            raise CommandError(
                f"{path} has gaps: {found.trouble}. If it was narrowed by event, person or thing when it was exported, "
                "that is why, and it cannot be checked; otherwise somebody took rows out."
            )
        self._say(str(path), found)
        for anchor in archiving.archives():
            if anchor.through == found.head.sequence:
                if anchor.hash != found.head.hash:
                    raise CommandError(f"{path} is not what was archived up to row {anchor.through}.")
                self.stdout.write("The log goes on from its last row.")

    def _say(self, what: str, found: Finding) -> None:
        if not found.sound:
            raise CommandError(f"{what} is not as it was written: {found.trouble}.")
        self.stdout.write(f"{what} is whole: {found.rows:,} rows, the last one {found.head.text()}")
