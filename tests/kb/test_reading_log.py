"""Is every reading of AMBER recorded before it is shown, once, and is nothing written for the rest?"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kb.choices import EntryKind, RelationType, Tlp
from kb.marking import relabel
from kb.models import Entry, EntryRelation
from people import audit
from people.choices import Role
from people.models import Circle, User
from tests.factories import make_circle, make_entry, make_organisation, make_user
from tests.people.audit import log

pytestmark = pytest.mark.django_db
ADMIN = "/admin/snippets/kb/entry/"


@pytest.fixture
def circle() -> Circle:
    return make_circle()


@pytest.fixture
def reader(client: Client, circle: Circle) -> User:
    user = make_user(circles=[circle])
    client.force_login(user)
    log.empty()
    return user


@pytest.fixture(autouse=True)
def fresh(ground: None) -> Iterator[None]:
    log.empty()
    yield


def away(*_args: Any, **_kwargs: Any) -> None:
    raise DatabaseError("locked")


def page(entry: Entry) -> str:
    return reverse("kb:entry", args=[entry.public_id])


def test_reading_an_amber_entry_is_one_row(client: Client, reader: User, circle: Circle) -> None:
    entry = make_entry("Hidden words", label=Tlp.AMBER, circles=[circle])
    with CaptureQueriesContext(connections["audit"]) as asked:
        assert client.get(page(entry)).status_code == 200
    (row,) = log.events("view")
    assert (row.actor, row.object_kind, row.object_ids) == (reader.pk, "entry", f" {entry.public_id} ")
    assert json.loads(row.data) == {"label": "TLP:AMBER", "view": "kb:entry"}
    assert sum(query["sql"].startswith("INSERT") for query in asked.captured_queries) == 1
    assert "Hidden" not in "".join(str(getattr(row, name)) for name in ("data", "object_ids", "object_kind"))


def test_strict_entries_are_recorded_too(client: Client) -> None:
    organisation = make_organisation()
    client.force_login(make_user(organisation=organisation))
    entry = make_entry(label=Tlp.AMBER_STRICT, owning_organisation=organisation)
    client.get(page(entry))
    (row,) = log.events("view")
    assert json.loads(row.data)["label"] == "TLP:AMBER+STRICT"


@pytest.mark.parametrize("label", [Tlp.CLEAR, Tlp.GREEN])
def test_reading_below_amber_does_not_so_much_as_open_the_log(
    client: Client, reader: User, label: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = make_entry(label=label)
    monkeypatch.setattr("people.audit.recording._added", away)
    for address in (page(entry), f"{reverse('kb:briefing')}?e={entry.public_id}", "/", reverse("kb:sheet")):
        with CaptureQueriesContext(connections["audit"]) as asked:
            assert client.get(address).status_code == 200
        assert asked.captured_queries == []


def test_while_the_log_is_away_amber_waits_and_shows_nothing(
    client: Client, reader: User, circle: Circle, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = make_entry("Hidden words", label=Tlp.AMBER, circles=[circle])
    monkeypatch.setattr("people.audit.recording._added", away)
    for address in (page(entry), f"{reverse('kb:briefing')}?e={entry.public_id}"):
        response = client.get(address)
        assert (response.status_code, response["Retry-After"]) == (503, "60")
        assert "Hidden words" not in response.content.decode()


def test_an_amber_entry_on_the_page_of_another_is_recorded(client: Client, reader: User, circle: Circle) -> None:
    public, hidden = make_entry(), make_entry(label=Tlp.AMBER, circles=[circle])
    EntryRelation.objects.create(source=public, target=hidden, type=RelationType.SUPPORTS)
    client.get(page(public))
    assert [row.object_ids for row in log.events("view")] == [f" {hidden.public_id} "]


def test_a_briefing_is_one_row_with_all_of_them(client: Client, reader: User, circle: Circle) -> None:
    keys = [make_entry(label=Tlp.AMBER, circles=[circle]).public_id for _ in range(3)]
    public = make_entry().public_id
    client.get(f"{reverse('kb:briefing')}?" + "&".join(f"e={key}" for key in [*keys, public]))
    (row,) = log.events("view")
    assert row.object_ids.split() == sorted(keys)


def test_a_sheet_is_recorded(client: Client, reader: User, circle: Circle) -> None:
    pattern = make_entry(kind=EntryKind.PATTERN, label=Tlp.AMBER, circles=[circle])
    client.get(f"{reverse('kb:sheet')}?place=christmas-market&threat=vehicle-as-weapon")
    assert [row.object_ids for row in log.events("view")] == [f" {pattern.public_id} "]


def test_whoever_may_not_read_it_is_recorded_as_refused_at_the_price_of_an_unknown_one(
    client: Client, reader: User
) -> None:
    entry = make_entry(label=Tlp.AMBER)
    audit.record(event=audit.Event.LOGIN, actor=reader.pk)  # the first row of all looks for an archive
    counts = []
    for key in (entry.public_id, "zzzzzzzz"):
        with CaptureQueriesContext(connections["audit"]) as asked:
            assert client.get(reverse("kb:entry", args=[key])).status_code == 404
        counts.append(len(asked.captured_queries))
    assert counts[0] == counts[1]
    hidden, _unknown = log.events("refused")
    assert (hidden.actor, hidden.object_ids, hidden.outcome) == (reader.pk, f" {entry.public_id} ", "refused")
    assert json.loads(hidden.data) == {"status": 404, "view": "kb:entry"}
    assert log.events("view") == []


def test_a_stranger_leaves_no_row(client: Client) -> None:
    client.get(page(make_entry(label=Tlp.AMBER)))
    assert log.events() == []


@pytest.mark.parametrize(
    ("address", "view"),
    [
        ("edit/{pk}/", "edit"),
        ("history/{pk}/", "history"),
        ("preview/{pk}/", "preview_on_edit"),
        ("marking/{pk}/", "marking"),
    ],
)
def test_the_editing_interface_records_it_and_waits_for_it(
    client: Client, circle: Circle, address: str, view: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(make_user(roles=[Role.REVIEWER], circles=[circle]))
    entry = make_entry("Hidden words", label=Tlp.AMBER, circles=[circle])
    log.empty()
    client.get(ADMIN + address.format(pk=entry.pk))
    (row,) = log.events("view")
    assert (row.object_ids, json.loads(row.data)["view"]) == (f" {entry.public_id} ", f"admin.{view}")
    monkeypatch.setattr("people.audit.recording._added", away)
    response = client.get(ADMIN + address.format(pk=entry.pk))
    assert response.status_code == 503
    assert "Hidden words" not in response.content.decode()


def test_two_revisions_side_by_side_are_recorded(client: Client, circle: Circle) -> None:
    client.force_login(make_user(roles=[Role.REVIEWER], circles=[circle]))
    entry = make_entry(label=Tlp.AMBER, circles=[circle])
    first, second = entry.save_revision(), entry.save_revision()
    log.empty()
    assert client.get(f"{ADMIN}history/{entry.pk}/revisions/compare/{first.pk}...{second.pk}/").status_code == 200
    assert len(log.events("view")) == 1


def test_taking_the_list_of_entries_along_is_recorded(client: Client) -> None:
    reviewer = make_user(roles=[Role.REVIEWER])
    client.force_login(reviewer)
    log.empty()
    assert client.get(f"{ADMIN}?export=csv").status_code == 200
    (row,) = log.events("export")
    assert (row.actor, row.data) == (reviewer.pk, '{"format":"csv"}')


def test_a_new_marking_is_recorded_and_never_waits(monkeypatch: pytest.MonkeyPatch, circle: Circle) -> None:
    user, entry = make_user(), make_entry()
    log.empty()
    relabel(entry=entry, label=Tlp.GREEN, by=user)
    (row,) = log.events("label-changed")
    assert (row.actor, row.object_ids) == (user.pk, f" {entry.public_id} ")
    assert json.loads(row.data) == {"from": "TLP:CLEAR", "to": "TLP:GREEN"}
    monkeypatch.setattr("people.audit.recording._added", away)
    assert relabel(entry=entry, label=Tlp.AMBER, circles=[circle], by=user).label == Tlp.AMBER
