"""Does the table of states and moves say what the policy does?"""

from kb.lifecycle import MOVES, State, moves_from, state_of
from people.choices import Role
from people.roles import ROLE_ACTIONS, Action


def test_every_state_can_be_reached() -> None:
    reached = {move.target for move in MOVES}
    assert set(State) == reached


def test_only_reviewers_publish() -> None:
    for role in Role:
        names = {move.name for move in moves_from(State.DRAFT, ROLE_ACTIONS[role])}
        assert ("publish" in names) == (role == Role.REVIEWER)


def test_curators_submit_and_what_was_recalled_only_comes_back_by_a_second_person() -> None:
    assert [move.name for move in moves_from(State.DRAFT, ROLE_ACTIONS[Role.CURATOR])] == ["submit"]
    assert [move.name for move in moves_from(State.RECALLED, set(Action))] == ["restore"]
    for role in (Role.CURATOR, Role.CONTACT_POINT):
        assert moves_from(State.RECALLED, ROLE_ACTIONS[role]) == []


def test_the_state_follows_from_the_facts_of_an_entry() -> None:
    assert state_of(live=False, standing="current") == State.DRAFT
    assert state_of(live=False, standing="current", in_review=True) == State.TECHNICAL_REVIEW
    assert state_of(live=True, standing="superseded") == State.SUPERSEDED
    assert state_of(live=True, standing="recalled", frozen=True) == State.RECALLED
    assert state_of(live=True, standing="current", frozen=True) == State.FROZEN
