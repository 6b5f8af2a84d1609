"""Do curators and reviewers find in the editing interface what takes two of them?"""

import pytest
from django.test import Client
from django.urls import reverse

from kb import marking
from kb.choices import ChangeState
from kb.models import Entry, MarkingChange
from people.choices import Role
from people.models import User
from tests.factories import make_user
from tests.kb.marking.test_lowering import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, entry: Entry) -> str:
    return reverse(Entry.snippet_viewset.get_url_name(name), args=[entry.pk])


def test_a_curator_asks_and_a_reviewer_of_the_source_agrees(world: World) -> None:
    first, second = signed_in(world.curator), signed_in(world.reviewer)
    assert address("widen", world.entry) in first.get(address("edit", world.entry)).content.decode()
    first.post(address("widen", world.entry), {"label": "TLP:GREEN", "reason": "Useful to all.", "chatham_house": "on"})
    assert world.label() == "TLP:AMBER"
    assert address("decide", world.entry) in second.get("/admin/").content.decode()
    assert address("decide", world.entry) in second.get(address("edit", world.entry)).content.decode()
    page = second.get(address("decide", world.entry)).content.decode()
    assert "Useful to all." in page
    assert "Vetted members may read this." in page
    second.post(address("decide", world.entry), {"agree": "1"})
    assert world.label() == "TLP:GREEN"
    assert second.get(address("decide", world.entry)).status_code == 404


def test_a_request_that_may_not_stand_is_explained_and_kept(world: World) -> None:
    client = signed_in(world.curator)
    for label, words in (("TLP:RED", "TLP:RED may not be stored"), ("TLP:AMBER", "lets nobody read")):
        form = {"label": label, "reason": "Zqreason", "circles": [world.circle.pk], "chatham_house": "on"}
        page = client.post(address("widen", world.entry), form).content.decode()
        assert words in page
        assert "Zqreason" in page
    assert not MarkingChange.objects.exists()


def test_a_reviewer_refuses_with_a_reason_and_a_curator_withdraws(world: World) -> None:
    world.asked(by=world.curator)
    second = signed_in(world.reviewer)
    assert second.post(address("decide", world.entry), {"reason": ""}).status_code == 200
    second.post(address("decide", world.entry), {"reason": "Not yet."})
    assert MarkingChange.objects.get().state == ChangeState.REFUSED
    world.asked(by=world.curator)
    first = signed_in(world.curator)
    assert 'name="agree"' not in first.get(address("decide", world.entry)).content.decode()
    assert first.post(address("decide", world.entry), {"agree": "1"}).status_code == 404
    first.post(address("decide", world.entry))
    assert {row.state for row in MarkingChange.objects.all()} == {ChangeState.REFUSED, ChangeState.WITHDRAWN}


def test_a17_who_is_not_the_second_person_finds_nothing_to_decide(world: World) -> None:
    change = world.asked(by=world.curator)
    outsider = make_user(roles=[Role.REVIEWER, Role.CURATOR])
    chief = make_user(superuser=True, member=False, roles=Role.values)
    for person, widen in ((world.other_reviewer, 403), (outsider, 404), (chief, 404)):
        client = signed_in(person)
        assert client.get(address("decide", world.entry)).status_code == 404
        assert client.post(address("decide", world.entry), {"agree": "1"}).status_code == 404
        answer = client.post(address("widen", world.entry), {"label": "TLP:GREEN", "reason": "x"})
        assert answer.status_code == widen or (widen == 403 and answer.status_code == 302)
    change.refresh_from_db()
    assert change.is_open
    assert MarkingChange.objects.count() == 1


def test_a_draft_is_asked_about_and_decided_in_the_editing_interface(world: World) -> None:
    Entry.objects.filter(pk=world.entry.pk).update(live=False)
    signed_in(world.curator).post(
        address("widen", world.entry), {"label": "TLP:GREEN", "reason": "x", "chatham_house": "on"}
    )
    signed_in(world.reviewer).post(address("decide", world.entry), {"agree": "1"})
    assert world.label() == "TLP:GREEN"


def test_a_new_entry_keeps_its_source_aside(world: World) -> None:
    from tests.kb.admin_forms import form_data

    client = signed_in(world.curator)
    add = reverse(Entry.snippet_viewset.get_url_name("add"))
    form = {"kind": "practice", "label": "TLP:GREEN", "owning_organisation": world.away.pk}
    client.post(f"{add}?kind=practice", form_data("practice", **form))
    made = Entry.objects.order_by("-pk")[0]
    assert made.pk != world.entry.pk
    assert made.marking.owning_organisation is None
    assert marking.source_of(made) == world.away.pk
