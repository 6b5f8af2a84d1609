"""Does it take two people, one of them for the source, to let more people read, and never fewer?"""

import datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from kb import marking
from kb.choices import ChangeState, Tlp
from kb.models import Entry, Marking, MarkingChange, Origin
from people import audit
from people.choices import MembershipState, Role
from people.models import User
from tests.factories import make_circle, make_entry, make_organisation, make_user
from tests.people.audit import log

pytestmark = pytest.mark.django_db


class World:
    """An entry of a circle that comes from one of its organisations, and people with and without a say."""

    def __init__(self, label: str = "TLP:AMBER") -> None:
        self.circle = make_circle()
        self.home = make_organisation(circles=[self.circle])
        self.away = make_organisation(circles=[self.circle])
        owner = self.home if label == Tlp.AMBER_STRICT else None
        self.entry = make_entry(label=label, circles=[self.circle], owning_organisation=owner)
        if owner is None:
            marking.note_source(translation_key=self.entry.translation_key, organisation=self.home)
        self.contact = make_user(roles=[Role.CONTACT_POINT], organisation=self.home)
        self.curator = make_user(roles=[Role.CURATOR], organisation=self.away)
        self.reviewer = make_user(roles=[Role.REVIEWER], organisation=self.home)
        self.other_reviewer = make_user(roles=[Role.REVIEWER], organisation=self.away)

    def asked(self, by: User | None = None, **wanted: Any) -> MarkingChange:
        wanted = {"label": "TLP:GREEN", "reason": "It is of use to all.", **wanted}
        return marking.request_lowering(entry=self.entry, by=by or self.contact, **wanted)

    def label(self) -> str:
        return Marking.objects.get(pk=self.entry.marking_id).label


@pytest.fixture
def world() -> World:
    return World()


def test_a17_nothing_changes_before_a_second_person_agrees(world: World) -> None:
    change = world.asked()
    assert world.label() == "TLP:AMBER"
    done = marking.agree(change=change, by=world.other_reviewer)
    assert world.label() == "TLP:GREEN"
    assert (done.state, done.answered_by) == (ChangeState.AGREED, world.other_reviewer)


def test_a17_the_same_person_cannot_be_both(world: World) -> None:
    both = make_user(roles=[Role.CURATOR, Role.REVIEWER, Role.SECURITY_OFFICER], organisation=world.home)
    change = world.asked(by=both)
    with pytest.raises(marking.NotForThisPerson):
        marking.agree(change=change, by=both)
    with pytest.raises(IntegrityError), transaction.atomic():
        MarkingChange.objects.filter(pk=change.pk).update(
            state=ChangeState.AGREED, answered_by=both, answered_at=timezone.now()
        )
    assert world.label() == "TLP:AMBER"


@pytest.mark.parametrize("role", ["", *Role.values])
def test_a17_only_curators_and_the_sources_contact_point_ask(world: World, role: str) -> None:
    for organisation in (world.home, world.away):
        person = make_user(roles=[role] if role else [], organisation=organisation)
        may = role == Role.CURATOR or (role == Role.CONTACT_POINT and organisation == world.home)
        if may:
            marking.withdraw_request(change=world.asked(by=person), by=person)
        else:
            with pytest.raises(marking.NotForThisPerson):
                world.asked(by=person)


@pytest.mark.parametrize("role", ["", *Role.values])
def test_a17_only_reviewers_trainers_and_security_officers_agree(world: World, role: str) -> None:
    change = world.asked()
    person = make_user(roles=[role] if role else [], organisation=world.away)
    if role in (Role.REVIEWER, Role.TRAINER, Role.SECURITY_OFFICER):
        marking.agree(change=change, by=person)
    else:
        with pytest.raises(marking.NotForThisPerson):
            marking.agree(change=change, by=person)


def test_a17_one_of_the_two_belongs_to_the_source(world: World) -> None:
    change = world.asked(by=world.curator)
    with pytest.raises(marking.NotForThisPerson):
        marking.agree(change=change, by=world.other_reviewer)
    marking.agree(change=change, by=world.reviewer)
    assert world.label() == "TLP:GREEN"


