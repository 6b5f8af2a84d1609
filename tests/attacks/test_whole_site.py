"""Does anything leak anywhere? Everything is planted, everybody asks for everything, every answer is read.

The addresses come from the configuration, so that a new view is asked without being listed, and the tables of the
database from the models, so that a new table is read as well. What leaked stands in the message, with where.
"""

import logging
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.conf import settings

from config.logs import LineFormatter
from tests.attacks.addresses import CannotFill, Filler, Route, routes, translated
from tests.attacks.crawl import Crawler, words_in
from tests.attacks.people import ANONYMOUS, EDITORS, KINDS, READS, Cast, Work
from tests.attacks.world import EDIT, World

pytestmark = pytest.mark.django_db

SHARE = 6  # of the entries that an editor may not work on, one in so many is tried at each address
FOLLOWED = 60  # links that each person follows beyond what the configuration names
# Where words of entries, people and files are kept because that is what the table is for. Every other table that
# the site has, tomorrow's too, holds none of them: tasks, mails, outboxes, audit, counters.
KEEPS_WORDS = {
    "kb.Entry",
    "kb.EntryReference",
    "kb.EntryRelation",
    "kb.Keyword",
    "kb.Marking",
    "kb.MediaDocument",
    "kb.MediaImage",
    "kb.HomePage",
    "kb.GuidancePage",
    "kb.GuidanceIndexPage",
    "people.User",
    "people.Organisation",
    "people.Circle",
    "account.EmailAddress",
    "wagtailcore.Page",
    "wagtailcore.Revision",
    "wagtailcore.TaskState",
    "wagtailcore.ModelLogEntry",
    "wagtailcore.PageLogEntry",
    "wagtailcore.ReferenceIndex",
    "wagtailsearch.IndexEntry",
}


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Return what the site writes to its log, as an operator would read it."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(LineFormatter("%(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def works_for(kind: str, world: World, route: Route, turn: int) -> list[Work]:
    """Return for which entries this person asks at this route: for all at its page, for some in turn elsewhere.

    In the editing interface each address is asked about each entry by one of those who may not work on it, and about
    two that a person may work on.
    """
    if "public_id" in route.names:
        return world.works
    if kind not in EDITORS:
        return world.works[:1]
    mine = [work for work in world.works if kind in READS[work.marking] & EDIT and work.state != "recalled"]
    others = [work for work in world.works if work not in mine]
    some = [work for position, work in enumerate(others) if (position + turn) % SHARE == 0]
    return some + (mine if route.name == "revisions_view" else mine[turn % 7 :: 30])


def ask_for_every_address(crawler: Crawler, filler: Filler) -> None:
    """Ask for every address of the configuration, in each language of the site."""
    shift, knocks = KINDS.index(crawler.kind), crawler.kind in (*EDITORS, ANONYMOUS)
    for turn, route in enumerate(routes()):
        if not knocks and route.template.startswith("/admin/") and (turn + shift) % 4:
            # To whoever has no work there, all of these addresses are one: each is asked by two of them.
            continue
        answer = None
        addresses = filler.addresses(route, works_for(crawler.kind, filler.world, route, turn + shift))
        for position, address in enumerate(addresses):
            answer = crawler.ask(address)
            if translated(route) and (position + turn) % 8 == 0:
                for code, _name in settings.LANGUAGES[1:]:
                    crawler.ask(f"/{code}{address}")
            for query in queries_for(crawler, route, answer.status_code):
                crawler.ask(f"{address}?{query}")
        if knocks and answer is not None and answer.status_code != 404:
            crawler.send(addresses[-1], {})


def queries_for(crawler: Crawler, route: Route, status: int) -> tuple[str, ...]:
    """Return the queries that lists and actions on several records of the editing interface understand."""
    if crawler.kind not in EDITORS:
        return ()
    if route.name == "wagtail_bulk_action":
        works = crawler.world.works[KINDS.index(crawler.kind) % 5 :: 5]
        return ("&".join(f"id={work.entry.pk}" for work in works), "id=all")
    listed = route.name.endswith(("index", "list", "results", "search")) and not route.names
    return ("q=zq", "export=csv", "export=xlsx", "p=2") if listed and status == 200 else ()


def ask_for_versions(crawler: Crawler, world: World) -> None:
    """Ask for the translations, and for the usual other forms of each page."""
    for position, work in enumerate(world.works):
        page = work.entry.get_absolute_url()
        if work.state == "published":
            crawler.ask(f"/fr{page}")
            crawler.ask(f"/de{page}")
        if (position + KINDS.index(crawler.kind)) % 3:
            continue
        ending = (".json", ".pdf", "?format=json", "print/", "?page=2", ".md")[position % 6]
        crawler.ask(page.rstrip("/") + ending if ending.startswith(".") else page + ending)


def ask_search(crawler: Crawler, world: World, wrong: list[str]) -> None:
    """Search for a word of each entry, and for what its title begins with; count what is found by the written table."""
    visible = [work for work in world.works if work.is_read_by(crawler.kind)]
    found = crawler.ask("/search/").context["found"]
    if found.total != len(visible):
        wrong.append(f"{crawler.kind}: {found.total} entries found, the table says {len(visible)}")
    for position, work in enumerate(world.works):
        word = (work.title, work.summary, work.body, work.keyword)[(position + len(crawler.kind)) % 4]
        total = crawler.ask(f"/search/?q={word}").context["found"].total
        if total != int(work.is_read_by(crawler.kind)):
            wrong.append(f"{crawler.kind}: {total} found for a word of {work.marking}, {work.state}")
        crawler.ask(f"/search/suggest/?q={work.title[: 3 + position % 4]}")
        crawler.ask(f"/search/suggest/?q=gate+{work.title[:5]}")
    for file, _picture in world.uploads:
        crawler.send(file.get_absolute_url(), {})
    ids = [("e", work.entry.public_id) for work in world.works]
    crawler.ask(f"/briefing/?{urlencode(ids)}&since=2026-01-01")
    crawler.ask(f"/search/?{urlencode(ids)}")
    for query in (
        "sort=newest",
        "sort=evidence",
        "page=2",
        "page=3",
        "q=gate",
        "q=gate+-keep",
        "q=zq*",
        "q=title:keep",
    ):
        crawler.ask(f"/search/?{query}")
    crawler.ask("/assess/?place=christmas-market&threat=vehicle-as-weapon")


def unseen(crawlers: list[Crawler], world: World) -> list[str]:
    """Return what somebody should have come upon and did not: then the test would prove nothing."""
    return [
        f"{crawler.kind} never saw “{world.words[word].place}”"
        for crawler in crawlers
        for word in world.expected(crawler.kind)
        if word not in crawler.seen
    ]


def stored_elsewhere(world: World) -> list[str]:
    """Return where a planted word stands in a table that is not made to hold it."""
    found = []
    for model in apps.get_models():
        if model._meta.label in KEEPS_WORDS or not model._meta.managed:
            continue
        for row in model._default_manager.values():
            places = {world.words[word].place for word in words_in(str(row)) if word in world.words}
            found += [f"{model._meta.label} holds “{place}”" for place in places]
    return found


def test_nothing_of_what_is_planted_leaks_anywhere(cast: Cast, index: Callable[[], Any], log: StringIO) -> None:
    world = World(cast)
    index()
    filler, crawlers, wrong = Filler(world), [], []
    for kind in KINDS:
        crawler = Crawler(world, kind)
        ask_for_every_address(crawler, filler)
        ask_for_versions(crawler, world)
        ask_search(crawler, world, wrong)
        crawler.follow(FOLLOWED)
        crawler.send_forms()
        crawlers.append(crawler)
        print(f"{kind}: {len(crawler.asked)} addresses, {len(crawler.forms)} forms, {len(crawler.seen)} words seen")
    told = {world.words[word].place for word in words_in(log.getvalue()) if word in world.words}
    findings = {
        "leaked": sorted({leak for crawler in crawlers for leak in crawler.leaks}),
        "broken": sorted({line for crawler in crawlers for line in crawler.broken}),
        "counted wrongly": wrong,
        # The log names the addresses that were asked for, and with them identifiers, which say nothing.
        "in the log": sorted(place for place in told if "identifier" not in place),
        "in a table that is not made for it": stored_elsewhere(world),
        "never seen": unseen(crawlers, world),
    }
    words = [f"{head}:\n  " + "\n  ".join(lines) for head, lines in findings.items() if lines]
    assert not words, "\n".join(words)


def test_an_address_with_a_part_that_nobody_has_thought_of_stops_here() -> None:
    route = Route("/new/{badge}/", ("badge",), ("kb",), "badge")
    filler = Filler.__new__(Filler)
    filler._known = {}  # type: ignore[misc]  # without a world
    with pytest.raises(CannotFill, match=r"Say it in tests/attacks/addresses.py: add \('kb', 'badge'\)"):
        filler.values(route, "badge")
