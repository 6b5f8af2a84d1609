"""Does a statement that was brought into SQL once yield what its queryset yields, for whoever asks?"""

import random
from typing import Any

import pytest
from django.db.models import UUIDField

from kb.choices import Tlp
from kb.models import Entry
from people import statements
from people.statements import Statement
from people.viewers import ANONYMOUS, Viewer, viewer_of
from tests.factories import make_circle, make_entry, make_organisation, make_user

pytestmark = pytest.mark.django_db


def _built(keys: Any, viewer: Viewer) -> Any:
    return Entry.objects.visible_to(viewer).filter(translation_key__in=keys).order_by("pk")


@pytest.fixture
def world() -> tuple[list[Entry], list[Viewer]]:
    circles = [make_circle() for _number in range(5)]
    places = [make_organisation(circles=circles[:number]) for number in range(5)]
    places.append(make_organisation(is_partner=True, circles=circles[3:]))
    viewers = [ANONYMOUS, *(viewer_of(make_user(organisation=place)) for place in places)]
    entries = [make_entry(label=Tlp.CLEAR), make_entry(label=Tlp.GREEN), make_entry(label=Tlp.GREEN, live=False)]
    entries.append(make_entry(label=Tlp.GREEN, partner_release=True))
    entries += [make_entry(label=Tlp.AMBER, circles=[circle]) for circle in circles]
    entries += [make_entry(label=Tlp.AMBER_STRICT, owning_organisation=place) for place in places]
    return entries, viewers


def test_every_reader_gets_what_the_queryset_gives_in_whatever_order_they_ask(
    world: tuple[list[Entry], list[Viewer]],
) -> None:
    entries, viewers = world
    ask = Statement(_built, keys=UUIDField())
    chance = random.Random(5)
    for _round in range(60):
        viewer = chance.choice(viewers)
        keys = [entry.translation_key for entry in chance.sample(entries, chance.randint(1, len(entries)))]
        assert ask(viewer, keys=keys) == list(_built(keys, viewer))
    shapes = len(ask._compiled)
    assert shapes <= len(viewers) * len(statements._LENGTHS)


def test_longer_lists_are_asked_and_not_kept(world: tuple[list[Entry], list[Viewer]]) -> None:
    entries, viewers = world
    ask = Statement(_built, keys=UUIDField())
    keys = [entry.translation_key for entry in entries] * 4
    assert ask(viewers[1], keys=keys) == list(_built(keys, viewers[1]))
    assert not ask._compiled
