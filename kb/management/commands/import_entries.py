"""How do many public records become entries? `manage.py import_entries`."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kb.importing.batches import Order
from kb.importing.files.base import FileUnusable, Wishes
from kb.importing.files.json_lines import JsonLines
from kb.importing.files.opening import FORMATS, Rejects, open_rejects, open_table
from kb.importing.mapping import fit
from kb.importing.progress import Progress
from kb.importing.report import Report
from kb.importing.running import Import
from kb.models import Concept
from people.models import User
from people.roles import Action
from people.viewers import viewer_of

UNUSABLE = 2
STOPPED = 130


class Command(BaseCommand):
    """Idempotent: what did not change since the last run is passed over, and what was edited here is left alone."""

    help = (
        "Import public records from CSV, JSON lines or XLSX as published entries, or as drafts. "
        "Ends with 0, with 1 where some records are bad, with 2 where nothing could be used."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, the person, and what the file does not say of itself."""
        parser.add_argument("file", type=Path, help="a .csv, .tsv, .jsonl or .xlsx file")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the account that answers for the import")
        parser.add_argument("--mapping", type=Path, help="TOML or JSON: which column feeds which field")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
        parser.add_argument("--draft", action="store_true", help="make drafts instead of published entries")
        parser.add_argument("--overwrite", action="store_true", help="change entries, too, that were edited here since")
        parser.add_argument("--rejects", type=Path, help="write bad records to this file, in the format of the first")
        parser.add_argument("--batch", type=int, default=100, help="records in one transaction, at most (100)")
        parser.add_argument("--format", default="", choices=["", *sorted(FORMATS)], help="where the ending says none")
        parser.add_argument("--encoding", default="", help="such as utf-8, utf-16, cp1252; found out unless given")
        parser.add_argument("--delimiter", default="", help="one sign, or: tab, comma, semicolon, pipe")
        parser.add_argument("--sheet", default="", help="the sheet of a workbook; the first unless given")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, say what was done, and end with the number that says how it went."""
        path: Path = options["file"]
        by = self._person(options["by"])
        if options["batch"] < 1:
            raise CommandError("--batch has to be 1 or more.", returncode=UNUSABLE)
        if not Concept.objects.exists():
            raise CommandError("There are no vocabularies yet. Run: manage.py load_vocabularies", returncode=UNUSABLE)
        wishes = Wishes(*(options[name] for name in ("format", "encoding", "delimiter", "sheet")))
        rejects: Rejects | None = None
        try:
            table = open_table(path, wishes)
            mapping = fit(table.shape.columns, options["mapping"], each_record=isinstance(table, JsonLines))
            rejects = self._rejects(options["rejects"], (path, options["mapping"]), table.shape)
            order = Order(
                by=by,
                note=path.name[:200],
                draft=options["draft"],
                overwrite=options["overwrite"],
                dry_run=options["dry_run"],
                batch=options["batch"],
            )
            progress = Progress(sys.stderr)
            report = Import(table, mapping, order, rejects, progress.tell).run()
            progress.end()
        except FileUnusable as error:
            raise CommandError(str(error), returncode=UNUSABLE) from None
        except KeyboardInterrupt:
            words = "Stopped. What was written stays; the same command goes on from there."
            raise CommandError(words, returncode=STOPPED) from None
        finally:
            if rejects is not None:
                rejects.close()
        self._tell(report, options["rejects"])

    def _person(self, email: str) -> User:
        """Return the account. Raises CommandError where there is none, or where it may not publish."""
        by = User.objects.filter(email__iexact=email.strip()).first()
        if by is None:
            raise CommandError(f"There is no account {email}. Give the address of one.", returncode=UNUSABLE)
        viewer = viewer_of(by)
        if not (viewer.may(Action.EDIT_ENTRIES) and viewer.may(Action.PUBLISH)):
            raise CommandError(
                f"{email} may not publish entries: the account needs an active membership and the role of a reviewer.",
                returncode=UNUSABLE,
            )
        return by

    def _rejects(self, path: Path | None, others: tuple[Path | None, ...], shape: Any) -> Rejects | None:
        if path is None:
            return None
        if any(other is not None and path.resolve() == other.resolve() for other in others):
            raise CommandError(f"--rejects would overwrite {path}. Give another name.", returncode=UNUSABLE)
        return open_rejects(path, shape)

    def _tell(self, report: Report, rejects: Path | None) -> None:
        """Print the report. Raises CommandError where records were bad."""
        encoding = getattr(self.stdout, "encoding", None) or "utf-8"
        for line in report.lines():
            # A terminal that lacks a letter is no reason to end before the numbers.
            self.stdout.write(line.encode(encoding, "replace").decode(encoding))
        if rejects is not None and not report.bad_count:
            rejects.unlink(missing_ok=True)
        if report.dry_run:
            self.stdout.write("Nothing was written: this was a dry run.")
        if report.exit_code:
            where = f" They stand in {rejects}; mend them there and import that file." if rejects else ""
            many = (
                "No record" if report.exit_code == UNUSABLE else f"{report.bad_count:,} of {report.records:,} records"
            )
            verb = "could be used" if report.exit_code == UNUSABLE else "could not be used"
            raise CommandError(f"{many} {verb}.{where}", returncode=report.exit_code)
