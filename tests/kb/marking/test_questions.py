"""Does a question about wider sharing reach the source, name nobody, and stay within bounds?"""

import pytest

from kb import marking
from kb.choices import QuestionState
from kb.marking import questions
from kb.models import SharingQuestion
from people.choices import Role
from tests.factories import make_entry, make_user
from tests.kb.marking.test_lowering import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def ask(world: World, by: object, entry: object = None) -> SharingQuestion:
    return marking.ask(entry=entry or world.entry, audience="Operators", reason="They build gates.", by=by)  # type: ignore[arg-type]  # members only


def test_a_vetted_reader_asks_and_the_source_declines_with_a_reason(world: World) -> None:
    question = ask(world, world.other_reviewer)
    assert question.asker_kind == world.away.kind
    with pytest.raises(marking.ReasonMissing):
        marking.decline(question=question, by=world.contact, reason="")
    done = marking.decline(question=question, by=world.contact, reason="The host said no.")
    assert (done.state, done.answer) == (QuestionState.DECLINED, "The host said no.")
    with pytest.raises(marking.AlreadyDecided):
        marking.decline(question=question, by=world.curator, reason="Once more.")


def test_yes_starts_a_request_that_takes_a_second_person(world: World) -> None:
    question = ask(world, world.other_reviewer)
    change = marking.take_up(question=question, by=world.contact, label="TLP:GREEN", reason="They asked.")
    question.refresh_from_db()
    assert (question.state, question.change) == (QuestionState.TAKEN_UP, change)
    assert world.label() == "TLP:AMBER"
    marking.agree(change=change, by=world.reviewer)
    assert world.label() == "TLP:GREEN"


def test_a_yes_that_is_refused_leaves_the_question_open(world: World) -> None:
    question = ask(world, world.other_reviewer)
    with pytest.raises(marking.NobodyGains):
        marking.take_up(question=question, by=world.contact, label="TLP:AMBER", circles=[world.circle], reason="x")
    question.refresh_from_db()
    assert question.state == QuestionState.OPEN


@pytest.mark.parametrize("role", ["", *Role.values])
def test_only_the_source_and_curators_answer(world: World, role: str) -> None:
    question = ask(world, world.other_reviewer)
    person = make_user(roles=[role] if role else [], organisation=world.away)
    if role == Role.CURATOR:
        marking.decline(question=question, by=person, reason="No.")
    else:
        with pytest.raises(marking.NotForThisPerson):
            marking.decline(question=question, by=person, reason="No.")


def test_nobody_answers_an_own_question_or_asks_about_what_is_closed_or_open_to_all(world: World) -> None:
    question = ask(world, world.curator)
    with pytest.raises(marking.NotForThisPerson):
        marking.decline(question=question, by=world.curator, reason="No.")
    for person in (make_user(), make_user(member=False), make_user(superuser=True, member=False)):
        with pytest.raises(marking.NotForThisPerson):
            ask(world, person)
    with pytest.raises(marking.NotForThisPerson):
        ask(world, world.curator, make_entry())
    with pytest.raises(marking.NotPublished):
        ask(world, world.curator, make_entry(label="TLP:GREEN", live=False))


def test_questions_of_one_person_are_bounded(world: World) -> None:
    person = world.other_reviewer
    first = ask(world, person)
    with pytest.raises(marking.AlreadyQuestioned):
        ask(world, person)
    for _number in range(questions.MOST_OPEN - 1):
        ask(world, person, make_entry(label="TLP:GREEN"))
    with pytest.raises(marking.TooManyQuestions):
        ask(world, person, make_entry(label="TLP:GREEN"))
    marking.withdraw_question(question=first, by=person)
    ask(world, person)
    with pytest.raises(marking.NotForThisPerson):
        marking.withdraw_question(question=SharingQuestion.objects.first(), by=world.curator)  # type: ignore[arg-type]  # there is one
    SharingQuestion.objects.update(state=QuestionState.WITHDRAWN)
    for _number in range(questions.MOST_A_DAY - SharingQuestion.objects.count()):
        marking.withdraw_question(question=ask(world, person), by=person)
    with pytest.raises(marking.TooManyQuestions):
        ask(world, person)


def test_texts_are_bounded(world: World) -> None:
    with pytest.raises(marking.TooLong):
        marking.ask(entry=world.entry, audience="x" * 121, reason="x", by=world.curator)
    with pytest.raises(marking.TooLong):
        marking.ask(entry=world.entry, audience="x", reason="x" * 301, by=world.curator)
