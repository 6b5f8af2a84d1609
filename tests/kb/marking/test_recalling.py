"""Is a recalled entry gone for everybody at once, and does it come back only by two people?"""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kb import curation, marking, publishing
from kb.choices import ReportReason, SpillOutcome, Standing
from kb.models import Entry, Marking, Recall, Spill
from kb.signals import entry_recalled, entry_withdrawn
from kb.spills import procedure, purging, steps
from people import audit
from people.choices import MembershipState, Role
from people.models import Membership, User
from people.viewers import ANONYMOUS, viewer_of
from tests.factories import make_entry, make_user
from tests.kb.marking.test_lowering import World, away

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("role", ["", *Role.values])
def test_only_the_sources_contact_point_and_the_security_officer_recall(world: World, role: str) -> None:
    for organisation in (world.away, world.home):
        person = make_user(roles=[role] if role else [], organisation=organisation)
        if role == Role.SECURITY_OFFICER or (role == Role.CONTACT_POINT and organisation == world.home):
            marking.recall(entry=world.entry, by=person)
            break
        with pytest.raises(marking.NotForThisPerson):
            marking.recall(entry=world.entry, by=person)
    else:
        assert not Recall.objects.exists()


def test_a_recall_hides_every_language_version_and_tells_search(world: World) -> None:
    version = make_entry("Autre langue", translation_of=world.entry, language="fr")
    heard: list[Any] = []

    def hear(sender: Any, translation_key: Any, **kwargs: Any) -> None:
        heard.append(translation_key)

    for signal in (entry_withdrawn, entry_recalled):
        signal.connect(hear)
    marking.recall(entry=version, by=world.contact)
    for signal in (entry_withdrawn, entry_recalled):
        signal.disconnect(hear)
    assert heard == [world.entry.translation_key] * 2
    for person in (world.contact, world.curator, world.reviewer):
        assert not Entry.objects.visible_to(viewer_of(person)).exists()
        assert not Entry.objects.editable_by(viewer_of(person)).exists()


def test_what_is_recalled_is_neither_recalled_again_nor_replaced_nor_reviewed(world: World) -> None:
    marking.recall(entry=world.entry, by=world.contact)
    for verb in (
        lambda: marking.recall(entry=world.entry, by=world.contact),
        lambda: curation.supersede(old=world.entry, new=make_entry(), by=None),
        lambda: world.asked(),
        lambda: curation.mark_reviewed(entry=Entry.objects.get(pk=world.entry.pk), by=None),
    ):
        with pytest.raises((marking.NotPublished, curation.NotLive)):
            verb()


def test_a_draft_that_is_published_by_the_clock_stays_recalled(world: World) -> None:
    world.entry.save_revision()
    marking.recall(entry=world.entry, by=world.contact)
    publishing.publish_entry(entry=world.entry, by=None)
    assert Entry.objects.get(pk=world.entry.pk).standing == Standing.RECALLED


def test_it_takes_two_people_to_bring_an_entry_back_as_it_stood(world: World) -> None:
    Entry.objects.filter(pk=world.entry.pk).update(standing=Standing.EXPIRED)
    marking.recall(entry=world.entry, by=world.contact)
    change = marking.request_restoring(entry=world.entry, reason="It was a mistake.", by=world.contact)
    with pytest.raises(marking.NotForThisPerson):
        marking.agree(change=change, by=world.contact)
    assert Entry.objects.get(pk=world.entry.pk).standing == Standing.RECALLED
    marking.agree(change=change, by=world.reviewer)
    assert Entry.objects.get(pk=world.entry.pk).standing == Standing.EXPIRED
    assert Recall.objects.get().ended_at is not None
    marking.recall(entry=world.entry, by=world.contact)
    assert Recall.objects.count() == 2


def test_what_is_not_recalled_cannot_come_back(world: World) -> None:
    with pytest.raises(marking.NotRecalled):
        marking.request_restoring(entry=world.entry, reason="Why not.", by=world.contact)


