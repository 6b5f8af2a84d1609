"""What is kept, for whom, under which address, and when is it made anew?"""

import datetime
import gzip
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from config import page_cache
from config.kept_pages import Page, Shelf
from config.page_addresses import kind_of
from kb import marking, publishing
from kb.models import StateVersion
from kb.vocabulary import vocabulary
from search import indexing
from search.engines.base import EngineUnavailable
from search.engines.embedded.engine import EmbeddedEngine
from search.facets import FACETS
from search.query import SearchQuery
from search.views import home
from tests.factories import make_circle, make_entry, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(settings: Any, index_dir: Any) -> None:
    settings.PAGE_CACHE_BYTES = 4_000_000
    indexing.rebuild()


@pytest.fixture
def made(monkeypatch: Any) -> list[str]:
    """Collect the addresses of pages that are made, not given from memory."""
    calls: list[str] = []
    real = page_cache.PageCacheMiddleware._made

    def counted(self: Any, request: Any, query: str) -> Any:
        calls.append(request.path + (f"?{query}" if query else ""))
        return real(self, request, query)

    monkeypatch.setattr(page_cache.PageCacheMiddleware, "_made", counted)
    return calls


def test_a_page_is_made_once_and_then_given_with_one_query(
    client: Client, made: list[str], django_assert_num_queries: Any
) -> None:
    entry = make_entry()
    for path in ("/", f"/entries/{entry.public_id}/", "/search/?q=vehicles", "/topics/", "/sitemap.xml", "/fr/"):
        made.clear()
        first = client.get(path)
        with django_assert_num_queries(1):
            again = client.get(path)
        assert made == [path]
        assert again.content == first.content
        assert dict(again.headers) == dict(first.headers)


def test_what_a_reader_has_is_answered_304_before_anything_is_made(client: Client, made: list[str]) -> None:
    tag = client.get("/")["ETag"]
    made.clear()
    for asked in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        answer = client.get("/", headers={"if-none-match": asked})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer["ETag"] == tag
        assert "Content-Security-Policy" in answer.headers
        assert "Content-Type" not in answer.headers
    assert made == []
    assert client.get("/", headers={"if-none-match": '"other"'}).status_code == 200
    assert client.get("/", headers={"if-none-match": "garbage"}).status_code == 200


def test_head_is_answered_as_get_without_the_text(client: Client, made: list[str]) -> None:
    head, get = client.head("/"), client.get("/")
    assert made == ["/"]
    assert head.content == b""
    assert head["Content-Length"] == get["Content-Length"] == str(len(get.content))
    assert head["ETag"] == get["ETag"]


def test_a_part_of_a_page_is_not_given(client: Client) -> None:
    answer = client.get("/", headers={"range": "bytes=0-10"})
    assert answer.status_code == 200
    assert answer.content == client.get("/").content


