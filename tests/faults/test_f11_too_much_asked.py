"""A million words, five thousand filters, page a hundred thousand: refused, or answered within bounds."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from search import indexing
from search.query import MAX_PAGE
from tests.factories import make_entry

pytestmark = pytest.mark.django_db

PATIENCE = 20  # seconds; what is bounded takes a fraction of one even on a busy machine
MILLION = "barrier " * 1_000_000
SLUGS = [f"no-such-place-{number}" for number in range(5_000)]


@pytest.fixture(autouse=True)
def world(index_dir: Path) -> None:
    make_entry("Barrier of cement")
    indexing.rebuild()


REQUESTS: list[tuple[str, dict[str, Any], set[int]]] = [
    ("/search/", {"q": MILLION}, {400}),
    ("/search/", {"q": "a " * 3_000}, {200}),
    ("/search/", {"q": "(" * 2_000}, {200}),
    ("/search/", {"q": '"' * 1_001}, {200}),
    ("/search/", {"place": SLUGS}, {400}),
    ("/search/", {"e": ["x"] * 1_500}, {200}),
    ("/search/", {"place": ["stadium"] * 400}, {200}),
    ("/search/", {"page": "100000"}, {200}),
    ("/search/", {"page": "9" * 5_000}, {200}),
    ("/search/suggest/", {"q": "b" * 6_000}, {200}),
    ("/briefing/", {"e": ["x"] * 1_500}, {200}),
    ("/assess/", {"place": "stadium", "threat": ["x"] * 500}, {200}),
    ("/admin/snippets/kb/entry/", {"q": MILLION}, {400}),
]


@pytest.mark.parametrize(("path", "asked", "expected"), REQUESTS)
def test_f11_an_address_that_asks_too_much(
    client: Client, path: str, asked: dict[str, Any], expected: set[int]
) -> None:
    started = time.monotonic()
    answer = client.get(f"{path}?{urlencode(asked, doseq=True)}")
    assert answer.status_code in expected
    assert time.monotonic() - started < PATIENCE


@pytest.mark.parametrize("path", ["/search/", "/account/login/", "/csp-report"])
def test_f11_a_form_that_holds_too_much(path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    many = client.post(path, {f"field{number}": "x" for number in range(5_000)})
    long = client.post(path, urlencode({"q": MILLION}), content_type="application/x-www-form-urlencoded")
    assert {many.status_code, long.status_code} <= {204, 400, 403, 405, 413}


def test_f11_the_page_is_bounded(client: Client) -> None:
    found = client.get("/search/", {"page": "100000"}).context["found"]
    assert found.page <= MAX_PAGE
    assert [card.entry.title for card in found.cards] == ["Barrier of cement"]