def test_only_those_who_could_read_it_learn_of_a_recall(world: World) -> None:
    marking.recall(entry=world.entry, by=world.contact)
    key = world.entry.public_id
    assert marking.recalled_for(key, viewer_of(world.curator)) is not None
    for person in (make_user(), make_user(superuser=True, member=False, roles=Role.values)):
        assert marking.recalled_for(key, viewer_of(person)) is None
    assert marking.recalled_for(key, ANONYMOUS) is None
    draft = make_entry(live=False, standing=Standing.RECALLED)
    assert marking.recalled_for(draft.public_id, ANONYMOUS) is None


def removed(entry: Entry, reporter: User) -> Spill:
    """Let an entry be removed in a spill, up to the last step before it is closed."""
    spill = procedure.open_spill(
        about="entry", key=entry.public_id, reason=ReportReason.IDENTIFIES, by=reporter.pk, vetted=True
    )
    spill = procedure.decide(spill=spill, outcome=SpillOutcome.REMOVED, by=reporter.pk)
    spill = purging.remove(spill=spill, by=reporter.pk)
    for event in procedure.NEEDED[SpillOutcome.REMOVED]:
        steps.note(spill=spill, event=event, by=reporter.pk)
    return spill


def test_what_a_spill_removed_is_a_tombstone_to_those_whom_its_marking_admits(world: World, client: Client) -> None:
    address = world.entry.get_absolute_url()
    stranger = make_user(superuser=True, roles=Role.values)
    spill = removed(world.entry, world.contact)
    unknown = client.get(reverse("kb:entry", args=["zzzzzzzz"])).status_code
    for person in (world.contact, world.curator, stranger):
        client.force_login(person)
        assert client.get(address).status_code == unknown == 404
    procedure.close(spill=spill, lesson="Ask twice.", by=world.contact.pk)
    for person in (world.contact, world.curator):
        client.force_login(person)
        answer = client.get(address)
        assert answer.status_code == 410
        page = answer.content.decode()
        assert "was recalled on" in page
        assert "spill" not in page.lower()
        assert client.get(f"{address}restore/").status_code == 404
    client.force_login(stranger)
    assert client.get(address).status_code == 404
    assert Client().get(address).status_code == 404


def test_a_removed_entry_that_everybody_could_read_is_a_tombstone_to_everybody(client: Client) -> None:
    entry, member = make_entry(), make_user()
    procedure.close(spill=removed(entry, member), lesson="Ask twice.", by=member.pk)
    assert client.get(entry.get_absolute_url()).status_code == 410


def test_a_draft_that_nobody_could_read_leaves_no_tombstone(client: Client) -> None:
    entry, member = make_entry(live=False), make_user()
    procedure.close(spill=removed(entry, member), lesson="Ask twice.", by=member.pk)
    assert client.get(entry.get_absolute_url()).status_code == 404


def test_a_recalled_entry_that_is_reported_shows_no_tombstone_while_it_is_looked_into(world: World) -> None:
    marking.recall(entry=world.entry, by=world.contact)
    Marking.objects.filter(pk=world.entry.marking_id).update(frozen_at=timezone.now())
    assert marking.tombstone_for(world.entry.public_id, viewer_of(world.curator)) is None


def test_the_contact_point_of_another_organisation_does_not_speak_for_the_source(world: World) -> None:
    stranger = make_user(roles=[Role.CONTACT_POINT], organisation=world.away)
    Membership.objects.create(user=stranger, organisation=world.home, state=MembershipState.ACTIVE)
    with pytest.raises(marking.NotForThisPerson):
        marking.recall(entry=world.entry, by=stranger)
    with pytest.raises(marking.NotForThisPerson):
        world.asked(by=stranger)
    with pytest.raises(marking.NotForThisPerson):
        marking.refuse(change=world.asked(), by=stranger, reason="No.")


def test_on_the_web_nothing_comes_back_unrecorded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    marking.recall(entry=world.entry, by=world.contact)
    change = marking.request_restoring(entry=world.entry, reason="It was mended.", by=world.contact)
    monkeypatch.setattr("people.audit.recording._added", away)
    with audit.acting(world.other_reviewer.pk), pytest.raises(audit.NotRecorded):
        marking.agree(change=change, by=world.other_reviewer)
    assert Entry.objects.get(pk=world.entry.pk).standing == Standing.RECALLED
