"""Does a check find what was done to the log behind its back, and name the first row?"""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from people import audit
from people.audit import chain
from people.audit_rows import AuditCheckpoint
from tests.people.audit import log

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def five_rows(ground: None) -> Iterator[None]:
    log.empty()
    for actor in range(1, 6):
        audit.record(event=audit.Event.LOGIN, actor=actor)
    yield


def done(*statements: str) -> chain.Finding:
    with log.unguarded() as cursor:
        for statement in statements:
            cursor.execute(statement)  # type: ignore[attr-defined]  # the stubs lack it
    return chain.verify()


def test_an_untouched_log_is_sound() -> None:
    found = chain.verify()
    assert (found.sound, found.rows, found.head.sequence) == (True, 5, 5)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "9"),
        ("event", "'logout'"),
        ("outcome", "'failed'"),
        ("object_kind", "'entry'"),
        ("object_ids", "' 1 '"),
        ("data", "'{\"count\":1}'"),
        ("at", "'2020-01-01 00:00:00'"),
    ],
)
def test_a_changed_row_is_found(column: str, value: str) -> None:
    found = done(f"UPDATE people_auditrow SET {column} = {value} WHERE sequence = 3")
    assert (found.broken, found.trouble) == (3, "row 3 was changed")


def test_a_row_that_was_taken_out_is_found() -> None:
    found = done("DELETE FROM people_auditrow WHERE sequence = 2")
    assert (found.broken, found.trouble) == (2, "row 2 is missing")


def test_a_row_whose_number_was_closed_up_is_found() -> None:
    found = done(
        "DELETE FROM people_auditrow WHERE sequence = 2",
        "UPDATE people_auditrow SET sequence = 2 WHERE sequence = 3",
    )
    assert found.broken == 2


def test_rows_in_another_order_are_found() -> None:
    found = done(
        "UPDATE people_auditrow SET sequence = 90 WHERE sequence = 2",
        "UPDATE people_auditrow SET sequence = 2 WHERE sequence = 3",
        "UPDATE people_auditrow SET sequence = 3 WHERE sequence = 90",
    )
    assert found.broken == 2


def test_a_row_that_was_put_in_is_found() -> None:
    found = done(
        "INSERT INTO people_auditrow SELECT 6, at, event, 99, object_kind, object_ids, outcome, data, hash, hash "
        "FROM people_auditrow WHERE sequence = 5"
    )
    assert found.broken == 6


def test_an_end_that_was_cut_off_is_found_against_what_was_noted() -> None:
    chain.check()
    found = done("DELETE FROM people_auditrow WHERE sequence > 3")
    assert (found.broken, found.trouble) == (4, "row 4 is missing: the log once went on to row 5")


def test_an_end_that_was_cut_off_is_found_against_a_head_kept_outside() -> None:
    kept = chain.head_from(chain.head().text())
    with log.unguarded() as cursor:
        cursor.execute("DELETE FROM people_auditrow WHERE sequence = 5")  # type: ignore[attr-defined]  # the stubs lack it
    assert chain.verify().sound
    assert chain.verify(known=kept).broken == 5


def test_a_log_that_was_written_anew_from_the_beginning_is_found() -> None:
    chain.check()
    log.empty()
    for _ in range(8):
        audit.record(event=audit.Event.LOGIN, actor=1)
    assert chain.verify().broken == 5


def test_a_check_is_noted_with_what_it_found() -> None:
    chain.check()
    done("UPDATE people_auditrow SET actor = 9 WHERE sequence = 1")
    chain.check()
    last = AuditCheckpoint.objects.first()
    assert last is not None
    assert (last.sound, last.trouble) == (False, "row 1 was changed")
    assert last.checked_at <= timezone.now()


@pytest.mark.parametrize("text", ["", "[]", '{"sequence": 1}', '{"sequence": "x", "hash": ""}', "null"])
def test_a_torn_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        chain.head_from(text)