def test_a17_whoever_may_not_read_an_entry_has_no_say_in_it(world: World) -> None:
    with pytest.raises(marking.NotForThisPerson):
        world.asked(by=make_user(roles=[Role.CURATOR]))
    with pytest.raises(marking.NotForThisPerson):
        marking.agree(change=world.asked(), by=make_user(roles=[Role.REVIEWER]))
    with pytest.raises(marking.NotForThisPerson):
        world.asked(by=make_user(roles=[Role.CURATOR, Role.CONTACT_POINT], superuser=True, member=False))


def test_a17_an_asker_who_left_meanwhile_asked_for_nothing(world: World) -> None:
    change = world.asked()
    world.contact.memberships.update(state=MembershipState.ENDED)
    with pytest.raises((marking.ChangedMeanwhile, marking.NotForThisPerson)):
        marking.agree(change=change, by=world.reviewer)
    assert world.label() == "TLP:AMBER"


def test_what_was_asked_of_another_marking_is_overtaken(world: World) -> None:
    change = world.asked()
    marking.relabel(entry=world.entry, label="TLP:AMBER+STRICT", owning_organisation=world.home, by=world.curator)
    change.refresh_from_db()
    assert change.state == ChangeState.OVERTAKEN
    with pytest.raises(marking.AlreadyDecided):
        marking.agree(change=change, by=world.reviewer)
    # Even a marking that was written past the verbs.
    second = world.asked()
    Marking.objects.filter(pk=world.entry.marking_id).update(chatham_house=False)
    with pytest.raises(marking.ChangedMeanwhile):
        marking.agree(change=second, by=world.reviewer)


def test_a_request_expires_after_thirty_days(world: World) -> None:
    change = world.asked()
    late = timezone.now() + datetime.timedelta(days=31)
    assert marking.expire(at=timezone.now()) == 0
    MarkingChange.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    with pytest.raises(marking.AlreadyDecided):
        marking.agree(change=change, by=world.reviewer)
    assert world.asked().is_open  # it stands in nobody's way
    assert marking.expire(at=late) == 1
    assert set(MarkingChange.objects.values_list("state", flat=True)) == {ChangeState.EXPIRED}


def test_there_is_one_open_request_a_work(world: World) -> None:
    first = world.asked()
    with pytest.raises(marking.AlreadyAsked):
        world.asked(by=world.curator)
    marking.refuse(change=first, by=world.reviewer, reason="Not yet.")
    with pytest.raises(marking.AlreadyDecided):
        marking.agree(change=first, by=world.other_reviewer)
    assert world.asked(by=world.curator).is_open


def test_the_source_refuses_what_others_ask(world: World) -> None:
    change = world.asked(by=world.curator)
    with pytest.raises(marking.ReasonMissing):
        marking.refuse(change=change, by=world.contact, reason="  ")
    with pytest.raises(marking.NotForThisPerson):
        marking.agree(change=change, by=world.contact)
    assert marking.refuse(change=change, by=world.contact, reason="We said no.").answer == "We said no."


def test_only_who_asked_withdraws(world: World) -> None:
    change = world.asked()
    with pytest.raises(marking.NotForThisPerson):
        marking.withdraw_request(change=change, by=world.curator)
    assert marking.withdraw_request(change=change, by=world.contact).state == ChangeState.WITHDRAWN


