"""Do mails about markings go only to those with a say, and name nothing and nobody?"""

import pytest
from django.core import mail

from kb import marking, notices
from kb.models import Recall
from people.choices import MembershipState, Role
from tests.factories import make_user
from tests.kb.marking.test_lowering import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = World()
    world.entry.title = "Zqtitle"
    world.entry.save()
    make_user(roles=list(Role.values))  # cleared for nothing of it
    make_user(roles=list(Role.values), superuser=True, member=False)
    return world


def told() -> list[str]:
    return sorted(address for message in mail.outbox for address in message.to)


def assert_nothing_is_told(world: World) -> None:
    for message in mail.outbox:
        text = f"{message.subject} {message.body}"
        for word in ("Zqtitle", world.entry.public_id, world.home.name, world.contact.email, "Zqwhy"):
            assert word not in text
        assert text.split("http", 1)[1].split()[0].endswith("/marking/")


def test_a48_those_who_may_agree_are_told_without_title(world: World) -> None:
    change = world.asked(reason="Zqwhy")
    assert notices.tell_of_marking.call("change", change.pk) == 2
    assert told() == sorted([world.reviewer.email, world.other_reviewer.email])
    assert_nothing_is_told(world)


def test_a47_who_lost_access_before_sending_is_not_told(world: World) -> None:
    change = world.asked()
    once = f"marking-change-{change.pk}-{world.reviewer.pk}"
    assert notices.still_due(once=once)
    world.reviewer.memberships.update(state=MembershipState.ENDED)
    assert not notices.still_due(once=once)
    assert notices.tell_of_marking.call("change", change.pk) == 1
    marking.withdraw_request(change=change, by=world.contact)
    assert notices.tell_of_marking.call("change", change.pk) == 0
    assert notices.still_due(once="review-1-2")


def test_the_asker_is_told_of_the_decision(world: World) -> None:
    change = world.asked()
    assert notices.tell_of_marking.call("changed", change.pk) == 0
    marking.refuse(change=change, by=world.reviewer, reason="Zqwhy")
    assert notices.tell_of_marking.call("changed", change.pk) == 1
    assert told() == [world.contact.email]
    assert_nothing_is_told(world)


def test_a48_a_question_reaches_source_and_curators_and_its_answer_the_reader(world: World) -> None:
    question = marking.ask(entry=world.entry, audience="All", reason="Zqwhy", by=world.other_reviewer)
    assert notices.tell_of_marking.call("question", question.pk) == 2
    assert told() == sorted([world.contact.email, world.curator.email])
    assert notices.tell_of_marking.call("answered", question.pk) == 0
    marking.decline(question=question, by=world.contact, reason="Zqwhy")
    assert notices.tell_of_marking.call("question", question.pk) == 0
    assert notices.tell_of_marking.call("answered", question.pk) == 1
    assert mail.outbox[-1].to == [world.other_reviewer.email]
    assert_nothing_is_told(world)


def test_a48_contact_points_of_those_who_could_read_are_told_of_a_recall(world: World) -> None:
    other = make_user(roles=[Role.CONTACT_POINT], organisation=world.away)
    marking.recall(entry=world.entry, by=world.contact)
    assert notices.tell_of_marking.call("recall", Recall.objects.get().pk) == 2
    assert told() == sorted([world.contact.email, other.email])
    assert_nothing_is_told(world)


def test_every_verb_has_somebody_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(notices.tell_of_marking.__class__, "enqueue", lambda self, *args: asked.append(args[0]))
    change = world.asked()
    marking.refuse(change=change, by=world.reviewer, reason="No.")
    question = marking.ask(entry=world.entry, audience="All", reason="x", by=world.other_reviewer)
    marking.decline(question=question, by=world.contact, reason="No.")
    world.asked()
    marking.recall(entry=world.entry, by=world.contact)
    assert asked == ["change", "changed", "question", "answered", "change", "changed", "recall"]
