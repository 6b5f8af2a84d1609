"""Are those told with a say, those who had what was recalled, and nobody else; and do mails name nothing and nobody?"""

import json

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from kb import marking, notices
from kb.models import Recall
from people import audit, notice_kinds, notice_mail
from people.choices import MailRhythm, MembershipState, Role
from people.models import Notice, Profile, User
from tests.factories import make_entry, make_user
from tests.kb.marking.test_lowering import World
from tests.people.audit import log

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


def said_to(user: User) -> list[str]:
    return [words.text for words in notice_kinds.words_for(user, user.notices.all()).values()]


def assert_mails_tell_nothing(world: World) -> None:
    assert mail.outbox
    for message in mail.outbox:
        text = f"{message.subject} {message.body}"
        for word in ("Zqtitle", world.entry.public_id, world.home.name, world.contact.email, "Zqwhy"):
            assert word not in text
        assert text.split("http", 1)[1].split()[0].endswith("/you/inbox/")


def test_a48_those_who_may_agree_are_told_the_title_in_the_site_alone(world: World) -> None:
    change = world.asked(reason="Zqwhy")
    assert notices.tell_of_marking.call("change", change.pk) == 2
    assert told() == sorted([world.reviewer.email, world.other_reviewer.email])
    assert_mails_tell_nothing(world)
    (text,) = said_to(world.reviewer)
    assert "“Zqtitle”" in text
    assert "Zqwhy" not in text
    assert set(Notice.objects.values_list("recipient", flat=True)) == {world.reviewer.pk, world.other_reviewer.pk}


def test_the_sources_contact_point_is_told_that_it_may_refuse_what_somebody_else_asks(world: World) -> None:
    change = world.asked(by=world.curator)
    assert notices.tell_of_marking.call("change", change.pk) == 2
    assert told() == sorted([world.reviewer.email, world.contact.email])
    assert said_to(world.contact) == ["“Zqtitle”: somebody asks that more people may read it, and you may refuse."]
    assert "and you may decide" in str(said_to(world.reviewer))
    marking.refuse(change=change, by=world.contact, reason="Not yet.")
    assert said_to(world.contact) == []


def test_a47_who_lost_access_before_sending_is_told_nothing(world: World) -> None:
    change = world.asked()
    assert notices.tell_of_marking.call("change", change.pk) == 2
    once = f"notice-{world.reviewer.pk}-1"
    assert notice_mail.still_due(once=once)
    world.reviewer.memberships.update(state=MembershipState.ENDED)
    assert not notice_mail.still_due(once=once)
    assert said_to(world.reviewer) == []
    assert notices.tell_of_marking.call("change", change.pk) == 1
    marking.withdraw_request(change=change, by=world.contact)
    assert notices.tell_of_marking.call("change", change.pk) == 0
    assert said_to(world.other_reviewer) == []


def test_the_asker_is_told_of_the_decision(world: World) -> None:
    change = world.asked()
    assert notices.tell_of_marking.call("changed", change.pk) == 0
    marking.refuse(change=change, by=world.reviewer, reason="Zqwhy")
    assert notices.tell_of_marking.call("changed", change.pk) == 1
    assert told() == [world.contact.email]
    assert_mails_tell_nothing(world)
    assert said_to(world.contact) == ["“Zqtitle”, about which you asked: Refused."]
    world.contact.memberships.update(state=MembershipState.ENDED)
    assert "Zqtitle" not in str(said_to(world.contact))


def test_a48_a_question_reaches_source_and_curators_and_its_answer_the_reader(world: World) -> None:
    question = marking.ask(entry=world.entry, audience="All", reason="Zqwhy", by=world.other_reviewer)
    assert notices.tell_of_marking.call("question", question.pk) == 2
    assert told() == sorted([world.contact.email, world.curator.email])
    assert notices.tell_of_marking.call("answered", question.pk) == 0
    marking.decline(question=question, by=world.contact, reason="Zqwhy")
    assert notices.tell_of_marking.call("question", question.pk) == 0
    assert notices.tell_of_marking.call("answered", question.pk) == 1
    assert mail.outbox[-1].to == [world.other_reviewer.email]
    assert_mails_tell_nothing(world)
    assert "Zqtitle" in str(said_to(world.other_reviewer))


def test_who_wants_no_mails_about_markings_gets_none_and_is_told_in_the_site(world: World) -> None:
    Profile.objects.create(user=world.reviewer, mails={notices.MARKING: MailRhythm.NEVER})
    change = world.asked()
    assert notices.tell_of_marking.call("change", change.pk) == 2
    assert told() == [world.other_reviewer.email]
    assert "Zqtitle" in str(said_to(world.reviewer))


