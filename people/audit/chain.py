"""Is the audit log what was written: no row changed, taken out, put in, moved or cut off at the end?"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import DatabaseError
from django.utils import timezone

from people.audit_rows import AuditAnchor, AuditCheckpoint, AuditRow

ALIAS = "audit"
BEGINNING = "0" * 64
_FIELDS = ("sequence", "at", "event", "actor", "object_kind", "object_ids", "outcome", "data", "previous")


@dataclass(frozen=True)
class Head:
    """The last row of a log: what the next one goes on from."""

    sequence: int
    hash: str

    def text(self) -> str:
        """Return it as it is kept outside."""
        return json.dumps({"sequence": self.sequence, "hash": self.hash})


@dataclass(frozen=True)
class Finding:
    """What a check came to. `broken` is the number of the first row that is not as it was written, None if all are."""

    rows: int
    head: Head
    broken: int | None = None
    trouble: str = ""

    @property
    def sound(self) -> bool:
        """Is the log whole?"""
        return self.broken is None

    @property
    def has_gap(self) -> bool:
        """Is it that a row is not there where it should be?"""
        return self.trouble.endswith("is missing")


def head_from(text: str) -> Head:
    """Return the head that was kept outside. Raises ValueError."""
    try:
        row = json.loads(text)
        return Head(int(row["sequence"]), str(row["hash"]))
    except (KeyError, TypeError) as error:
        raise ValueError("This is no head of an audit log.") from error


def moment(at: datetime) -> str:
    """Return a moment as the hash takes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def hash_of(values: dict[str, Any]) -> str:
    """Return the hash of a row from all its values but the hash."""
    row = [moment(values[name]) if name == "at" else values[name] for name in _FIELDS]
    return hashlib.sha256(json.dumps(row, separators=(",", ":")).encode()).hexdigest()


def values_of(row: AuditRow) -> dict[str, Any]:
    """Return a row's values by name."""
    return {name: getattr(row, name) for name in (*_FIELDS, "hash")}


def anchor() -> Head:
    """Return where the rows that are still here begin."""
    last = AuditAnchor.objects.order_by("-through").first()
    return Head(last.through, last.hash) if last else Head(0, BEGINNING)


def head() -> Head:
    """Return the last row's number and hash."""
    last = AuditRow.objects.order_by("-sequence").values_list("sequence", "hash").first()
    return Head(*last) if last else anchor()


def walk(rows: Iterable[dict[str, Any]], start: Head, marks: dict[int, str]) -> Iterator[tuple[Head, str]]:
    """Yield each row's place in the chain, with words where it is broken there."""
    place = start
    for row in rows:
        trouble = ""
        if row["sequence"] != place.sequence + 1:
            trouble = f"row {place.sequence + 1} is missing"
        elif row["previous"] != place.hash:
            trouble = f"row {row['sequence']} does not follow from the one before"
        elif row["hash"] != hash_of(row):
            trouble = f"row {row['sequence']} was changed"
        elif marks.get(row["sequence"], row["hash"]) != row["hash"]:
            trouble = f"row {row['sequence']} is another one than was noted before"
        yield Head(place.sequence + 1 if trouble else row["sequence"], row["hash"]), trouble
        if trouble:
            return
        place = Head(row["sequence"], row["hash"])


def verify(*, known: Head | None = None) -> Finding:
    """Go through the whole log; `known` is a head that was kept outside. Raises DatabaseError where it is away."""
    marks = dict(AuditCheckpoint.objects.filter(sound=True).values_list("sequence", "hash"))
    if known is not None:
        marks[known.sequence] = known.hash
    start = place = anchor()
    count = 0
    rows = (values_of(row) for row in AuditRow.objects.order_by("sequence").iterator(chunk_size=2000))
    for place, trouble in walk(rows, start, marks):
        if trouble:
            return Finding(count, place, place.sequence, trouble)
        count += 1
    lost = max(marks, default=0)
    if lost > place.sequence:
        gone = place.sequence + 1
        return Finding(count, place, gone, f"row {gone} is missing: the log once went on to row {lost}")
    if marks.get(place.sequence, place.hash) != place.hash:
        return Finding(count, place, place.sequence, f"row {place.sequence} is another one than was noted before")
    return Finding(count, place)


def check(*, known: Head | None = None) -> Finding:
    """Verify the log and note in the main database how it stands."""
    try:
        found = verify(known=known)
    except DatabaseError:
        found = Finding(0, Head(0, BEGINNING), 0, "the log cannot be read")
    AuditCheckpoint.objects.create(
        sequence=found.head.sequence,
        hash=found.head.hash,
        checked_at=timezone.now(),
        sound=found.sound,
        trouble=found.trouble,
    )
    return found
