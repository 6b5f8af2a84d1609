"""Does a former address lead to what is hidden now?"""

from typing import Any

import pytest

from tests.attacks.people import Cast, secret_word
from tests.attacks.tree import plant_guidance, plant_page

pytestmark = pytest.mark.django_db


def test_a02_a_page_that_was_renamed_and_taken_away_leaves_no_trail(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    before, after = secret_word(), secret_word()
    page = plant_page(plant_guidance(), before)
    assert cast.client("anonymous").get(f"/guidance/{before}/").status_code == 200
    page.slug = after
    # Wagtail makes its redirects once the transaction holds.
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    assert cast.client("anonymous").get(f"/guidance/{after}/").status_code == 200
    for taken_away in (False, True):
        if taken_away:
            page.refresh_from_db()
            page.unpublish()
        for kind, client in cast.clients():
            for slug in (before, after) if taken_away else (before,):
                response = client.get(f"/guidance/{slug}/")
                assert response.status_code == 404, kind
                assert "Location" not in response.headers
                # While it is there, the foot of every page leads to it.
                assert not taken_away or after not in response.content.decode().replace(slug, "")


def test_a02_the_address_of_an_entry_holds_no_title(cast: Cast) -> None:
    work = cast.work("strict_home")
    assert work.title not in work.entry.get_absolute_url()
    for kind, client in cast.clients():
        assert client.get(f"/entries/keep-the-gate-{work.title}-shut/").status_code == 404, kind
