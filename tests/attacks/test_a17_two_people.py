"""Lowering a label needs two people: is everybody else turned away, at every address and by every verb?"""

import pytest
from django.test import Client

from kb import marking
from kb.choices import ChangeState
from kb.models import Entry, Marking, MarkingChange
from people.choices import Role
from tests.attacks.people import KINDS, READS, Cast

pytestmark = pytest.mark.django_db
WIDEN = {"label": "TLP:CLEAR", "reason": "x", "chatham_house": "on"}


def label(entry: Entry) -> str:
    return Marking.objects.get(pk=entry.marking_id).label


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [name for name in READS if name != "clear"])
def test_a17_nobody_lowers_a_label_alone(cast: Cast, kind: str, name: str) -> None:
    entry = cast.work(name).entry
    before, client = label(entry), cast.client(kind)
    base = f"/entries/{entry.public_id}"
    for address in (f"{base}/marking/narrow/", f"{base}/marking/widen/", f"{base}/marking/restrict/"):
        client.post(address, WIDEN)
    admin = f"/admin/snippets/kb/entry/{{}}/{entry.pk}/"
    for step in ("marking", "widen", "decide"):
        client.post(admin.format(step), {**WIDEN, "agree": "1"})
    for change in MarkingChange.objects.all():
        for verb in ("agree", "withdraw"):
            client.post(f"/marking/requests/{change.pk}/", {verb: "1"})
    order = ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT"]
    assert order.index(label(entry)) >= order.index(before)
    assert not MarkingChange.objects.filter(state=ChangeState.AGREED).exists()


@pytest.mark.parametrize("kind", KINDS)
def test_a17_only_a_second_person_with_a_say_agrees(cast: Cast, kind: str) -> None:
    entry = cast.work("amber_home").entry
    asker = cast.user("curator")
    assert asker is not None
    change = marking.request_lowering(entry=entry, label="TLP:GREEN", reason="x", by=asker)
    client = cast.client(kind)
    page = client.get(f"/marking/requests/{change.pk}/")
    answer = client.post(f"/marking/requests/{change.pk}/", {"agree": "1"})
    if kind in {"reviewer", "trainer", "security_officer"}:
        assert (page.status_code, label(entry)) == (200, "TLP:GREEN")
    else:
        assert answer.status_code == 404
        assert label(entry) == "TLP:AMBER"
        assert page.status_code == (200 if kind == "curator" else 404)


def test_a17_the_same_moderator_twice_is_refused(cast: Cast) -> None:
    moderator = cast.user("other_reviewer")  # curator and reviewer at once
    assert moderator is not None
    assert {Role.CURATOR, Role.REVIEWER} <= set(moderator.role_assignments.values_list("role", flat=True))
    entry = cast.work("amber_other").entry
    change = marking.request_lowering(entry=entry, label="TLP:GREEN", reason="x", by=moderator)
    client: Client = cast.client("other_reviewer")
    assert client.post(f"/marking/requests/{change.pk}/", {"agree": "1"}).status_code == 404
    assert label(entry) == "TLP:AMBER"
