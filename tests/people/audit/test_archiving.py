"""Do old rows leave the log for a file that proves itself, and does the chain go on from it?"""

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from people import audit
from people.audit import archiving, chain, exporting
from people.audit_rows import AuditRow
from tests.people.audit import log

pytestmark = pytest.mark.django_db
LONG_AGO = datetime.timedelta(days=500)


@pytest.fixture(autouse=True)
def three_old_rows_and_two_new_ones(ground: None) -> Iterator[None]:
    log.empty()
    then = timezone.now() - LONG_AGO
    with mock.patch("people.audit.recording.timezone.now", lambda: then):
        for actor in (1, 2, 3):
            audit.record(event=audit.Event.LOGIN, actor=actor)
    for actor in (4, 5):
        audit.record(event=audit.Event.LOGIN, actor=actor)
    yield


def test_old_rows_go_into_a_file_and_the_chain_goes_on(tmp_path: Path) -> None:
    done = archiving.archive(folder=tmp_path, months=12)
    assert done is not None
    assert (done.rows, done.path.name) == (3, "audit-1-3.jsonl")
    assert done.path.stat().st_mode & 0o077 == 0
    assert [row.event for row in log.events()] == ["login", "login", "audit-archived"]
    assert chain.verify().sound
    file = exporting.verify_file(done.path)
    assert (file.sound, file.rows, file.head) == (True, 3, done.head)
    assert archiving.archive(folder=tmp_path, months=12) is None


def test_what_is_young_and_the_last_row_of_all_stay(tmp_path: Path) -> None:
    log.empty()
    then = timezone.now() - LONG_AGO
    with mock.patch("people.audit.recording.timezone.now", lambda: then):
        audit.record(event=audit.Event.LOGIN, actor=1)
    assert archiving.archive(folder=tmp_path, months=6) is None
    with pytest.raises(archiving.NotArchived, match="6 months"):
        archiving.archive(folder=tmp_path, months=5)


def test_a_log_that_is_not_whole_is_not_archived(tmp_path: Path) -> None:
    with log.unguarded() as cursor:
        cursor.execute("UPDATE people_auditrow SET actor = 9 WHERE sequence = 2")  # type: ignore[attr-defined]  # the stubs lack it
    with pytest.raises(archiving.NotArchived, match="row 2 was changed"):
        archiving.archive(folder=tmp_path, months=12)
    assert list(tmp_path.iterdir()) == []


def test_the_database_lets_nobody_delete_young_rows_by_saying_they_were_archived() -> None:
    fourth = AuditRow.objects.get(sequence=4)
    with pytest.raises(DatabaseError), transaction.atomic(using="audit"), connections["audit"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_auditanchor VALUES (4, %s, %s, 4, 'x')", [fourth.hash, timezone.now().isoformat()]
        )


def test_where_the_file_cannot_be_written_the_rows_stay(tmp_path: Path) -> None:
    full = OSError(28, "No space left on device")
    with mock.patch("people.audit.exporting.os.fsync", side_effect=full), pytest.raises(OSError, match="No space"):
        archiving.archive(folder=tmp_path, months=12)
    assert AuditRow.objects.count() == 5
    assert list(tmp_path.iterdir()) == []


def test_an_archive_that_was_touched_is_found(tmp_path: Path) -> None:
    call_command("archive_audit", str(tmp_path))
    (path,) = tmp_path.iterdir()
    call_command("verify_audit", file=[str(path)])
    lines = path.read_text().splitlines()
    other = json.loads(lines[1])
    other["actor"] = 9
    path.write_text("\n".join([lines[0], json.dumps(other), lines[2]]))
    with pytest.raises(CommandError, match="row 2 was changed"):
        call_command("verify_audit", file=[str(path)])
    path.write_text("\n".join(lines)[:-7])
    with pytest.raises(CommandError, match="torn"):
        call_command("verify_audit", file=[str(path)])


def test_an_archive_that_was_made_up_as_a_whole_is_found(tmp_path: Path) -> None:
    done = archiving.archive(folder=tmp_path, months=12)
    assert done is not None
    made_up, previous = [], chain.BEGINNING
    for row in exporting.read_back(done.path):
        values = {**row, "actor": 9, "previous": previous}
        previous = chain.hash_of(values)
        made_up.append(json.dumps({**values, "at": chain.moment(values["at"]), "hash": previous}) + "\n")
    done.path.write_text("".join(made_up))
    with pytest.raises(CommandError, match="not what was archived up to row 3"):
        call_command("verify_audit", file=[str(done.path)])


@pytest.mark.parametrize(
    ("now", "months", "then"),
    [((2026, 8, 31), 6, (2026, 2, 28)), ((2026, 1, 15), 12, (2025, 1, 15)), ((2026, 3, 31), 13, (2025, 2, 28))],
)
def test_months_are_counted_by_the_calendar(now: tuple[int, int, int], months: int, then: tuple[int, int, int]) -> None:
    moment = datetime.datetime(*now, tzinfo=datetime.UTC)
    assert archiving.months_ago(months, now=moment) == datetime.datetime(*then, tzinfo=datetime.UTC)
