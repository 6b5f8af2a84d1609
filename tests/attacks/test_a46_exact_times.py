"""Does a page tell to the hour when something confidential was written or changed?"""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.attacks.asking import shown
from tests.attacks.people import KINDS, Cast

pytestmark = pytest.mark.django_db

_CLOCK = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)|T\d{2}:\d{2}")


def test_a46_pages_tell_days_and_no_hours(cast: Cast, index: Callable[[], Any]) -> None:
    works = [
        cast.work(marking, state) for marking in ("amber_home", "strict_home") for state in ("published", "changed")
    ]
    index()
    for kind in KINDS:
        client = cast.client(kind)
        addresses = ["/", "/search/", "/search/?sort=newest", "/sitemap.xml", "/topics/"]
        for work in works:
            addresses += [work.entry.get_absolute_url(), f"/briefing/?e={work.entry.public_id}"]
        for address in addresses:
            answer = client.get(address)
            assert "Last-Modified" not in answer.headers, (kind, address)
            text = re.sub(r"<svg.*?</svg>|<script.*?</script>", "", answer.content.decode(), flags=re.DOTALL)
            assert not _CLOCK.search(text), (kind, address, _CLOCK.search(text))
        assert shown(client.get("/sitemap.xml"))
