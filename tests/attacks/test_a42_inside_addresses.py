"""a42: no field takes an address inside somebody's network, and no page makes the site or a browser call elsewhere."""

import re
import socket
from collections import deque
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client

from kb.models import EntryReference
from tests.attacks.people import Cast
from tests.factories import make_entry, make_picture

pytestmark = pytest.mark.django_db

INSIDE = ["http://127.0.0.1/", "http://169.254.169.254/latest/", "file:///etc/passwd", "http://localhost:8000/x"]
# What a browser fetches by itself; a link that a person follows is none of it.
FETCHING = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "form": ("action",),
    "input": ("src", "formaction"),
    "button": ("formaction",),
    "use": ("href", "xlink:href"),
    "image": ("href", "xlink:href"),
    "link": ("href",),
    "base": ("href",),
}
MOST_PAGES = 60  # for each kind of person


class Addresses(HTMLParser):
    """Collects what a page makes a browser fetch, and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.fetched, self.links = page, [], []

    def handle_starttag(self, tag, attrs) -> None:
        values = dict(attrs)
        rel = (values.get("rel") or "").split()
        if tag == "a" and values.get("href"):
            self.links.append(urljoin(self.page, values["href"]))
        elif not {"canonical", "alternate"} & set(rel):
            for name in FETCHING.get(tag, ()):
                for part in (values.get(name) or "").split(","):
                    if part.strip():
                        self.fetched.append(urljoin(self.page, part.split()[0]))


@pytest.fixture
def no_way_out(monkeypatch) -> list[object]:
    """Let no socket of this process reach anything; return what tried."""
    tried: list[object] = []

    def refuse(_self, address, *_rest):
        tried.append(address)
        raise OSError("no way out")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *address, **_more: refuse(None, address))
    return tried


def is_foreign(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in {"http", "https", "ws", "wss", "ftp"} and parts.hostname != "testserver"


def pages_of(client: Client, begin: list[str]):
    """Yield pages by following their links, each once, whatever its parameters."""
    waiting, met = deque(begin), set()
    while waiting and len(met) < MOST_PAGES:
        address = waiting.popleft()
        path = urlsplit(address).path
        # One of each kind: the number in an address makes no other page.
        kind = re.sub(r"/\d+(?=/)", "/0", path)
        if kind in met or "logout" in path:
            continue
        met.add(kind)
        response = client.get(path)
        if response.status_code != 200 or response.streaming or "html" not in response.headers["Content-Type"]:
            continue
        found = Addresses(f"http://testserver{path}")
        text = response.content.decode()
        found.feed(text)
        waiting.extend(link for link in found.links if not is_foreign(link))
        yield path, text, found


@pytest.mark.parametrize("kind", ["anonymous", "member", "curator", "administrator", "superuser"])
def test_a42_no_page_calls_elsewhere(cast: Cast, no_way_out: list[object], kind: str) -> None:
    picture = make_picture()
    entry = make_entry(sections={"pictures": [{"picture": picture.public_id}]})
    entry.save_revision()
    begin = ["/", entry.get_absolute_url(), "/search/", "/briefing/", "/assess/", "/guidance/", "/account/login/"]
    if kind in {"curator", "administrator", "superuser"}:
        begin = ["/admin/", "/admin/snippets/kb/entry/", "/admin/pictures/", "/admin/pages/", "/admin/users/", *begin]
    seen = 0
    for path, text, found in pages_of(cast.client(kind), begin):
        seen += 1
        assert [address for address in found.fetched if is_foreign(address)] == [], path
        assert "gravatar" not in text, path
        assert not re.search(r"url\(\s*['\"]?https?:", text), path
    assert seen > 5
    assert no_way_out == []


def test_a42_no_style_or_script_of_ours_loads_from_elsewhere() -> None:
    for path in Path(settings.BASE_DIR, "static").rglob("*"):
        if path.suffix in {".css", ".js"} and path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"@import\s+(url\()?['\"]?https?:|url\(\s*['\"]?(https?:)?//", text), path
            assert not re.search(r"(fetch|import|EventSource|WebSocket|sendBeacon)\(\s*['\"`]https?:", text), path


@pytest.mark.parametrize("address", INSIDE)
def test_a42_a_reference_takes_no_address_inside(address: str) -> None:
    with pytest.raises(ValidationError):
        EntryReference._meta.get_field("url").clean(address, None)


@pytest.mark.parametrize("address", INSIDE)
def test_a42_a_link_of_a_page_takes_no_address_inside(cast: Cast, address: str) -> None:
    sent = {"external-link-chooser-url": address, "external-link-chooser-link_text": "x"}
    response = cast.client("administrator").post("/admin/choose-external-link/", sent)
    assert "external_link_chosen" not in response.content.decode()
    sent["external-link-chooser-url"] = "https://example.org/"
    assert "external" in cast.client("administrator").post("/admin/choose-external-link/", sent).content.decode()


def test_a42_a_worker_without_a_way_out_does_its_work(no_way_out: list[object]) -> None:
    call_command("check", verbosity=0)
    assert no_way_out == []
