"""How does the audit log grow, and what does it refuse?"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction

from people import audit
from people.audit import chain
from people.audit_rows import AuditRow, Kept
from people.choices import Role
from tests.people.audit import log

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(ground: None) -> Iterator[None]:
    log.empty()
    yield


def test_rows_are_numbered_without_a_gap_and_each_follows_from_the_one_before() -> None:
    first, second = (audit.record(event=audit.Event.LOGIN, actor=7) for _ in range(2))
    assert (first.sequence, first.previous) == (1, chain.BEGINNING)
    assert (second.sequence, second.previous) == (2, first.hash)
    assert chain.verify().sound


def test_a_row_stands_where_the_content_was_taken_back() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.record(event=audit.Event.LABEL_CHANGED, actor=7)
        raise ZeroDivisionError
    assert len(log.events()) == 1


def test_the_person_of_the_request_is_the_actor() -> None:
    with audit.acting(12):
        row = audit.record(event=audit.Event.LOGOUT)
    assert row.actor == 12
    assert audit.record(event=audit.Event.LOGOUT).actor is None


@pytest.mark.parametrize(
    "about",
    [
        {"data": {"title": "Vehicle barriers"}},
        {"data": {"role": "Anna Example"}},
        {"data": {"action": "looked at the plan of Anna"}},
        {"data": {"count": "7"}},
        {"data": {"count": True}},
        {"data": {"label": "TLP:RED"}},
        {"ids": ["the barrier of the north gate"]},
        {"ids": ["1 OR 1=1"]},
        {"ids": ["1\n2"]},
        {"kind": "The plan"},
    ],
)
def test_a_text_is_refused_and_not_repeated(about: dict[str, Any]) -> None:
    with pytest.raises(audit.FreeText) as refusal:
        audit.record(event=audit.Event.VIEW, **about)
    assert "Anna" not in str(refusal.value)
    assert log.events() == []


def test_an_event_outside_the_list_is_refused() -> None:
    with pytest.raises(ValueError):
        audit.record(event="made-up")  # type: ignore[arg-type]  # wrong on purpose


def test_what_is_allowed_is_kept_as_it_was() -> None:
    row = audit.record(
        event=audit.Event.ROLE_GIVEN, actor=3, kind="person", ids=[4, "k7m2q9"], data={"role": Role.AUDITOR, "count": 2}
    )
    assert (row.object_ids, row.data) == (" 4 k7m2q9 ", '{"count":2,"role":"auditor"}')


@pytest.mark.parametrize("change", ["UPDATE people_auditrow SET actor = 1", "DELETE FROM people_auditrow"])
def test_the_database_refuses_to_change_rows(change: str) -> None:
    audit.record(event=audit.Event.LOGIN, actor=7)
    with pytest.raises(DatabaseError), transaction.atomic(using="audit"), connections["audit"].cursor() as cursor:
        cursor.execute(change)
    assert [row.actor for row in log.events()] == [7]


def test_the_database_refuses_to_empty_the_table() -> None:
    audit.record(event=audit.Event.LOGIN, actor=7)
    words = "TRUNCATE people_auditrow" if connections["audit"].vendor == "postgresql" else "DELETE FROM people_auditrow"
    with pytest.raises(DatabaseError), transaction.atomic(using="audit"), connections["audit"].cursor() as cursor:
        cursor.execute(words)
    assert len(log.events()) == 1


@pytest.mark.parametrize(("sequence", "previous"), [(1, "0" * 64), (2, "0" * 64), (3, None), (9, None)])
@pytest.mark.parametrize("verb", ["INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE"])
def test_the_database_refuses_a_row_that_does_not_follow(sequence: int, previous: str | None, verb: str) -> None:
    connection = connections["audit"]
    if connection.vendor != "sqlite" and verb != "INSERT":
        pytest.skip("SQLite's own words")
    last = audit.record(event=audit.Event.LOGIN, actor=7)
    with pytest.raises(DatabaseError), transaction.atomic(using="audit"), connection.cursor() as cursor:
        cursor.execute(
            f"{verb} INTO people_auditrow VALUES (%s, '2026-01-01 00:00', 'login', 1, '', '', 'done', '{{}}', %s, 'x')",
            [sequence, previous or last.hash],
        )
    assert [row.hash for row in log.events()] == [last.hash]


def test_a_row_cannot_be_written_or_taken_away_by_the_models() -> None:
    row = audit.record(event=audit.Event.LOGIN, actor=7)
    row.actor = 8
    for verb in (
        row.save,
        row.delete,
        AuditRow.objects.all().delete,
        lambda: AuditRow.objects.update(actor=8),
        lambda: AuditRow.objects.create(sequence=2),
        lambda: AuditRow.objects.bulk_create([AuditRow(sequence=2)]),
    ):
        with pytest.raises(Kept):
            verb()
    assert [each.actor for each in log.events()] == [7]


def _away(*_args: Any, **_kwargs: Any) -> None:
    raise DatabaseError("locked")


def test_while_the_log_is_away_a_note_goes_on_and_a_record_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("people.audit.recording._added", _away)
    assert audit.note(event=audit.Event.LOGIN, actor=7) is None
    with pytest.raises(audit.NotRecorded):
        audit.record(event=audit.Event.VIEW, actor=7)
    assert audit.require(event=audit.Event.ROLE_GIVEN) is None
    with audit.acting(7), pytest.raises(audit.NotRecorded):
        audit.require(event=audit.Event.ROLE_GIVEN)


def test_a_disk_that_is_full_is_a_log_that_takes_no_rows() -> None:
    if connections["audit"].vendor != "sqlite":
        pytest.skip("SQLite's own word for a limit")
    audit.record(event=audit.Event.LOGIN, actor=7)
    ids = [f"abcdefgh{number:04}" for number in range(2000)]
    with connections["audit"].cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        try:
            with pytest.raises(audit.NotRecorded):
                audit.record(event=audit.Event.VIEW, kind="entry", ids=ids)
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    assert len(log.events()) == 1
    assert chain.verify().sound
