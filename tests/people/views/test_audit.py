"""What do auditors see of the audit log, and who else sees nothing of it?"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from kb.choices import Tlp
from people import audit
from people.audit import chain
from people.choices import MembershipState, Role
from people.models import User
from tests.factories import make_circle, make_entry, make_user
from tests.people.audit import log

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(ground: None) -> Iterator[None]:
    log.empty()
    yield


@pytest.fixture
def auditor(client: Client) -> User:
    user = make_user("auditor@example.org", roles=[Role.AUDITOR])
    client.force_login(user)
    log.empty()
    return user


ADDRESSES = [reverse("people:audit"), reverse("people:audit_export", args=["csv"])]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("roles", [[role] for role in Role if role not in (Role.AUDITOR, Role.SECURITY_OFFICER)])
def test_no_other_role_learns_that_there_is_such_a_page(client: Client, roles: list[str], address: str) -> None:
    client.force_login(make_user(roles=roles))
    log.empty()
    assert client.get(address).status_code == 404
    assert log.events("audit-read", "audit-exported") == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_nor_do_strangers_superusers_and_auditors_who_have_left(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
    for user in (
        make_user(superuser=True, member=False),
        make_user(roles=[Role.AUDITOR], state=MembershipState.ENDED),
        make_user(roles=[Role.AUDITOR], member=False),
    ):
        client.force_login(user)
        assert client.get(address).status_code == 404


def test_who_read_an_entry_is_found_by_its_identifier(client: Client, auditor: User) -> None:
    circle = make_circle()
    reader, entry = make_user(name="Ada Reader", circles=[circle]), make_entry("Zqtitle", label=Tlp.AMBER)
    entry.marking.circles.add(circle)
    other = Client()
    other.force_login(reader)
    assert other.get(reverse("kb:entry", args=[entry.public_id])).status_code == 200
    page = client.get(reverse("people:audit"), {"thing": entry.public_id, "event": "view"}).content.decode()
    assert f"{reader.pk} (Ada Reader)" in page
    assert "Zqtitle" not in page
    assert "TLP:AMBER" in page


def test_hashes_are_offered_where_no_row_between_is_left_out(client: Client, auditor: User) -> None:
    audit.record(event=audit.Event.LOGIN, actor=auditor.pk, kind="person", ids=[auditor.pk])
    address = reverse("people:audit")
    for query, offered in (({}, True), ({"since": "2020-01-01"}, True), ({"event": "login"}, False)):
        assert ("with hashes" in client.get(address, query).content.decode()) == offered


def test_whoever_looks_is_recorded_with_what_was_looked_for(client: Client, auditor: User) -> None:
    client.get(reverse("people:audit"), {"person": "auditor@example.org", "event": "login", "thing": "k7m2q9"})
    (row,) = log.events("audit-read")
    assert (row.actor, row.object_ids) == (auditor.pk, " k7m2q9 ")
    assert json.loads(row.data) == {"event": "login", "person": auditor.pk}


def test_an_export_is_recorded_before_it_leaves_and_holds_no_names(client: Client, auditor: User) -> None:
    audit.record(event=audit.Event.LOGIN, actor=auditor.pk)
    for kind in ("csv", "jsonl"):
        answer = client.get(reverse("people:audit_export", args=[kind]))
        text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # the stubs lack it
        assert "attachment" in answer["Content-Disposition"]
        assert "audit-exported" in text and "example.org" not in text
    assert len(log.events("audit-exported")) == 2
    assert client.get(reverse("people:audit_export", args=["xml"])).status_code == 404
    assert client.get(reverse("people:audit_export", args=["csv"]), {"since": "soon"}).status_code == 404


def test_older_rows_are_on_the_next_page(client: Client, auditor: User) -> None:
    for _ in range(60):
        audit.record(event=audit.Event.LOGIN, actor=auditor.pk)
    address = reverse("people:audit")
    first = client.get(address, {"event": "login"})
    assert len(first.context["lines"]) == 50
    second = client.get(f"{address}?{first.context['older']}")
    assert [line.row.sequence for line in second.context["lines"]] == list(range(10, 0, -1))
    assert second.context["older"] == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"person": "nobody@example.org"},
        {"person": "9" * 30},
        {"thing": "the gate"},
        {"since": "2026-02-02", "until": "2026-02-01"},
        {"since": "x"},
        {"event": "made-up"},
        {"before": "-1"},
        {"before": "9" * 40},
    ],
)
def test_what_cannot_be_looked_for_is_said_and_kept(client: Client, auditor: User, wrong: dict[str, str]) -> None:
    page = client.get(reverse("people:audit"), wrong)
    assert page.status_code == 200
    assert page.context["lines"] == []
    assert "before" in wrong or "error-summary" in page.content.decode()


def test_the_integrity_of_the_log_is_said(client: Client, auditor: User) -> None:
    address = reverse("people:audit")
    assert "not been checked yet" in client.get(address).content.decode()
    chain.check()
    assert "every row is as it was written" in client.get(address).content.decode()
    with log.unguarded() as cursor:
        cursor.execute("UPDATE people_auditrow SET actor = 99 WHERE sequence = 1")  # type: ignore[attr-defined]  # the stubs lack it
    chain.check()
    assert "row 1 was changed" in client.get(address).content.decode()


def test_while_nobody_can_be_recorded_nobody_reads_the_log(
    client: Client, auditor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: Any, **_kwargs: Any) -> None:
        raise DatabaseError("locked")

    monkeypatch.setattr("people.audit.recording._added", away)
    for address in ADDRESSES:
        assert client.get(address).status_code == 503
