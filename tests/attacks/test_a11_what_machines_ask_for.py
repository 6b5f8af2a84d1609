"""Do the sitemap, robots.txt, feeds, suggestions and the like tell of what is hidden?"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.attacks.asking import shown
from tests.attacks.people import KINDS, MARKINGS, STATES, Cast

pytestmark = pytest.mark.django_db

ADDRESSES = (
    *("/robots.txt", "/sitemap.xml", "/sitemap-0.xml", "/sitemap-1.xml", "/sitemap-2.xml", "/opensearch.xml"),
    *("/feed/", "/atom.xml", "/rss.xml", "/calendar.ics", "/catalog.jsonld", "/dcat.rdf", "/.well-known/void"),
    *("/", "/fr/", "/topics/", "/search/suggest/?q=ke", "/search/suggest/?q=gate", "/manifest.json"),
)


def test_a11_nothing_hidden_stands_in_what_machines_read(cast: Cast, index: Callable[[], Any]) -> None:
    works = [cast.work(marking) for marking in MARKINGS] + [cast.work("clear", state) for state in STATES]
    index()
    for kind in KINDS:
        for address in ADDRESSES:
            told = shown(cast.client(kind).get(address)).lower()
            for work in works:
                if not work.is_read_by(kind):
                    assert not [word for word in work.traces if word in told], (kind, address, work.marking, work.state)


def test_a11_the_sitemap_is_the_same_for_everybody_and_lists_clear_entries_only(cast: Cast) -> None:
    """A crawler may carry a session; what it writes down is read by all."""
    clear, green = cast.work("clear"), cast.work("green")
    for kind in KINDS:
        told = cast.client(kind).get("/sitemap.xml").content.decode()
        assert clear.entry.public_id in told, kind
        assert green.entry.public_id not in told, kind
