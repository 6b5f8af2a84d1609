"""Is a marking that counts as no wider than another read by nobody who could not read the other?"""

import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.choices import Tlp
from kb.sharing import policy
from kb.sharing.readers import Gain, Readers, contains, fitting, gain, of_organisation
from people.viewers import ANONYMOUS, Viewer

ORGANISATIONS = CIRCLES = 4


class World:
    """Organisations, some of them partners, in circles; and everybody who could be a member of one or two."""

    def __init__(self, partners: set[int], circles: list[set[int]]) -> None:
        self.partners = partners
        self.circles = circles

    def viewer(self, organisations: set[int]) -> Viewer:
        member = bool(organisations - self.partners)
        return Viewer(
            user_id=1,
            member=member,
            partner=bool(organisations) and not member,
            organisations=frozenset(organisations),
            circles=frozenset(key for key, inside in enumerate(self.circles) if inside & organisations),
        )

    def viewers(self) -> list[Viewer]:
        pairs = [{one, other} for one in range(ORGANISATIONS) for other in range(ORGANISATIONS)]
        return [ANONYMOUS, *(self.viewer(pair) for pair in pairs)]

    def readers(self, facts: dict[str, Any]) -> Readers:
        if facts["label"] == Tlp.AMBER:
            inside = {place for key in facts["circles"] for place in self.circles[key]}
        else:
            inside = {facts["owner"]} if facts["label"] == Tlp.AMBER_STRICT else set()
        return Readers(
            label=facts["label"],
            circles=frozenset(facts["circles"]) if facts["label"] == Tlp.AMBER else frozenset(),
            organisations=frozenset(inside),
            partners=frozenset(inside & self.partners),
            released=facts["released"] and facts["label"] == Tlp.GREEN,
        )


class Marked:
    """A marking as the sharing policy reads it."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.label: str = facts["label"]
        self.owning_organisation_id: int | None = facts["owner"] if self.label == Tlp.AMBER_STRICT else None
        self.partner_release: bool = facts["released"] and self.label == Tlp.GREEN
        self.frozen_at: datetime.datetime | None = None
        self.keys = frozenset(facts["circles"]) if self.label == Tlp.AMBER else frozenset()

    def circle_ids(self) -> frozenset[int]:
        return self.keys


_facts = st.fixed_dictionaries(
    {
        "label": st.sampled_from(Tlp.values),
        "circles": st.sets(st.integers(0, CIRCLES - 1), min_size=1, max_size=CIRCLES),
        "owner": st.integers(0, ORGANISATIONS - 1),
        "released": st.booleans(),
    }
)
_members = st.sets(st.integers(0, ORGANISATIONS - 1), max_size=ORGANISATIONS)
WORLDS = st.builds(World, _members, st.lists(_members, min_size=CIRCLES, max_size=CIRCLES))


@settings(max_examples=500, deadline=None)
@given(world=WORLDS, old=_facts, new=_facts)
def test_a17_nobody_comes_to_read_by_a_change_that_one_person_may_make(
    world: World, old: dict[str, Any], new: dict[str, Any]
) -> None:
    if not contains(world.readers(old), world.readers(new)):
        return
    for viewer in world.viewers():
        assert not policy.clears(viewer, Marked(new)) or policy.clears(viewer, Marked(old))


@settings(max_examples=200, deadline=None)
@given(world=WORLDS, facts=_facts)
def test_a_marking_is_never_wider_than_itself_nor_than_clear(world: World, facts: dict[str, Any]) -> None:
    readers = world.readers(facts)
    assert contains(readers, readers)
    assert contains(Readers(Tlp.CLEAR), readers)


@settings(max_examples=200, deadline=None)
@given(world=WORLDS, facts=_facts, organisations=_members)
def test_whoever_reads_can_take_it_back_to_one_of_their_own_organisations(
    world: World, facts: dict[str, Any], organisations: set[int]
) -> None:
    """The emergency button works for everybody whom the marking admits."""
    viewer = world.viewer(organisations)
    places = [(pk, pk in world.partners) for pk in sorted(organisations)]
    if organisations and policy.clears(viewer, Marked(facts)):
        assert fitting(world.readers(facts), places)


@pytest.mark.parametrize(
    ("old", "new", "gained"),
    [
        (Readers(Tlp.GREEN), of_organisation(1, partner=True), Gain.PARTNERS),
        (Readers(Tlp.GREEN), of_organisation(1, partner=False), None),
        (Readers(Tlp.GREEN, released=True), of_organisation(1, partner=True), None),
        (Readers(Tlp.GREEN), Readers(Tlp.CLEAR), Gain.WIDER_LABEL),
        (
            Readers(Tlp.AMBER, circles=frozenset({1}), organisations=frozenset({1})),
            of_organisation(2, partner=False),
            Gain.ORGANISATION,
        ),
        (
            Readers(Tlp.AMBER, circles=frozenset({1})),
            Readers(Tlp.AMBER, circles=frozenset({1, 2})),
            Gain.CIRCLES,
        ),
        (of_organisation(1, partner=False), Readers(Tlp.AMBER, circles=frozenset({1})), Gain.WIDER_LABEL),
    ],
)
def test_it_says_who_would_come_to_read(old: Readers, new: Readers, gained: Gain | None) -> None:
    assert gain(old, new) == gained