@pytest.mark.parametrize(
    ("label", "wanted"),
    [
        ("TLP:GREEN", {"label": "TLP:CLEAR"}),
        ("TLP:GREEN", {"label": "TLP:GREEN", "partner_release": True}),
        ("TLP:GREEN", {"label": "TLP:GREEN", "chatham_house": False}),
        ("TLP:AMBER", {"label": "TLP:AMBER", "circles": "another"}),
        ("TLP:AMBER+STRICT", {"label": "TLP:GREEN"}),
    ],
)
def test_a17_each_way_to_more_readers_takes_two(label: str, wanted: dict[str, Any]) -> None:
    world = World(label)
    if wanted.get("circles"):
        wanted = {**wanted, "circles": [world.circle, make_circle()]}
    with pytest.raises(marking.LoweringNeedsTwoPeople):
        marking.relabel(entry=world.entry, by=world.contact, **wanted)
    marking.agree(change=world.asked(**wanted), by=world.reviewer)
    stored = Marking.objects.get(pk=world.entry.marking_id)
    assert stored.label == wanted["label"]
    assert stored.partner_release == wanted.get("partner_release", False)
    assert stored.chatham_house == wanted.get("chatham_house", True)
    assert set(stored.circles.all()) == set(wanted.get("circles", ()))


def test_lowering_strict_erases_the_owner_and_keeps_the_source_aside() -> None:
    world = World("TLP:AMBER+STRICT")
    marking.agree(change=world.asked(label="TLP:AMBER", circles=[world.circle]), by=world.reviewer)
    stored = Marking.objects.get(pk=world.entry.marking_id)
    assert stored.owning_organisation is None
    assert Origin.objects.get().organisation == world.home
    assert marking.source_of(Entry.objects.get(pk=world.entry.pk)) == world.home.pk


def test_what_narrows_needs_no_request_and_red_is_refused(world: World) -> None:
    with pytest.raises(marking.NobodyGains):
        world.asked(label="TLP:AMBER+STRICT", owning_organisation=world.home)
    with pytest.raises(marking.NobodyGains):
        world.asked(label="TLP:AMBER", circles=[world.circle])
    for red in ("TLP:RED", "red", "TLP: RED"):
        with pytest.raises(marking.RedRefused):
            world.asked(label=red)
    with pytest.raises(marking.CirclesMissing):
        world.asked(label="TLP:AMBER", circles=[])


def test_a_circle_that_went_meanwhile_is_not_agreed_to(world: World) -> None:
    new = make_circle()
    change = world.asked(label="TLP:AMBER", circles=[new])
    new.delete()
    with pytest.raises(marking.ChangedMeanwhile):
        marking.agree(change=change, by=world.reviewer)


def test_the_source_of_a_copy_is_that_of_what_was_copied(world: World) -> None:
    from kb import curation

    world.entry.save_revision()
    copy = curation.copy_entry(entry=Entry.objects.get(pk=world.entry.pk), by=world.curator)
    assert marking.source_of(copy) == world.home.pk


def test_with_the_last_version_of_a_work_its_source_is_forgotten(world: World) -> None:
    Entry.objects.get(pk=world.entry.pk).delete()
    assert not Origin.objects.exists()


def away(*_args: Any, **_kwargs: Any) -> None:
    raise DatabaseError("locked")


def test_on_the_web_more_people_read_only_once_that_is_recorded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    change = world.asked()
    monkeypatch.setattr("people.audit.recording._added", away)
    with audit.acting(world.other_reviewer.pk):
        with pytest.raises(audit.NotRecorded):
            marking.agree(change=change, by=world.other_reviewer)
        assert world.label() == "TLP:AMBER"
        marking.restrict_now(entry=world.entry, by=world.curator, organisation=world.away)
    assert world.label() == "TLP:AMBER+STRICT"


def test_asking_agreeing_and_recalling_stand_in_the_audit_log(world: World) -> None:
    log.empty()
    marking.agree(change=world.asked(), by=world.other_reviewer)
    marking.recall(entry=world.entry, by=world.contact)
    found = [(row.event, row.actor, row.object_ids.strip(), row.data) for row in log.events()]
    key, both = world.entry.public_id, '{"from":"TLP:AMBER","to":"TLP:GREEN"}'
    assert [row for row in found if row[0] != "admin-action"] == [
        ("label-requested", world.contact.pk, key, both),
        ("label-changed", world.other_reviewer.pk, key, both),
        ("recalled", world.contact.pk, key, "{}"),
    ]
