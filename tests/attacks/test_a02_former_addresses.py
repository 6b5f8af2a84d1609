"""Does a former address lead to what is hidden now?"""

import pytest
from wagtail.models import Page

from kb.models import GuidanceIndexPage, GuidancePage, HomePage
from tests.attacks.people import Cast, secret_word

pytestmark = pytest.mark.django_db


def test_a02_a_page_that_was_renamed_and_taken_away_leaves_no_trail(cast: Cast) -> None:
    home = Page.get_first_root_node().add_child(instance=HomePage(title="Home", slug="h", heading="h", lead="l"))
    index = home.add_child(instance=GuidanceIndexPage(title="Guidance", slug="guidance"))
    before, after = secret_word(), secret_word()
    page = index.add_child(instance=GuidancePage(title=before, slug=before, summary="s"))
    page.slug = after
    page.save_revision().publish()
    page.refresh_from_db()
    page.unpublish()
    for kind, client in cast.clients():
        for slug in (before, after):
            response = client.get(f"/guidance/{slug}/")
            assert response.status_code == 404, kind
            assert "Location" not in response.headers


def test_a02_the_address_of_an_entry_holds_no_title(cast: Cast) -> None:
    work = cast.work("strict_home")
    assert work.title not in work.entry.get_absolute_url()
    for kind, client in cast.clients():
        assert client.get(f"/entries/keep-the-gate-{work.title}-shut/").status_code == 404, kind