def test_pages_are_compressed_once_for_those_who_take_it(client: Client) -> None:
    plain = client.get("/")
    packed = client.get("/", headers={"accept-encoding": "br, gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["Content-Length"] == str(len(packed.content))
    assert "Content-Encoding" not in plain.headers
    assert packed["ETag"] == plain["ETag"]
    assert packed.content == client.get("/", headers={"accept-encoding": "gzip"}).content


def test_a54_no_shared_cache_or_browser_gives_a_page_without_asking(client: Client) -> None:
    for path in ("/", "/search/?q=x", "/nowhere/", "/account/login/"):
        answer = client.get(path)
        assert "no-cache" in answer["Cache-Control"], path
        assert "Cookie" in answer["Vary"], path
    client.force_login(make_user())
    for path in ("/", "/search/?q=x", "/nowhere/"):
        assert client.get(path)["Cache-Control"] == "private, no-store"
        assert "ETag" not in client.get(path).headers


def test_a54_a_signed_in_reader_neither_fills_the_cache_nor_is_served_from_it(client: Client, made: list[str]) -> None:
    green = make_entry("Only for members", label="TLP:GREEN")
    path = f"/entries/{green.public_id}/"
    client.force_login(make_user())
    assert client.get(path).status_code == 200
    assert b"Your pages" in client.get("/").content
    assert made == []
    client.logout()
    assert client.get(path).status_code == 404
    assert b"Your pages" not in client.get("/").content
    client.force_login(make_user())
    assert client.get(path).status_code == 200
    assert b"Your pages" in client.get("/").content


def test_a_page_is_made_without_anything_of_its_sender(client: Client, monkeypatch: Any) -> None:
    seen: list[Any] = []
    real = page_cache._is_for_everybody

    def look(request: Any, response: Any) -> bool:
        seen.append((dict(request.COOKIES), request.session.session_key))
        return real(request, response)

    monkeypatch.setattr(page_cache, "_is_for_everybody", look)
    client.cookies["neighbour"] = "secret"
    answer = client.get("/", headers={"accept-language": "de", "user-agent": "x", "referer": "http://testserver/x"})
    assert seen == [({}, None)]
    assert b'lang="en"' in answer.content
    assert answer["Vary"] == "Cookie, Accept-Encoding"


@pytest.mark.parametrize("cookie", ["sessionid", "messages"])
def test_whoever_has_a_session_or_words_waiting_goes_past_the_cache(
    client: Client, made: list[str], cookie: str
) -> None:
    client.cookies[cookie] = "anything"
    assert client.get("/").status_code == 200
    assert client.get("/", headers={"authorization": "Basic x"}).status_code == 200
    assert made == []


@pytest.mark.parametrize(
    "path",
    ["/account/login/", "/you/", "/admin/", "/csp-report", "/.well-known/security.txt", "/account/password/reset/"],
)
def test_forms_and_accounts_are_never_kept(client: Client, made: list[str], path: str) -> None:
    client.get(path)
    assert made == []


def test_what_sets_a_cookie_or_says_that_it_is_private_is_not_kept(client: Client, monkeypatch: Any) -> None:
    def spoilt(change: Any) -> Any:
        real = home.render

        def render(*args: Any, **kwargs: Any) -> Any:
            response = real(*args, **kwargs)
            change(response)
            return response

        return render

    changes = (
        lambda response: response.set_cookie("a", "b"),
        lambda response: response.headers.__setitem__("Cache-Control", "private"),
        lambda response: response.headers.__setitem__("Vary", "Cookie, X-Whatever"),
        lambda response: setattr(response, "status_code", 503),
    )
    for change in changes:
        with monkeypatch.context() as patched:
            patched.setattr(home, "render", spoilt(change))
            answer = client.get("/")
            assert "ETag" not in answer.headers
    assert not shelves(client)


def shelves(client: Client) -> int:
    """Return how many pages the client's site keeps."""
    link: Any = client.handler._middleware_chain
    while not isinstance(link, page_cache.PageCacheMiddleware):
        link = link.__wrapped__ if hasattr(link, "__wrapped__") else link.get_response
    return len(link.pages) + len(link.questions)


def test_unknown_addresses_made_up_names_and_long_questions_take_no_room(client: Client) -> None:
    for number in range(5):
        client.get(f"/entries/unknown{number}/")
        client.get("/", headers={"host": f"localhost:{4000 + number}"})
    client.get("/search/?q=" + "x" * 190 + "&e=abc" * 300)
    assert shelves(client) == 0
    client.get("/", headers={"host": "localhost"})
    assert shelves(client) == 1


def test_questions_cannot_drive_out_pages(client: Client, settings: Any, made: list[str]) -> None:
    settings.PAGE_CACHE_BYTES = 400_000
    client.get("/topics/")
    for number in range(40):
        client.get(f"/search/?q=made+up+{number}")
    made.clear()
    client.get("/topics/")
    assert made == []


def test_what_a_page_does_not_understand_is_dropped_and_the_order_does_not_matter(
    client: Client, made: list[str]
) -> None:
    first = client.get("/search/?threat=vehicle-as-weapon&utm_source=x&q=a&place=&kind=practice")
    assert made == ["/search/?q=a&threat=vehicle-as-weapon&kind=practice"]
    assert b"utm_source" not in first.content
    made.clear()
    assert client.get("/search/?kind=practice&q=a&threat=vehicle-as-weapon&fbclid=1").content == first.content
    assert client.get("/?anything=1").content == client.get("/").content
    assert made == ["/"]


def test_every_address_that_a_search_form_makes_is_understood(client: Client) -> None:
    terms = vocabulary()
    query = SearchQuery(text="a b", sort="newest", page=2, ticked=("abc", "def"))
    kind = kind_of("/search/")
    assert kind is not None
    assert "?" + kind.query_of(query.address(terms, page=2)[1:]) == query.address(terms, page=2)
    assert {facet.param for facet in FACETS} <= set(kind.parameters)


def test_every_public_address_is_kept_or_named_as_never_kept() -> None:
    kept = {"home", "results", "suggest", "browse", "topic", "entry", "briefing", "sheet", "wagtail_serve"}
    kept |= {"robots", "sitemap", "sitemap_part", "welcome"}
    never_kept = {"csp_report", "security_txt", "ask", "withdraw", "invited"}
    never = ("account/", "you/", "admin/", "report/", "reports/", "spills/", "marking/", "media/")
    never += ("entries/<slug:public_id>/",)

    def names(patterns: Any, way: str = "") -> Any:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from names(pattern.url_patterns, way + str(pattern.pattern))
            elif isinstance(pattern, URLPattern):
                address = way + str(pattern.pattern)
                if address == "entries/<slug:public_id>/" or not address.startswith(never):
                    yield pattern.name

    assert set(names(get_resolver("config.urls_closed").url_patterns)) == kept | never_kept


@pytest.mark.parametrize(
    ("path", "is_kept"),
    [
        ("/", True),
        ("/fr/", True),
        ("/de/entries/abcd2345/", True),
        ("/guidance/markings/", True),
        ("/sitemap-2.xml", True),
        ("/fr/sitemap.xml", False),
        ("/account/login/", False),
        ("/join/", True),
        ("/join/request/", False),
        ("/de/join/invited/", False),
        ("/fr/account/login/", False),
        ("/de/you/", False),
        ("/admin/pages/", False),
        ("/search", False),
        ("//evil/", False),
        ("/static/x.css", False),
    ],
)
def test_which_addresses_are_kept(path: str, is_kept: bool) -> None:
    assert (kind_of(path) is not None) is is_kept


def test_a_public_change_is_seen_at_once(client: Client) -> None:
    entry = make_entry("Slow them down")
    indexing.drain_all()
    pages = ("/", f"/entries/{entry.public_id}/", "/search/?q=slow", "/sitemap.xml")
    indexing.rebuild()
    assert all(entry.public_id in client.get(path).content.decode() for path in pages)
    marking.relabel(entry=entry, label="TLP:GREEN", by=None)
    for path in pages:
        answer = client.get(path)
        assert answer.status_code == 404 or entry.public_id not in answer.content.decode(), path


def test_a_new_entry_is_found_as_soon_as_the_index_has_it(client: Client) -> None:
    draft = make_entry("A new thing", live=False)
    publishing.publish_entry(entry=draft, by=None)
    before = client.get("/search/?q=thing").content.decode()
    assert draft.public_id not in before
    indexing.drain_all()
    assert draft.public_id in client.get("/search/?q=thing").content.decode()


def test_nobody_without_an_account_notices_a_change_of_something_confidential(client: Client, made: list[str]) -> None:
    make_entry("Public", announce=True)
    green = make_entry("Confidential", label="TLP:GREEN", live=False)
    indexing.drain_all()
    pages = ("/", "/search/?q=confidential", "/topics/", "/sitemap.xml")
    tags = [client.get(path)["ETag"] for path in pages]
    made.clear()
    publishing.publish_entry(entry=green, by=None)
    marking.relabel(entry=green, label="TLP:AMBER", circles=[make_circle()], by=None)
    indexing.drain_all()
    publishing.withdraw(entry=green, by=None)
    indexing.drain_all()
    assert [client.get(path)["ETag"] for path in pages] == tags
    assert made == []
    # Nor does a page that is made anew look otherwise.
    assert [Client().get(path)["ETag"] for path in pages] == tags


def test_a_page_that_was_made_while_something_changed_is_not_kept(client: Client, monkeypatch: Any) -> None:
    real = home.render

    def slow(*args: Any, **kwargs: Any) -> Any:
        response = real(*args, **kwargs)
        StateVersion.bump("content")
        return response

    monkeypatch.setattr(home, "render", slow)
    assert client.get("/").status_code == 200
    assert shelves(client) == 0


def test_a_makeshift_without_the_index_is_not_kept(client: Client, monkeypatch: Any, caplog: Any) -> None:
    def away(*args: Any, **kwargs: Any) -> Any:
        raise EngineUnavailable("gone")

    with monkeypatch.context() as patched:
        patched.setattr(EmbeddedEngine, "search", away)
        assert b"limited" in client.get("/search/?q=x").content
    assert b"limited" not in client.get("/search/?q=x").content


def test_a_page_of_yesterday_is_made_anew_today(client: Client, monkeypatch: Any) -> None:
    entry = make_entry(review_by=timezone.localdate())
    path = f"/entries/{entry.public_id}/"
    assert b"overdue" not in client.get(path).content
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *args: tomorrow)
    assert b"overdue" in client.get(path).content


def test_while_the_database_cannot_say_what_holds_nothing_is_given_from_memory(
    client: Client, monkeypatch: Any, made: list[str]
) -> None:
    client.get("/robots.txt")

    def away() -> Any:
        raise OperationalError("database is locked")

    monkeypatch.setattr(StateVersion, "numbers", away)
    made.clear()
    assert client.get("/robots.txt").status_code == 200
    assert made == []


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_cut_is_made_anew_and_nobody_notices(client: Client, monkeypatch: Any) -> None:
    real, calls = StateVersion.numbers, []

    def cut_once() -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise OperationalError("server closed the connection unexpectedly")
        return real()

    monkeypatch.setattr(page_cache.connection, "close", lambda: calls.append("closed"))
    monkeypatch.setattr(StateVersion, "numbers", cut_once)
    assert client.get("/robots.txt")["ETag"]
    assert calls[:3] == [1, "closed", 1]


def page(size: int) -> Page:
    return Page((), b"x" * size, False, 'W/"x"')


def test_a_shelf_never_holds_more_than_it_may_and_the_least_used_go_first() -> None:
    shelf = Shelf(100_000)
    for number in range(50):
        shelf.put((str(number),), 1, page(5_000))
        shelf.get(("0",), 1)
        assert shelf.taken <= 100_000
    assert shelf.get(("0",), 1) is not None
    assert shelf.get(("1",), 1) is None
    shelf.put(("big",), 1, page(50_000))
    assert shelf.get(("big",), 1) is None


def test_a_shelf_keeps_one_state_of_a_page() -> None:
    shelf = Shelf(100_000)
    shelf.put(("a",), 1, page(10))
    taken = shelf.taken
    shelf.put(("a",), 2, page(10))
    assert shelf.get(("a",), 1) is None
    assert shelf.get(("a",), 2) is not None
    assert (len(shelf), shelf.taken) == (1, taken)
