"""How do old rows leave the audit log without breaking its chain? Into a file, whose last hash the log goes on from."""

import datetime
from dataclasses import dataclass
from pathlib import Path

from django.db import connections, transaction
from django.utils import timezone

from people.audit import chain, exporting
from people.audit.chain import Head
from people.audit.events import Event
from people.audit.recording import record, take_turn
from people.audit_rows import AuditAnchor, AuditRow

FEWEST_MONTHS = 6  # the triggers keep what is younger than 180 days


class NotArchived(Exception):
    """Nothing was taken out of the log; the message says why and what to do."""


@dataclass(frozen=True)
class Archived:
    """What was moved: the file, how many rows, and up to which."""

    path: Path
    rows: int
    head: Head


def months_ago(months: int, *, now: datetime.datetime | None = None) -> datetime.datetime:
    """Return the moment so many months ago, on the last day of a shorter month."""
    moment = now or timezone.now()
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    for day in (moment.day, 30, 29, 28):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def archive(*, folder: Path, months: int, now: datetime.datetime | None = None) -> Archived | None:
    """Move the rows that are older into a file in the folder; return what was moved, None where none is old enough.

    The last row of all stays. Raises NotArchived where the log is not whole or the months are too few, OSError where
    the file cannot be written, NotRecorded where the log takes no rows.
    """
    if months < FEWEST_MONTHS:
        raise NotArchived(f"Rows stay for {FEWEST_MONTHS} months at least.")
    found = chain.verify()
    if not found.sound:
        raise NotArchived(f"The log is not whole: {found.trouble}. Keep it as it is and find out why.")
    old = AuditRow.objects.filter(at__lt=months_ago(months, now=now), sequence__lt=found.head.sequence)
    start, last = chain.anchor(), old.order_by("-sequence").values_list("sequence", "hash").first()
    if last is None:
        return None
    end = Head(*last)
    path = folder / f"audit-{start.sequence + 1}-{end.sequence}.jsonl"
    rows = AuditRow.objects.filter(sequence__lte=end.sequence).order_by("sequence")
    digest = exporting.write(path, exporting.json_lines(rows.iterator(chunk_size=2000)))
    count = _take_out(start, end, digest)
    record(event=Event.AUDIT_ARCHIVED, data={"count": count, "through": end.sequence})
    return Archived(path, count, end)


def _take_out(start: Head, end: Head, digest: str) -> int:
    """Note where the chain goes on, and delete what the file holds; both or neither."""
    with transaction.atomic(using=chain.ALIAS):
        take_turn()
        if chain.anchor() != start:
            raise NotArchived("Somebody else archives at the same moment. Run it again.")
        count = AuditRow.objects.filter(sequence__lte=end.sequence).count()
        AuditAnchor(
            through=end.sequence, hash=end.hash, archived_at=timezone.now(), rows=count, file_hash=digest
        ).save_base(force_insert=True, using=chain.ALIAS)
        with connections[chain.ALIAS].cursor() as cursor:
            cursor.execute("DELETE FROM people_auditrow WHERE sequence <= %s", [end.sequence])
    return count


def archives() -> list[AuditAnchor]:
    """Return what was archived, the oldest first."""
    return list(AuditAnchor.objects.order_by("through"))
