"""Do totals equal what counting by hand gives, for any entries, labels and circles?"""

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kb.choices import Standing, Tlp
from people.choices import MembershipState
from tests.factories import make_circle, make_entry, make_marking, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", [1, 2])
def test_a09_totals_are_what_counting_by_hand_gives(index: Callable[[], Any], seed: int) -> None:
    chance = random.Random(seed)
    circles = [make_circle() for _number in range(4)]
    places = [
        make_organisation(is_partner=chance.random() < 0.3, circles=chance.sample(circles, chance.randint(0, 2)))
        for _number in range(5)
    ]
    rows = []
    for _number in range(36):
        label = chance.choice(list(Tlp))
        mine, owner = chance.sample(circles, chance.randint(1, 3)), chance.choice(places)
        released, live = label == Tlp.GREEN and chance.random() < 0.5, chance.random() < 0.8
        standing = chance.choice([*Standing, Standing.CURRENT])
        marking = make_marking(
            label,
            circles=mine if label == Tlp.AMBER else (),
            owning_organisation=owner if label == Tlp.AMBER_STRICT else None,
            partner_release=released,
        )
        make_entry(marking=marking, live=live, standing=standing)
        if live and standing != Standing.RECALLED:
            rows.append((label, mine, owner, released))
    index()
    assert Client().get("/search/").context["found"].total == sum(label == Tlp.CLEAR for label, *_rest in rows)
    for place in places:
        for state in (MembershipState.ACTIVE, MembershipState.SUSPENDED):
            client = Client()
            client.force_login(make_user(organisation=place, state=state))
            active, own = state == MembershipState.ACTIVE, set(place.circles.all())
            expected = 0
            for label, mine, owner, released in rows:
                expected += label == Tlp.CLEAR or (
                    active
                    and (
                        (label == Tlp.GREEN and (released or not place.is_partner))
                        or (label == Tlp.AMBER and bool(own & set(mine)))
                        or (label == Tlp.AMBER_STRICT and owner == place)
                    )
                )
            for address in ("/search/", "/search/?sort=newest", "/search/?q=vehicles"):
                assert client.get(address).context["found"].total == expected, (place.is_partner, state)
