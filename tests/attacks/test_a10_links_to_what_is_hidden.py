"""Does a public page name what it is related to, where that is hidden?"""

import pytest

from kb.choices import RelationType
from kb.models import EntryRelation
from tests.attacks.asking import shown
from tests.attacks.people import KINDS, Cast, secret_word
from tests.attacks.tree import plant_guidance, plant_page
from tests.factories import make_entry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("type", RelationType.values)
@pytest.mark.parametrize("backwards", [False, True])
def test_a10_a_relation_shows_to_those_who_may_know_of_both_ends(cast: Cast, type: str, backwards: bool) -> None:
    hidden, note = cast.work("strict_home"), secret_word()
    public = make_entry("An open door", kind="pattern" if type == RelationType.OPTION else "practice")
    ends = (hidden.entry, public) if backwards else (public, hidden.entry)
    EntryRelation.objects.create(source=ends[0], target=ends[1], type=type, note=note)
    for kind in KINDS:
        told = shown(cast.client(kind).get(public.get_absolute_url()))
        if not hidden.is_read_by(kind):
            assert not [word for word in (*hidden.traces, note) if word in told], kind
        else:
            assert hidden.entry.public_id in told, kind


def test_a10_a_link_in_a_text_to_an_unpublished_page_holds_no_address(cast: Cast) -> None:
    slug = secret_word()
    page = plant_page(plant_guidance(), slug, live=False)
    entry = make_entry(sections={"problem": f'<p>See <a linktype="page" id="{page.pk}">there</a>.</p>'})
    for kind, client in cast.clients():
        told = shown(client.get(entry.get_absolute_url()))
        assert "there" in told, kind
        assert slug not in told, kind
