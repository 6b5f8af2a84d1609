"""Do the numbers beside filters count what the reader may not know of?"""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from kb.choices import Tlp
from tests.attacks.people import KINDS, Cast
from tests.factories import make_concept, make_entry

pytestmark = pytest.mark.django_db

LABELS = {"clear": Tlp.CLEAR, "green": Tlp.GREEN, "amber": Tlp.AMBER, "strict": Tlp.AMBER_STRICT}


def slug(marking: str) -> str:
    return {"strict": "amber-strict"}.get(marking.partition("_")[0], marking.partition("_")[0])


def test_a05_each_count_is_that_of_the_visible_hits_and_values_of_hidden_ones_are_absent(
    cast: Cast, index: Callable[[], Any]
) -> None:
    markings = ("clear", "green", "green_released", "amber_home", "amber_other", "strict_other")
    works = [cast.work(marking) for marking in markings]
    hidden = make_entry(
        "Alone with its place", marking=cast.marking("strict_other"), concepts={"facility-types": ["stadium"]}
    )
    stadium = str(make_concept("facility-types", "stadium").pk)
    index()
    for kind in KINDS:
        for address in ("/search/", "/search/?q=gate", "/search/?q=keep&sort=newest"):
            found = cast.client(kind).get(address).context["found"]
            visible = [work for work in works if work.is_read_by(kind)]
            more = int(address == "/search/" and cast.work("strict_other").is_read_by(kind))
            counts = {param: dict(values) for param, values in found.results.counts.items()}
            expected = Counter(slug(work.marking) for work in visible)
            expected["amber-strict"] += more
            assert counts.get("marking", {}) == {name: n for name, n in expected.items() if n}, (kind, address)
            assert found.total == len(visible) + more
            assert (stadium in counts.get("place", {})) is bool(more), (kind, address)
    assert hidden.live


def test_a05_a_filter_for_a_value_of_hidden_entries_answers_as_one_that_nothing_has(
    cast: Cast, index: Callable[[], Any]
) -> None:
    cast.work("clear")
    make_entry("Alone", marking=cast.marking("strict_other"), concepts={"facility-types": ["stadium"]})
    index()
    for kind in ("anonymous", "member", "partner", "curator", "superuser"):
        used = cast.client(kind).get("/search/?place=stadium")
        unused = cast.client(kind).get("/search/?place=school")
        assert used.context["found"].total == unused.context["found"].total == 0
        assert used.context["found"].results.counts == unused.context["found"].results.counts
