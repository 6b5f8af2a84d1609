"""How is a batch of rows written without keeping others waiting, and what if somebody was faster?"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from kb.choices import RelationType
from kb.importing.report import Report
from kb.importing.rows import Row
from kb.importing.standing import closed_among
from kb.importing.writing import Version, write_drafts, write_new, write_published
from kb.models import Entry, EntryRelation, ImportedVersion, Marking
from people.models import User
from people.viewers import viewer_of

AIM = 0.2  # seconds of one transaction; others wait for no longer than that
PAUSE = 0.1  # seconds between two transactions on SQLite: whoever waits there looks that often
TRIES = 5  # with a database that is busy

Address = tuple[str, str]  # of a record: the key of its work, its language


@dataclass(frozen=True)
class Order:
    """What the operator asks for."""

    by: User
    note: str
    draft: bool = False
    overwrite: bool = False
    dry_run: bool = False
    batch: int = 100


@dataclass
class Prepared:
    """A row on its way into the database."""

    row: Row
    version: Version
    seen_revision: int | None  # the latest one of a stored entry when the row was made ready; None for a new entry
    original: Entry | None = None  # which a new version takes header and concepts from, as it was then
    options: list[int] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        """Is there no entry yet?"""
        return self.seen_revision is None

    @property
    def rests_on_stored(self) -> bool:
        """Does it change or translate what is here already?"""
        return not self.is_new or self.original is not None

    def begin_again(self) -> None:
        """Forget the keys that a transaction gave which did not hold."""
        if self.is_new:
            entry = self.version.entry
            entry.pk, entry.latest_revision_id, entry._state.adding = None, None, True
        for reference in self.version.references:
            reference.pk, reference._state.adding = None, True


class BatchWriter:
    """Writes batches, each in one transaction, and chooses how large the next one is to be."""

    def __init__(self, order: Order, report: Report, reject: Callable[[Row, str], None]) -> None:
        """Begin with small batches."""
        self.order = order
        self.viewer = viewer_of(order.by)
        self.report = report
        self.reject = reject
        self.size = min(25, order.batch)
        self.ended_at = 0.0

    def write(self, ready: list[Prepared], digests: dict[Address, str]) -> list[Prepared]:
        """Write the batch, again where the database is busy; return what was written.

        Where another run was faster, the rows are written one by one, and what no longer fits is named.
        """
        for attempt in range(1, TRIES + 1):
            if connection.vendor == "sqlite":
                time.sleep(max(0.0, self.ended_at + PAUSE - time.monotonic()))
            started = time.monotonic()
            try:
                overtaken = self._write_once(ready, digests)
            except OperationalError:
                if attempt == TRIES:
                    raise
                time.sleep(attempt)
            except IntegrityError:
                return self._write_singly(ready, digests)
            else:
                self.ended_at = time.monotonic()
                self._adapt(self.ended_at - started, len(ready))
                for each in ready:
                    if why := overtaken.get(each.row.address):
                        self.report.note_kept(each.row.line, each.row.texts["title"], why)
                return [each for each in ready if each.row.address not in overtaken]
            for each in ready:
                each.begin_again()
        return []

    def _write_singly(self, ready: list[Prepared], digests: dict[Address, str]) -> list[Prepared]:
        if len(ready) == 1:
            self.reject(ready[0].row, "it came in another way at the same moment. Run the import again.")
            return []
        for each in ready:
            each.begin_again()
        return [done for each in ready for done in self.write([each], digests)]

    def _adapt(self, seconds: float, rows: int) -> None:
        """Choose the size of the next batch so that its transaction takes about as long as is aimed at."""
        self.report.longest = max(self.report.longest, seconds)
        fitting = int(rows * AIM / max(seconds, 0.001))
        self.size = max(5, min(self.order.batch, fitting, self.size * 2))

    def _overtaken(self, ready: Sequence[Prepared]) -> dict[Address, str]:
        """Return in words why which of them may not be written any more; what the others rest on is locked.

        Of a stored entry that is itself; of a new version of a work, its original.
        """
        bases = {each.row.address: each.original or each.version.entry for each in ready if each.rests_on_stored}
        if not bases:
            return {}
        works = {entry.translation_key for entry in bases.values()}
        # As `lock_work` does for one: publications wait for this transaction, and this one waited for them.
        locked = Entry.objects.select_for_update().filter(translation_key__in=works).order_by("pk")
        now = {pk: rest for pk, *rest in locked.values_list("pk", "latest_revision_id", "live", "marking_id")}
        marks = Marking.objects.select_for_update().filter(pk__in={mark for _revision, _live, mark in now.values()})
        list(marks.order_by("pk").values_list("pk"))
        closed = closed_among({entry.pk for entry in bases.values()}, self.viewer)
        found: dict[Address, str] = {}
        for each in ready:
            base = bases.get(each.row.address)
            if base is None:
                continue
            revision, live, _mark = now.get(base.pk, (-1, False, None))
            seen = (base.latest_revision_id if each.is_new else each.seen_revision) or 0
            if base.pk in closed:
                found[each.row.address] = closed[base.pk]
            elif (revision or 0) != seen or (each.is_new and live != base.live):
                found[each.row.address] = "somebody edited it at the same moment. Run the import again"
        return found

    @transaction.atomic
    def _write_once(self, ready: Sequence[Prepared], digests: dict[Address, str]) -> dict[Address, str]:
        """Write a batch, with what tells the next run of it; return why others were left alone."""
        by, at, note = self.order.by, timezone.now(), self.order.note
        overtaken = self._overtaken(ready)
        chosen = [each for each in ready if each.row.address not in overtaken]
        new = [each.version for each in chosen if each.is_new]
        stored = [each.version for each in chosen if not each.is_new]
        shown = [version for version in stored if version.entry.live and not self.order.draft]
        hidden = [version for version in stored if not version.entry.live or self.order.draft]
        if new:
            write_new(new, by=by, at=at, note=note)
        if shown:
            write_published(shown, by=by, at=at, note=note)
        if hidden:
            write_drafts(hidden, by=by, at=at, note=note)
        EntryRelation.objects.bulk_create(
            [
                EntryRelation(source_id=each.version.entry.pk, target_id=option, type=RelationType.OPTION)
                for each in chosen
                for option in each.options
            ],
            ignore_conflicts=True,
        )
        ImportedVersion.objects.bulk_create(
            [
                ImportedVersion(
                    source_key=each.row.source_key,
                    language=each.row.language,
                    entry_id=each.version.entry.pk,
                    digest=digests[each.row.address],
                    revision_id=each.version.entry.latest_revision_id,
                    imported_at=at,
                )
                for each in chosen
            ],
            update_conflicts=True,
            unique_fields=["source_key", "language"],
            update_fields=["entry", "digest", "revision", "imported_at"],
        )
        return overtaken
