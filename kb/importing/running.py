"""How does a whole file become entries: in small transactions, without harm if it is stopped or run again?"""

import time
from collections.abc import Callable, Iterable, Sequence

from django.conf import settings
from django.utils import timezone

from kb.choices import EntryKind
from kb.importing.batches import Address, BatchWriter, Order, Prepared
from kb.importing.entries import EntryMaker, Original, fits, originals_of
from kb.importing.files.base import Record, RecordUnusable, Table
from kb.importing.files.opening import Rejects
from kb.importing.mapping import Mapping
from kb.importing.reading import RowReader
from kb.importing.report import Report
from kb.importing.rows import Row
from kb.importing.standing import Stand, Standing, stands_of, unchanged
from kb.importing.terms import Terms
from kb.models import Entry
from kb.vocabulary import vocabulary
from people.viewers import viewer_of

Tell = Callable[[int, int], None]


class Import:
    """One run over one file."""

    def __init__(self, table: Table, mapping: Mapping, order: Order, rejects: Rejects | None, tell: Tell) -> None:
        """Read what stays the same during the run."""
        now = timezone.now()
        today = timezone.localdate(now)
        self.table = table
        self.mapping = mapping
        self.order = order
        self.rejects = rejects
        self.tell = tell
        self.viewer = viewer_of(order.by)
        self.reader = RowReader(mapping, Terms(vocabulary()), today)
        self.maker = EntryMaker(live=not order.draft, at=now, today=today)
        self.report = Report(
            table.shape, mapping, self.reader.cleaned, self.reader.terms.unknown, dry_run=order.dry_run
        )
        self.writer = BatchWriter(order, self.report, self._reject_row)
        self.first: dict[Address, int] = {}
        self.language: dict[str, str] = {}
        self.several: set[str] = set()  # works that the file has in more than one language
        # What a dry run would have written: the keys of the works, and the originals that have versions in the file.
        self.planned_keys: set[str] = set()
        self.planned: dict[str, Original] = {}

    def run(self) -> Report:
        """Take the file in and return the report. Raises FileUnusable before anything is written."""
        started = time.monotonic()
        total = self._look_through()
        batch: list[Row] = []
        patterns: list[Row] = []
        translations: list[Row] = []
        for record in self.table.records():
            self.report.records += 1
            row = self._read(record)
            if row is None:
                continue
            if row.language != self.language[row.source_key]:
                translations.append(row)
            elif row.options:
                patterns.append(row)
            else:
                batch = self._add(batch, row)
            self.tell(self.report.records - len(patterns) - len(translations), total)
        self._take(batch)
        # What stands on others comes after them: patterns on their options, versions on their originals.
        for later in (patterns, translations):
            batch = []
            for row in later:
                batch = self._add(batch, row)
            self._take(batch)
        self.tell(total, total)
        self.report.seconds = time.monotonic() - started
        return self.report

    def _look_through(self) -> int:
        """Read the whole file once before anything is written; return how many records it has.

        Notes where each record stands first, and in which language each work begins: of several, the one that the
        site names first.
        """
        order = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]
        total = 0
        for record in self.table.records():
            total += 1
            try:
                address = self.reader.address_of(record)
            except RecordUnusable:
                continue
            self.first.setdefault(address, record.line)
            key, language = address
            known = self.language.get(key)
            if known is not None and known != language:
                self.several.add(key)
            if known is None or order.index(language) < order.index(known):
                self.language[key] = language
        for start in range(0, len(self.language), 500):
            keys = list(self.language)[start : start + 500]
            stored = Entry.objects.originals().filter(source_key__in=keys)
            self.language |= dict(stored.values_list("source_key", "locale__language_code"))
        return total

    def _read(self, record: Record) -> Row | None:
        try:
            row = self.reader.read(record)
        except RecordUnusable as error:
            self._reject(record, str(error))
            return None
        first = self.first[row.address]
        if first != record.line:
            self._reject(
                record,
                f"{self.table.shape.unit} {first} has the same key and language. Give each record a key of its own.",
            )
        elif row.problems:
            self._reject(record, " ".join(row.problems))
        else:
            return row
        return None

    def _reject(self, record: Record, problem: str) -> None:
        self.report.note_bad(record.line, problem)
        if self.rejects is not None:
            self.rejects.write(record, problem)

    def _reject_row(self, row: Row, problem: str) -> None:
        self._reject(row.record or Record(row.line, {}), problem)

    def _add(self, batch: list[Row], row: Row) -> list[Row]:
        batch.append(row)
        if len(batch) < self.writer.size:
            return batch
        self._take(batch)
        return []

    def _take(self, rows: Sequence[Row]) -> None:
        """Bring one batch in: what is the same is passed over, the rest is made ready and written at once."""
        digests = {row.address: row.digest() for row in rows}
        same = unchanged(rows, digests=digests)
        self.report.unchanged += len(same)
        rest = [row for row in rows if row.address not in same]
        if not rest:
            return
        originals = {**originals_of(row.source_key for row in rest), **self.planned}
        options = self._options(rest)
        stands = stands_of(rest, digests=digests, viewer=self.viewer, overwrite=self.order.overwrite)
        ready: list[Prepared] = []
        for row in rest:
            stand = stands[row.address]
            if stand.standing == Standing.KEPT:
                self.report.note_kept(row.line, row.texts["title"], stand.why)
                continue
            prepared = self._prepare(row, stand, originals.get(row.source_key), options)
            if prepared is not None:
                ready.append(prepared)
        if ready and not self.order.dry_run:
            ready = self.writer.write(ready, digests)
        self.report.new += sum(stands[each.row.address].standing == Standing.NEW for each in ready)
        self.report.changed += sum(stands[each.row.address].standing == Standing.CHANGED for each in ready)
        if self.order.dry_run:
            self._plan(ready)

    def _plan(self, ready: Iterable[Prepared]) -> None:
        """Remember in a dry run what later rows would find."""
        for each in ready:
            key = each.row.source_key
            if each.row.language == self.language[key]:
                self.planned_keys.add(key)
                if key in self.several:
                    self.planned[key] = Original(each.version.entry, list(each.version.concepts))

    def _options(self, rows: Iterable[Row]) -> dict[str, int]:
        """Return the keys of the originals that the options of these rows name, as far as `by` may know of them."""
        named = {option for row in rows for option in row.options}
        if not named:
            return {}
        reached = Entry.objects.editable_by(self.viewer).originals()
        own = {f"{self.mapping.source}:{option}": option for option in named}
        found = dict(reached.filter(public_id__in=named).values_list("public_id", "pk"))
        found |= dict(reached.filter(source_key__in=named).values_list("source_key", "pk"))
        for key, pk in reached.filter(source_key__in=own).values_list("source_key", "pk"):
            found[own[key]] = pk
        if self.order.dry_run:
            found |= {option: 0 for key, option in own.items() if key in self.planned_keys}
        return found

    def _prepare(self, row: Row, stand: Stand, original: Original | None, options: dict[str, int]) -> Prepared | None:
        """Make the entry of a row and check it as a publication would; None where it is bad, which is noted."""
        translates = row.language != self.language[row.source_key]
        missing = [] if translates else [option for option in row.options if option not in options]
        problem = f"options: there is no entry {', '.join(missing)}." if missing else ""
        if translates:
            problem = "its original is not here." if original is None else fits(row, original, draft=self.order.draft)
        if problem:
            self._reject_row(row, problem)
            return None
        over = original if translates else None
        if stand.standing == Standing.NEW:
            version, seen = self.maker.new(row, over), None
        else:
            stored = Entry.objects.select_related("locale").get(pk=stand.entry_id)
            if stored.kind != row.kind:
                self._reject_row(row, f"kind: the entry is a {stored.kind}, and what an entry is does not change.")
                return None
            version, seen = self.maker.changed(stored, row, over), stored.latest_revision_id or 0
        problems = self.maker.problems(version, has_option=row.kind == EntryKind.PATTERN and bool(row.options))
        if problems:
            self._reject_row(row, " ".join(problems))
            return None
        return Prepared(
            row,
            version,
            seen,
            over.entry if over and seen is None else None,
            [] if translates else [options[option] for option in row.options],
        )
