"""Does search tell of what the reader may not know: by hits, totals, corrections, suggestions, excluded words?"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.attacks.asking import shown
from tests.attacks.people import KINDS, Cast, Work

pytestmark = pytest.mark.django_db

ASKED = (("green", "published"), ("amber_home", "published"), ("strict_other", "changed"), ("clear", "draft"))


@pytest.fixture
def works(cast: Cast, index: Callable[[], Any]) -> list[Work]:
    """Return entries of several markings and states, in the index where they belong there."""
    found = [cast.work(marking, state) for marking, state in ASKED]
    index()
    return found


def test_a04_a_word_that_only_a_hidden_entry_holds_finds_nothing(cast: Cast, works: list[Work]) -> None:
    for kind in KINDS:
        client = cast.client(kind)
        visible = {work.entry.pk for work in works if work.is_read_by(kind)}
        for work in works:
            for word in (work.title, work.summary, work.body, work.keyword):
                found = client.get(f"/search/?q={word}").context["found"]
                assert found.total == int(work.entry.pk in visible), (kind, work.marking)
                assert found.total_visible == len(visible), kind
            assert client.get(f"/search/?q={work.draft}").context["found"].total == 0, kind


def test_a04_no_correction_leads_to_a_hidden_word(cast: Cast, works: list[Work]) -> None:
    for kind in KINDS:
        for work in works:
            if work.is_read_by(kind):
                continue
            for wrong in (work.title[:-1], work.title + "b", work.title[:-2] + work.title[-1] + work.title[-2]):
                told = shown(cast.client(kind).get(f"/search/?q={wrong}"))
                assert not [word for word in work.words if word in told.replace(wrong, "")], (kind, wrong)


def test_a06_no_beginning_of_a_hidden_title_is_completed(cast: Cast, works: list[Work]) -> None:
    for kind in KINDS:
        for work in works:
            title = work.entry.title
            found = []
            for end in range(2, len(title) + 1, 3):
                answer = cast.client(kind).get("/search/suggest/", {"q": title[:end]}).json()["suggestions"]
                found += [row["url"] for row in answer if work.entry.public_id in row["url"]]
            assert bool(found) is work.is_read_by(kind), (kind, work.marking, work.state)
