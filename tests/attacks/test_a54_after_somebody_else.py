"""Who asks just after somebody with more rights: whose page is that?"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.attacks.asking import shown
from tests.attacks.people import KINDS, Cast

pytestmark = pytest.mark.django_db


def test_a54_everybody_gets_the_own_view_whoever_asked_before(
    cast: Cast, index: Callable[[], Any], settings: Any
) -> None:
    settings.PAGE_CACHE_BYTES = 4_000_000
    works = [cast.work(marking) for marking in ("clear", "green", "amber_home", "strict_other")]
    index()
    addresses = ["/", "/search/", "/search/?q=gate", "/topics/", "/sitemap.xml", "/search/suggest/?q=keep"]
    addresses += [work.entry.get_absolute_url() for work in works]
    for order in (KINDS, KINDS[::-1]):
        for address in addresses:
            for kind in order:
                answer = cast.client(kind).get(address)
                hidden = [work for work in works if not work.is_read_by(kind)]
                told = shown(answer)
                assert not [w for work in hidden for w in work.words if w in told], (kind, address)
                if kind != "anonymous":
                    assert answer.headers["Cache-Control"] == "private, no-store", (kind, address)
                else:
                    assert not answer.cookies, address


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "anonymous"])
def test_a54_nothing_behind_the_login_is_kept_by_a_browser(cast: Cast, kind: str) -> None:
    for address in ("/", "/you/", "/admin/", "/account/password/change/", "/entries/unknown22/", "/search/?q=x"):
        assert "no-store" in cast.client(kind).get(address).headers["Cache-Control"], address
