"""Are the people of the attack tests who they say they are? The written table and the rule agree."""

import pytest

from kb.models import Entry
from people.viewers import ANONYMOUS as NOBODY
from people.viewers import viewer_of
from tests.attacks.people import KINDS, MARKINGS, STATES, Cast, secret_word

pytestmark = pytest.mark.django_db


def test_secret_words_are_never_the_same() -> None:
    assert len({secret_word() for _number in range(5000)}) == 5000


def test_the_written_table_says_what_the_rule_says(cast: Cast) -> None:
    works = cast.all_works()
    assert len(works) == len(MARKINGS) * len(STATES)
    for kind in KINDS:
        user = cast.user(kind)
        seen = set(Entry.objects.visible_to(viewer_of(user) if user else NOBODY).values_list("pk", flat=True))
        assert seen == {work.entry.pk for work in works if work.is_read_by(kind)}, kind


def test_those_who_may_read_find_the_words_at_the_address(cast: Cast) -> None:
    """The positive control: where nothing is ever shown, nothing can leak."""
    for marking in MARKINGS:
        work = cast.work(marking)
        for kind, client in cast.clients():
            response = client.get(work.entry.get_absolute_url())
            assert response.status_code == (200 if work.is_read_by(kind) else 404), (marking, kind)
            assert (work.body in response.content.decode()) is work.is_read_by(kind)
