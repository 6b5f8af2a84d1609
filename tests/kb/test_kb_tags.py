"""What templates are given: links to the other languages never lead to another host."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from kb.templatetags.kb_tags import absolute, language_links

HOSTILE = ("//evil.example/entries", "///evil.example/", "/\\evil.example/entries/", "//evil.example\\@x/")


@pytest.mark.parametrize("path", HOSTILE)
def test_language_links_stay_on_the_site_whatever_the_path(path: str) -> None:
    request = RequestFactory().get("/")
    request.path = path
    for link in language_links({"request": request}):
        # As a browser reads it: a backslash is a slash.
        assert urlsplit(urljoin("http://testserver/", link["url"].replace("\\", "/"))).hostname == "testserver"


@pytest.mark.parametrize("path", HOSTILE)
def test_full_addresses_stay_on_the_site_whatever_the_path(path: str) -> None:
    request = RequestFactory().get("/")
    for code, _name in settings.LANGUAGES:
        address = absolute({"request": request}, path, code)
        assert urlsplit(address.replace("\\", "/")).hostname == "testserver"
        assert address.startswith("http://testserver/evil.example")


@pytest.mark.django_db
def test_the_page_for_unknown_addresses_links_to_no_other_host(client: Client) -> None:
    response = client.get("/", PATH_INFO="//evil.example/entries")
    assert response.status_code == 404
    assert not re.search(r'href="[/\\]{2}', response.content.decode())


def test_language_links_keep_the_query() -> None:
    request = RequestFactory().get("/search/?q=vehicle")
    urls = {link["code"]: link["url"] for link in language_links({"request": request})}
    assert urls["en"] == "/search/?q=vehicle"
    assert urls["fr"] == "/fr/search/?q=vehicle"
