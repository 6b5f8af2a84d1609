"""Crawlers learn of public addresses only; reports of broken policy are noted without anybody's search."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from kb.choices import Standing, Tlp
from search import sitemap
from tests.factories import make_entry

pytestmark = pytest.mark.django_db


def addresses(client: Client, path: str = "/sitemap.xml") -> list[str]:
    response = client.get(path)
    assert response["Content-Type"] == "application/xml"
    tree = ElementTree.fromstring(response.content)
    return [element.text or "" for element in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


def test_the_sitemap_lists_clear_current_entries_in_their_languages(client: Client) -> None:
    entry = make_entry()
    make_entry(language="fr", translation_of=entry)
    hidden = [make_entry(label=Tlp.GREEN), make_entry(live=False), make_entry(standing=Standing.SUPERSEDED)]
    listed = addresses(client)
    assert f"http://testserver/entries/{entry.public_id}/" in listed
    assert f"http://testserver/fr/entries/{entry.public_id}/" in listed
    assert f"http://testserver/de/entries/{entry.public_id}/" not in listed
    assert not any(other.public_id in address for other in hidden for address in listed)
    assert "http://testserver/de/topics/" in listed


def test_a_long_sitemap_comes_in_parts(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(sitemap, "PER_PART", 2)
    entries = [make_entry() for _n in range(5)]
    parts = addresses(client)
    assert parts == [f"http://testserver/sitemap-{number}.xml" for number in range(4)]
    listed = [address for part in parts[1:] for address in addresses(client, part.removeprefix("http://testserver"))]
    assert sorted(listed) == sorted(f"http://testserver/entries/{entry.public_id}/" for entry in entries)
    assert client.get("/sitemap-9.xml").status_code == 404


def test_crawlers_are_kept_from_results_and_accounts(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert {"Disallow: /search/", "Disallow: /fr/search/", "Disallow: /account/", "Disallow: /admin/"} <= set(
        text.splitlines()
    )
    assert "Sitemap: http://testserver/sitemap.xml" in text


def test_a_report_is_noted_without_the_address_of_the_page(client: Client, caplog: Any) -> None:
    report = {
        "csp-report": {
            "document-uri": "http://x/search/?q=secret",
            "violated-directive": "img-src",
            "blocked-uri": "http://evil/?q=secret",
        }
    }
    response = client.post("/csp-report", json.dumps(report), content_type="application/csp-report")
    assert response.status_code == 204
    assert "img-src" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"csp-report": 3}', b"\xff", b"x" * 100_000, b"[" * 8_000])
def test_a_report_that_is_none_is_ignored(client: Client, body: bytes) -> None:
    assert client.post("/csp-report", body, content_type="application/csp-report").status_code == 204
    assert client.get("/csp-report").status_code == 405


def test_unknown_addresses_get_a_page_that_helps(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert 'role="search"' in response.content.decode()