def test_a48_contact_points_of_those_who_could_read_are_told_of_a_recall(world: World) -> None:
    other = make_user(roles=[Role.CONTACT_POINT], organisation=world.away)
    Profile.objects.create(user=other, mails={notices.RECALLED: MailRhythm.NEVER})  # of a recall mails always come
    marking.recall(entry=world.entry, by=world.contact)
    assert notices.tell_of_marking.call("recall", Recall.objects.get().pk) == 2
    assert told() == sorted([world.contact.email, other.email])
    assert_mails_tell_nothing(world)
    (text,) = said_to(other)
    assert world.entry.public_id in text
    assert "Zqtitle" not in text


def test_nobody_is_told_that_the_source_recalled_what_the_security_officer_did(world: World) -> None:
    officer = make_user(roles=[Role.SECURITY_OFFICER], organisation=world.away)
    marking.recall(entry=world.entry, by=officer)
    notices.tell_of_marking.call("recall", Recall.objects.get().pk)
    (text,) = said_to(world.contact)
    assert "was recalled. Have copies" in text
    assert audit.Event.RECALLED.label == "Recalled"


def read(client: Client, world: World, user: User) -> None:
    client.force_login(user)
    assert client.get(world.entry.get_absolute_url()).status_code == 200


def test_whoever_read_a_recalled_entry_is_told_once_and_that_is_recorded(world: World, client: Client) -> None:
    log.empty()
    member, gone = (make_user(organisation=world.away) for _number in range(2))
    make_user(organisation=world.away)  # could have read it and has not
    for person in (member, gone, world.curator):
        read(client, world, person)
    gone.memberships.update(state=MembershipState.ENDED)
    marking.recall(entry=world.entry, by=world.contact)
    key = Recall.objects.get().pk
    assert notices.tell_of_marking.call("recall", key) == 4
    assert told() == sorted(person.email for person in (member, gone, world.curator, world.contact))
    assert_mails_tell_nothing(world)
    for person in (member, gone):
        (text,) = said_to(person)
        assert text == (
            f"Entry {world.entry.public_id}, which you had, was recalled. Delete copies and notes of its text."
        )
    client.force_login(member)
    assert world.entry.public_id in client.get(reverse("people:inbox")).content.decode()
    rows = log.events(audit.Event.RECALL_TOLD)
    assert {json.loads(row.data)["person"] for row in rows} == {member.pk, gone.pk, world.curator.pk}
    assert {row.object_ids for row in rows} == {f" {world.entry.public_id} "}
    assert notices.tell_of_marking.call("recall", key) == 4
    assert (len(mail.outbox), len(log.events(audit.Event.RECALL_TOLD))) == (4, 3)


def test_a_recall_leads_its_readers_to_the_tombstone_those_not_cleared_any_more_nowhere(
    world: World, client: Client
) -> None:
    member, gone = (make_user(organisation=world.away) for _number in range(2))
    for person in (member, gone):
        read(client, world, person)
    gone.memberships.update(state=MembershipState.ENDED)
    marking.recall(entry=world.entry, by=world.contact)
    notices.tell_of_marking.call("recall", Recall.objects.get().pk)

    def leads_to(user: User) -> str:
        (words,) = notice_kinds.words_for(user, user.notices.all()).values()
        return words.address

    assert leads_to(gone) == ""
    client.force_login(member)
    assert client.get(leads_to(member)).status_code == 410


def test_of_what_is_not_recorded_when_read_those_are_told_who_spoke_of_it() -> None:
    entry = make_entry(label="TLP:GREEN")
    asker, reader, source = make_user(), make_user(), make_user(roles=[Role.CONTACT_POINT])
    marking.note_source(translation_key=entry.translation_key, organisation=source.memberships.get().organisation)
    marking.ask(entry=entry, audience="All", reason="Why not", by=asker)
    marking.recall(entry=entry, by=source)
    notices.tell_of_marking.call("recall", Recall.objects.get().pk)
    assert asker.email in told()
    assert reader.email not in told()


def test_a_recall_that_has_ended_says_nothing_any_more(world: World, client: Client) -> None:
    member = make_user(organisation=world.away)
    read(client, world, member)
    marking.recall(entry=world.entry, by=world.contact)
    key = Recall.objects.get().pk
    notices.tell_of_marking.call("recall", key)
    change = marking.request_restoring(entry=world.entry, reason="A mistake.", by=world.contact)
    marking.agree(change=change, by=world.other_reviewer)
    assert said_to(member) == []
    assert notices.tell_of_marking.call("recall", key) == 0


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
