"""Do the pages about a marking let the right people act, and tell the others nothing?"""

from typing import Any

import pytest
from django.test import Client

from kb import marking
from kb.choices import ChangeState, QuestionState, Tlp
from kb.models import Entry, Marking, MarkingChange, Recall, SharingQuestion
from people.choices import Role
from people.models import User
from tests.factories import make_circle, make_entry, make_user
from tests.kb.marking.test_lowering import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def signed_in(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def label_of(entry: Entry) -> str:
    return Marking.objects.get(pk=entry.marking_id).label


def pages(entry: Entry) -> list[str]:
    base = f"/entries/{entry.public_id}/"
    names = ("marking/", "marking/restrict/", "marking/narrow/", "marking/widen/", "recall/", "restore/", "ask/")
    return [base + name for name in names]


def test_those_who_may_not_read_it_find_none_of_its_pages(world: World) -> None:
    for person in (None, make_user(), make_user(superuser=True, member=False, roles=Role.values)):
        client = signed_in(person)
        for address in pages(world.entry):
            assert client.get(address).status_code == 404, address
            assert client.post(address, {"reason": "x", "label": "TLP:CLEAR"}).status_code == 404, address
    assert label_of(world.entry) == Tlp.AMBER
    assert not (MarkingChange.objects.exists() or SharingQuestion.objects.exists() or Recall.objects.exists())


def test_anonymous_readers_of_a_public_entry_find_none_of_its_pages() -> None:
    entry = make_entry()
    page = Client().get(entry.get_absolute_url())
    assert "/marking/" not in page.content.decode()
    assert {Client().get(address).status_code for address in pages(entry)} == {404}


def test_a_member_may_ask_and_nothing_else(world: World) -> None:
    client = signed_in(make_user(organisation=world.away))
    page = client.get(world.entry.get_absolute_url()).content.decode()
    assert f"/entries/{world.entry.public_id}/ask/" in page
    assert "Restrict now" not in page
    assert [client.get(address).status_code for address in pages(world.entry)] == [404] * 6 + [200]


def test_restrict_now_takes_one_confirmation_and_holds_at_once(world: World) -> None:
    client = signed_in(world.contact)
    assert "Restrict now" in client.get(world.entry.get_absolute_url()).content.decode()
    address = f"/entries/{world.entry.public_id}/marking/restrict/"
    assert "It takes two people" in client.get(address).content.decode()
    assert label_of(world.entry) == Tlp.AMBER
    client.post(address)
    assert label_of(world.entry) == Tlp.AMBER_STRICT
    assert signed_in(world.curator).get(world.entry.get_absolute_url()).status_code == 404


def test_restrict_now_says_who_will_read_and_keeps_the_source_able_to_recall(world: World) -> None:
    address = f"/entries/{world.entry.public_id}/marking/restrict/"
    assert str(world.home) in signed_in(world.contact).get(address).content.decode()
    page = signed_in(world.curator).get(address).content.decode()
    assert "the organisation that it comes from" in page
    assert "You are not a member there" in page
    assert str(world.home) not in page
    told = signed_in(world.curator).post(address, follow=True).content.decode()
    assert "one organisation reads it: the organisation that it comes from" in told
    assert signed_in(world.contact).get(f"/entries/{world.entry.public_id}/recall/").status_code == 200


def test_narrowing_outside_the_editing_interface_narrows_only(world: World) -> None:
    client = signed_in(world.contact)
    address = f"/entries/{world.entry.public_id}/marking/narrow/"
    for label in ("TLP:CLEAR", "TLP:GREEN", "TLP:RED"):
        page = client.post(address, {"label": label, "chatham_house": "on"})
        assert page.status_code == 200
        assert "error-summary" in page.content.decode()
    assert label_of(world.entry) == Tlp.AMBER
    client.post(address, {"label": "TLP:AMBER+STRICT", "owning_organisation": world.home.pk, "chatham_house": "on"})
    assert label_of(world.entry) == Tlp.AMBER_STRICT


def test_one_asks_another_agrees(world: World) -> None:
    first, second = signed_in(world.contact), signed_in(world.other_reviewer)
    answer = first.post(
        f"/entries/{world.entry.public_id}/marking/widen/",
        {"label": "TLP:GREEN", "reason": "Useful to all.", "chatham_house": "on"},
    )
    assert answer.status_code == 302
    change = MarkingChange.objects.get()
    desk = second.get("/marking/").content.decode()
    assert f"/marking/requests/{change.pk}/" in desk
    page = second.get(f"/marking/requests/{change.pk}/").content.decode()
    assert "Useful to all." in page
    assert "Vetted members may read this." in page
    assert str(world.contact) not in page
    second.post(f"/marking/requests/{change.pk}/", {"agree": "1"})
    assert label_of(world.entry) == Tlp.GREEN


def test_a_refusal_needs_a_reason_and_is_shown_to_who_asked(world: World) -> None:
    change = world.asked()
    address = f"/marking/requests/{change.pk}/"
    second = signed_in(world.reviewer)
    assert "error-summary" in second.post(address, {"refuse": "1", "reason": ""}).content.decode()
    second.post(address, {"refuse": "1", "reason": "The host said no."})
    assert MarkingChange.objects.get().state == ChangeState.REFUSED
    assert "The host said no." in signed_in(world.contact).get("/marking/").content.decode()
    signed_in(world.reviewer).post(address, {"agree": "1"})
    assert label_of(world.entry) == Tlp.AMBER


def test_a17_who_has_no_say_finds_no_request(world: World) -> None:
    change = world.asked()
    address = f"/marking/requests/{change.pk}/"
    strangers = [
        None,
        make_user(organisation=world.away),
        make_user(roles=[Role.REVIEWER]),
        make_user(roles=[Role.AUDITOR], organisation=world.home),
        make_user(superuser=True, member=False, roles=Role.values),
    ]
    for person in strangers:
        client = signed_in(person)
        assert client.get(address).status_code == 404
        for verb in ("agree", "refuse", "withdraw"):
            assert client.post(address, {verb: "1", "reason": "x"}).status_code == 404
    # The one who asked sees it, and cannot agree.
    client = signed_in(world.contact)
    assert 'name="agree"' not in client.get(address).content.decode()
    assert client.post(address, {"agree": "1"}).status_code == 404
    assert MarkingChange.objects.get().state == ChangeState.OPEN
    client.post(address, {"withdraw": "1"})
    assert MarkingChange.objects.get().state == ChangeState.WITHDRAWN


def test_circles_that_a_person_is_not_in_are_not_named_to_them(world: World) -> None:
    secret = make_circle("Zqcircle", organisations=[world.home])
    change = world.asked(label="TLP:AMBER", circles=[world.circle, secret])
    inside = signed_in(world.reviewer).get(f"/marking/requests/{change.pk}/").content.decode()
    outside = signed_in(world.other_reviewer).get(f"/marking/requests/{change.pk}/").content.decode()
    assert "Zqcircle" in inside
    assert "Zqcircle" not in outside
    assert "circles that you are not in" in outside


def test_a_recalled_entry_answers_with_its_tombstone_only_to_those_who_could_read_it(world: World) -> None:
    address = world.entry.get_absolute_url()
    assert signed_in(world.curator).post(f"/entries/{world.entry.public_id}/recall/").status_code == 404
    signed_in(world.contact).post(f"/entries/{world.entry.public_id}/recall/")
    for person in (world.contact, world.curator, world.reviewer):
        page = signed_in(person).get(address)
        assert page.status_code == 410
        text = page.content.decode()
        assert world.entry.public_id in text
        assert world.entry.title not in text
        assert world.entry.summary not in text
    unknown = Client().get("/entries/nothinghere/")
    for person in (None, make_user(), make_user(superuser=True, member=False)):
        page = signed_in(person).get(address)
        assert page.status_code == 404
    assert Client().get(address).content == unknown.content.replace(b"nothinghere", world.entry.public_id.encode())


def test_a_recalled_public_entry_is_gone_for_everybody() -> None:
    entry = make_entry("Zqtitle")
    officer = make_user(roles=[Role.SECURITY_OFFICER])
    assert Client().get(entry.get_absolute_url()).status_code == 200
    signed_in(officer).post(f"/entries/{entry.public_id}/recall/")
    page = Client().get(entry.get_absolute_url())
    assert page.status_code == 410
    assert "Zqtitle" not in page.content.decode()
    assert "sessionid" not in page.cookies


def test_a_recalled_entry_comes_back_by_two_people(world: World) -> None:
    marking.recall(entry=world.entry, by=world.contact)
    first = signed_in(world.contact)
    assert f"/entries/{world.entry.public_id}/restore/" in first.get(world.entry.get_absolute_url()).content.decode()
    first.post(f"/entries/{world.entry.public_id}/restore/", {"reason": "By mistake."})
    change = MarkingChange.objects.get()
    page = signed_in(world.reviewer).get(f"/marking/requests/{change.pk}/").content.decode()
    assert world.entry.title not in page
    signed_in(world.reviewer).post(f"/marking/requests/{change.pk}/", {"agree": "1"})
    assert first.get(world.entry.get_absolute_url()).status_code == 200


def test_a_question_names_nobody_and_its_answer_neither(world: World) -> None:
    reader = make_user("zqreader@example.org", organisation=world.away, name="Zqreader")
    User.objects.filter(pk=world.contact.pk).update(name="Zqsource")
    asking = signed_in(reader)
    asking.post(f"/entries/{world.entry.public_id}/ask/", {"audience": "Operators", "reason": "They build gates."})
    question = SharingQuestion.objects.get()
    source = signed_in(world.contact)
    for address in ("/marking/", f"/marking/questions/{question.pk}/"):
        page = source.get(address).content.decode()
        assert "Police" in page
        assert "Zqreader" not in page
        assert "zqreader" not in page
        assert world.away.name not in page
    source.post(f"/marking/questions/{question.pk}/", {"reason": "Not this year."})
    page = asking.get("/marking/").content.decode()
    assert "Not this year." in page
    assert "Zqsource" not in page
    assert world.home.name not in page


def test_yes_leads_to_a_request_that_answers_the_question(world: World) -> None:
    question = marking.ask(entry=world.entry, audience="All", reason="Useful.", by=world.other_reviewer)
    client = signed_in(world.contact)
    page = client.get(f"/marking/questions/{question.pk}/").content.decode()
    address = f"/entries/{world.entry.public_id}/marking/widen/?question={question.pk}"
    assert address in page
    client.post(address, {"label": "TLP:GREEN", "reason": "Asked for.", "chatham_house": "on"})
    question.refresh_from_db()
    assert question.state == QuestionState.TAKEN_UP


def test_a_question_about_another_entry_is_not_answered_by_the_way(world: World) -> None:
    other = make_entry(label="TLP:GREEN")
    question = marking.ask(entry=other, audience="All", reason="Useful.", by=world.other_reviewer)
    signed_in(world.contact).post(
        f"/entries/{world.entry.public_id}/marking/widen/?question={question.pk}",
        {"label": "TLP:GREEN", "reason": "x", "chatham_house": "on"},
    )
    question.refresh_from_db()
    assert question.state == QuestionState.OPEN
    assert MarkingChange.objects.count() == 1


def test_who_has_no_say_finds_no_question(world: World) -> None:
    question = marking.ask(entry=world.entry, audience="All", reason="Useful.", by=world.other_reviewer)
    for person in (None, make_user(roles=[Role.CURATOR]), world.reviewer, make_user(superuser=True, member=False)):
        client = signed_in(person)
        assert client.get(f"/marking/questions/{question.pk}/").status_code == 404
        assert client.post(f"/marking/questions/{question.pk}/", {"reason": "x"}).status_code == 404
    asker = signed_in(world.other_reviewer)
    asker.post(f"/marking/questions/{question.pk}/", {"reason": "x"})
    question.refresh_from_db()
    assert question.state == QuestionState.WITHDRAWN


def test_what_was_typed_is_kept_where_a_question_is_refused(world: World) -> None:
    client = signed_in(world.curator)
    text = "x" * 301
    page: Any = client.post(f"/entries/{world.entry.public_id}/ask/", {"audience": "Operators", "reason": text})
    assert "error-summary" in page.content.decode()
    assert text in page.content.decode()


def test_the_desk_is_for_vetted_people() -> None:
    assert Client().get("/marking/").status_code == 302
    assert signed_in(make_user(member=False)).get("/marking/").status_code == 404
    assert signed_in(make_user()).get("/marking/").status_code == 200
