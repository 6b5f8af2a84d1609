"""Result pages: what they show, to whom, with how many queries, and what bad addresses do to them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from kb.choices import Standing, Tlp
from kb.marking import relabel
from kb.models import Entry, Marking
from search import indexing
from search.models import OutboxItem
from search.query import PER_PAGE
from tests.factories import PASSWORD, make_circle, make_entry, make_marking, make_organisation, make_user
from tests.search.engines.contract import HOSTILE

pytestmark = pytest.mark.django_db

BUDGET = 8


def signed_in(**user: Any) -> Client:
    client = Client()
    client.force_login(
        make_user(password=PASSWORD, **user), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def titles(page: str) -> list[str]:
    return re.findall(r"<h2[^>]*><a href=\"/[^\"]*entries/[^\"]+\">([^<]+)</a>", page)


def get(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def test_words_find_entries_with_a_marked_sentence_trust_and_tags(client: Client, index: Any) -> None:
    make_entry("Slow down", summary="Nothing here. Planters that were <b>tested</b> hold.")
    make_entry("Count the guests")
    index()
    page = get(client, "/search/?q=planter")
    assert titles(page) == ["Slow down"]
    assert "<mark>Planters</mark> that were &lt;b&gt;tested&lt;/b&gt; hold." in page
    assert re.search(r'<strong class="count">1</strong> of 2 entries you can see', page)
    assert "Official guidance, 2023 · no use reported yet" in page
    assert "Christmas market" in page
    assert '<meta name="robots" content="noindex">' in page


def test_a_reader_of_french_finds_english_entries_and_gets_translations_where_there_are_any(
    client: Client, index: Any
) -> None:
    entry = make_entry("Slow down")
    make_entry("Ralentir", language="fr", translation_of=entry)
    make_entry("Only in English")
    index()
    page = get(client, "/fr/search/?q=march%C3%A9+de+no%C3%ABl")
    assert sorted(titles(page)) == ["Only in English", "Ralentir"]
    assert 'lang="en"' in page


@pytest.fixture
def amber_world(index: Any) -> tuple[Client, Client, Client]:
    """Return clients of nobody, of a member outside the circle and of one inside, with a hidden entry in the index."""
    circle = make_circle()
    make_entry("Open door", concepts={"facility-types": ["stadium"], "threats": ["vehicle-attack"], "measures": []})
    make_entry(
        "Zeppelin mooring",
        label=Tlp.AMBER,
        circles=[circle],
        kind="lesson",
        concepts={"facility-types": ["park-green-space"], "threats": ["uas-threat"], "measures": []},
    )
    index()
    return Client(), signed_in(), signed_in(circles=[circle])


HINTS = ("Zeppelin", "park-green-space", "uas-threat", "TLP:AMBER", 'value="lesson"')


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/search/",
        "/search/?q=zeppelin",
        "/search/?q=zepelin",
        "/search/?place=park-green-space",
        "/search/?q=mooring+-door",
        "/search/suggest/?q=zepp",
        "/search/suggest/?q=park",
        "/topics/",
        "/topics/facility-types/park-green-space/",
        "/topics/threats/uas-threat/",
        "/sitemap.xml",
    ],
)
def test_nothing_tells_an_outsider_of_a_hidden_entry(amber_world: Any, address: str) -> None:
    nobody, outsider, insider = amber_world
    for client in (nobody, outsider):
        page = get(client, address)
        assert "Zeppelin" not in page
        assert "TLP:AMBER" not in page
        assert not re.search(r"(?i)did you mean", page)
    if address != "/sitemap.xml":
        assert get(insider, address) != get(outsider, address)


def test_counts_of_an_outsider_are_those_of_a_world_without_the_hidden_entry(amber_world: Any, index: Any) -> None:
    _nobody, outsider, _insider = amber_world
    addresses = ("/", "/search/", "/search/?q=door", "/search/?q=zeppelin", "/topics/", "/topics/threats/uas-threat/")
    before = {address: get(outsider, address) for address in addresses}
    Entry.objects.filter(title="Zeppelin mooring").delete()
    index()
    for address in addresses:
        assert get(outsider, address) == before[address], address


def test_an_index_that_lags_behind_shows_nothing_it_should_not(client: Client, index: Any) -> None:
    make_entry("Stays")
    raised, withdrawn, recalled = make_entry("Raised"), make_entry("Withdrawn"), make_entry("Recalled")
    index()
    Marking.objects.filter(pk=raised.marking_id).update(label=Tlp.GREEN)
    Entry.objects.filter(pk=withdrawn.pk).update(live=False)
    Entry.objects.filter(pk=recalled.pk).update(standing=Standing.RECALLED)
    page = get(client, "/search/")
    assert titles(page) == ["Stays"]
    assert '<strong class="count">1</strong>' in page
    home = get(client, "/")
    assert not re.search("Raised|Withdrawn|Recalled", home)
    assert "Raised" not in get(client, "/search/suggest/?q=raised")


LIMITED = "Search is limited at the moment."
READ_WHILE_WAITING = (
    "/",
    "/search/",
    "/search/?page=2",
    "/search/?q=plumbusvark",
    "/search/?q=plumbusvork",
    "/search/?q=vehicle",
    "/search/?kind=practice",
    "/search/?threat=uas-threat",
    "/search/suggest/?q=plumb",
    "/search/suggest/?q=park",
    "/topics/",
    "/topics/facility-types/park-green-space/",
)


@pytest.fixture
def waiting_world(index: Any) -> tuple[Entry, Entry]:
    """Return two entries of an index with more than a page, which nobody drains into."""
    for number in range(PER_PAGE + 3):
        make_entry(f"Open {number}")
    concepts = {"facility-types": ["park-green-space"], "threats": ["uas-threat"]}
    first, second = (
        make_entry(title, kind="lesson", summary="A plumbusvark.", concepts=concepts) for title in ("One", "Two")
    )
    index()
    return first, second


def test_while_the_index_lags_behind_nothing_tells_of_what_was_narrowed(client: Client, waiting_world: Any) -> None:
    relabelled, withdrawn = waiting_world
    assert "plumbusvark" in get(client, "/search/?q=plumbusvork")
    before = {address: get(client, address) for address in READ_WHILE_WAITING}
    relabel(
        entry=relabelled,
        label=Tlp.AMBER_STRICT,
        owning_organisation=make_organisation(),
        by=make_user(roles=["reviewer"]),
    )
    withdrawn.unpublish()
    assert OutboxItem.objects.filter(narrowed=True).count() == 2
    waiting = {address: get(client, address) for address in READ_WHILE_WAITING}
    indexing.drain_all()
    for address in READ_WHILE_WAITING:
        assert waiting[address] == get(client, address), address
    assert waiting["/search/?page=2"] != before["/search/?page=2"]
    assert "Did you mean" not in waiting["/search/?q=plumbusvork"]


def test_where_too_many_wait_the_database_answers_and_says_so(
    client: Client, waiting_world: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("search.access.MOST_HIDDEN", 1)
    monkeypatch.setattr("search.engines.embedded.schema.MOST_HIDDEN", 1)
    complete = get(client, "/search/?q=plumbusvark")
    for entry in waiting_world:
        entry.unpublish()
    page = get(client, "/search/?q=plumbusvork")
    assert "Did you mean" not in page
    assert LIMITED in page
    assert LIMITED not in complete
    assert "Drone" not in get(client, "/search/suggest/?q=drone")
    assert get(client, "/")


def test_the_budget_holds_while_works_wait(
    client: Client, waiting_world: Any, django_assert_max_num_queries: Any
) -> None:
    indexing.enqueue(waiting_world[0].translation_key, narrowed=True)
    for address in READ_WHILE_WAITING:
        client.get(address)
        with django_assert_max_num_queries(BUDGET):
            get(client, address)


def test_words_that_were_taken_out_are_not_shown_from_the_index(client: Client, index: Any) -> None:
    entry = make_entry("Gate", summary="The planter of Musterstadt.")
    index()
    Entry.objects.filter(pk=entry.pk).update(summary="The planter of a town.")
    page = get(client, "/search/?q=planter")
    assert "Musterstadt" not in page
    assert "<mark>planter</mark> of a town" in page


@pytest.mark.parametrize(
    "address",
    ["/search/", "/search/?q=vehicle", "/search/?q=vehicle&place=christmas-market&kind=practice", "/fr/search/?q=HVM"],
)
def test_the_number_of_queries_is_bounded_and_does_not_grow(
    client: Client, index: Any, django_assert_max_num_queries: Any, address: str
) -> None:
    counts = []
    for number in (2, PER_PAGE + 5):
        for _n in range(number):
            make_entry(label=Tlp.CLEAR)
        index()
        client.get(address)
        with django_assert_max_num_queries(BUDGET) as captured:
            get(client, address)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_member_has_the_same_budget(index: Any, django_assert_max_num_queries: Any) -> None:
    for _n in range(5):
        make_entry(label=Tlp.GREEN)
    index()
    client = signed_in(circles=[make_circle()])
    client.get("/search/?q=vehicle")
    scope = 5  # session, user, and the three of the viewer
    with django_assert_max_num_queries(BUDGET + scope):
        assert len(titles(get(client, "/search/?q=vehicle"))) == 5


@pytest.mark.parametrize(("label", "shown"), [(Tlp.CLEAR, "TLP:CLEAR"), (Tlp.GREEN, "TLP:GREEN")])
def test_the_page_carries_the_highest_marking_it_shows(index: Any, label: str, shown: str) -> None:
    make_entry(label=label)
    index()
    page = get(signed_in(), "/search/")
    assert re.search(rf'Highest marking on this page</span> .*<data class="tlp-label" value="{re.escape(shown)}"', page)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_are_never_an_error(client: Client, index: Any, text: str) -> None:
    make_entry()
    index()
    for name in ("q", "place", "kind", "page", "sort", "e"):
        assert client.get("/search/", {name: text}).status_code in {200, 400}
    assert client.get("/search/suggest/", {"q": text}).status_code in {200, 400}


@pytest.mark.parametrize(
    "query",
    [
        "page=-1",
        "page=999",
        "page=x",
        "place=nowhere",
        "colour=red",
        "sort=x",
        "q=%00",
        "q=%ff%fe",
        "page=1&page=2",
        "e=1&" * 300,
    ],
)
def test_what_is_wrong_with_an_address_is_ignored(client: Client, index: Any, query: str) -> None:
    make_entry("Gate")
    index()
    page = get(client, f"/search/?{query}")
    if not query.startswith("q="):
        assert titles(page) == ["Gate"]


def test_only_reading_is_possible(client: Client, index: Any) -> None:
    index()
    assert client.post("/search/", {"q": "x"}).status_code == 405


def test_filters_stay_in_all_links_and_can_be_taken_away(client: Client, index: Any) -> None:
    for _n in range(PER_PAGE + 1):
        make_entry()
    index()
    page = get(client, "/search/?q=vehicle&place=christmas-market&kind=practice")
    chips = re.findall(r'<li><a href="(\?[^"]*)"><span class="visually-hidden">Remove filter', page)
    assert chips == ["?q=vehicle&amp;kind=practice", "?q=vehicle&amp;place=christmas-market"]
    assert "?q=vehicle&amp;place=christmas-market&amp;kind=practice&amp;page=2" in page
    assert '<input type="checkbox" name="place" value="christmas-market" checked>' in page
    assert "Filter (2)" in page


def test_a_typing_error_is_answered_with_a_link(client: Client, index: Any) -> None:
    make_entry("Barriers")
    index()
    page = get(client, "/search/?q=bariers")
    assert '<a href="?q=barriers"><em>barriers</em></a>?' in page
    assert titles(page) == ["Barriers"]


def test_nothing_found_offers_ways_out_that_lead_somewhere(client: Client, index: Any) -> None:
    make_entry("Gate", concepts={"facility-types": ["stadium"], "threats": ["uas-threat"]})
    index()
    page = get(client, "/search/?place=stadium&threat=vehicle-attack")
    assert "No entry matches all of this" in page
    assert re.search(r'<a class="button" href="\?place=stadium">[^<]*1 entry', page)
    assert "/guidance/contributors-protected/" in page
    assert "No entry matches" in get(client, "/search/?q=zzzz")


def test_entries_are_ticked_into_a_briefing(client: Client, index: Any) -> None:
    entry, other = make_entry("Gate"), make_entry("Door")
    index()
    page = get(client, f"/search/?q=gate&e={entry.public_id}&e={other.public_id}")
    assert f'name="e" value="{entry.public_id}" form="briefing" checked' in page
    assert f'name="e" value="{other.public_id}" form="briefing" checked hidden' in page
    assert '<form class="bar briefing-bar cluster spread" id="briefing" action="/briefing/">' in page


def test_replaced_entries_say_so(client: Client, index: Any) -> None:
    make_entry("Old", standing=Standing.SUPERSEDED)
    index()
    assert "Replaced by a newer entry" in get(client, "/search/?q=old")


def test_no_page_holds_inline_script_or_style(client: Client, index: Any) -> None:
    make_entry()
    index()
    for address in (
        "/",
        "/search/?q=vehicle",
        "/search/?q=zzzz",
        "/topics/",
        "/topics/threats/uas-threat/",
        "/nowhere/",
    ):
        page = client.get(address).content.decode()
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", page), address


# While the index cannot be used


def test_without_an_index_the_database_answers_and_says_so(client: Client, index_dir: Any) -> None:
    make_entry("Gate of the market")
    make_entry("Hidden gate", label=Tlp.GREEN)
    make_entry("Door")
    page = get(client, "/search/?q=gate+nothing")
    assert titles(page) == ["Gate of the market"]
    assert "Search is limited at the moment." in page
    assert "<fieldset>" not in page
    assert "of 2 entries" in page
    assert titles(get(client, '/search/?q="of+the+market"')) == ["Gate of the market"]
    assert titles(get(client, "/search/?q=-gate")) == ["Door"]
    assert titles(
        get(
            client,
            "/search/?q=kind:practice&place=temporary-event&marking=clear&language=en&evidence=b&maturity=identified",
        )
    )
    assert "No entry matches" in get(client, "/search/?kind=lesson")


@pytest.mark.parametrize(
    "address", ["/", "/topics/", "/topics/threats/uas-threat/", "/search/suggest/?q=gate", "/search/?page=9"]
)
def test_without_an_index_every_page_stands(client: Client, index_dir: Any, address: str) -> None:
    make_entry("Gate")
    get(client, address)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_without_an_index_hostile_words_are_no_error_either(client: Client, index_dir: Any, text: str) -> None:
    make_entry()
    assert client.get("/search/", {"q": text, "page": text}).status_code in {200, 400}


def test_a_damaged_index_is_no_error(client: Client, index: Any, index_dir: Any) -> None:
    make_entry("Gate")
    index()
    for file in index_dir.glob("v*/*"):
        file.write_bytes(b"x")
    from search import engines

    engines._engines.clear()
    assert "Search is limited" in get(client, "/search/?q=gate")
    assert not OutboxItem.objects.exists()


def test_the_page_keeps_the_chatham_house_rule_if_any_part_has_it(index: Any) -> None:
    make_entry(marking=make_marking(chatham_house=False))
    index()
    assert "Chatham House rule</span> <data" not in get(Client(), "/search/")
    make_entry(marking=make_marking(chatham_house=True))
    index()
    assert get(Client(), "/search/").count("Chatham House rule</span> <data") == 2


def test_of_what_is_recorded_when_it_is_read_a_list_shows_no_sentence(index: Any) -> None:
    circle = make_circle()
    for label in (Tlp.AMBER, Tlp.GREEN):
        marking = make_marking(label, circles=[circle] if label == Tlp.AMBER else [])
        make_entry(label, marking=marking, summary="Slow down.", sections={"problem": f"<p>Quillfeather {label}.</p>"})
    index()
    page = get(signed_in(circles=[circle]), "/search/?q=quillfeather")
    assert sorted(titles(page)) == [Tlp.AMBER, Tlp.GREEN]
    assert page.count("<mark>Quillfeather</mark>") == 1
    assert "<mark>Quillfeather</mark> TLP:GREEN." in page
