"""Does a parameter that the site does not offer change who reads what?"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.attacks.people import KINDS, Cast

pytestmark = pytest.mark.django_db


def test_a08_no_parameter_changes_what_is_found(cast: Cast, index: Callable[[], Any]) -> None:
    cast.work("clear")
    hidden, draft = cast.work("strict_other"), cast.work("clear", "draft")
    index()
    owner = hidden.entry.marking.owning_organisation
    parameters = [
        {"tlp": "TLP:AMBER+STRICT"},
        {"label": "TLP:AMBER"},
        {"origin": str(owner.pk)},
        {"owner": owner.name},
        {"organisation": str(owner.pk)},
        {"circle": str(cast.circles["other"].pk)},
        {"author": str(cast.user("other_member").pk)},
        {"status": "draft"},
        {"live": "0"},
        {"audience": "1"},
        {"viewer": str(cast.user("other_member").pk)},
        {"user": str(cast.user("superuser").pk)},
        {"as": "superuser"},
        {"marking__label": "TLP:AMBER"},
        {"id": str(draft.entry.pk)},
        {"format": "json"},
    ]
    for kind in KINDS:
        client = cast.client(kind)
        plain = {card.entry.pk for card in client.get("/search/").context["found"].cards}
        assert draft.entry.pk not in plain
        assert (hidden.entry.pk in plain) is hidden.is_read_by(kind)
        for each in parameters:
            found = client.get(f"/search/?{urlencode(each)}").context["found"]
            assert {card.entry.pk for card in found.cards} == plain, (kind, each)
            page = client.get(f"{hidden.entry.get_absolute_url()}?{urlencode(each)}")
            assert page.status_code == (200 if hidden.is_read_by(kind) else 404), (kind, each)


def test_a08_a_filter_by_marking_gives_no_more_than_the_marking_admits(cast: Cast, index: Callable[[], Any]) -> None:
    works = [cast.work(marking) for marking in ("clear", "green", "amber_other", "strict_home")]
    index()
    for kind in KINDS:
        for value in ("clear", "green", "amber", "amber-strict"):
            found = cast.client(kind).get(f"/search/?marking={value}").context["found"]
            assert {card.entry.pk for card in found.cards} <= {w.entry.pk for w in works if w.is_read_by(kind)}, kind
