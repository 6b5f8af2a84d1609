"""Does anything that was planted come out where it does not belong? Every address is asked, as every kind of person.

The addresses come from the configuration: a view that is added tomorrow is asked without being named here. Each answer
is read whole, packed files and mails included; so is what was written into logs, and into tables that hold no texts.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail, serializers

from tests.attacks.addresses import ENTRIES, Filler, Route, routes, translated
from tests.attacks.crawl import Crawler, words_in
from tests.attacks.people import EDITORS, KINDS, STATES, Cast, Work
from tests.attacks.world import World, editors

pytestmark = [pytest.mark.django_db(databases="__all__")]

# Each of these groups walks through a world of its own.
GROUPS = (
    ("anonymous", "learner", "member", "other_member", "partner", "contributor", "trainer"),
    ("curator", "reviewer"),
    ("other_reviewer", "contact_point", "security_officer", "auditor"),
    ("administrator", "superuser"),
)
# Views that end what the person does here, or that are tried one by one elsewhere.
ENDING = ("account_logout", "account_reauthenticate", "usersessions_list")
# Pages of readers are asked for all entries. Of what only editors see, each state has its turn with some marking.
OF_ALL_STATES = {f"{ENTRIES}:{name}" for name in ("edit", "revisions_compare", "preview_on_edit")}
OF_EDITORS = ("newest draft", "older revision", "comment of a reviewer", "unpublished translation")
FOLLOWED = 60  # addresses that answers led to
# Tables whose rows are about what people do: no word of a text may stand in them.
TOLD = ("people.auditrow", "people.outgoingmail", "people.notice", "search.outboxitem")


def test_every_kind_of_person_is_in_a_group() -> None:
    assert sorted(kind for group in GROUPS for kind in group) == sorted(KINDS)


class Shelf(logging.Handler):
    """Keeps every line that is logged."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line as it would be written."""
        self.lines.append(self.format(record))


@contextmanager
def everything_logged() -> Iterator[Shelf]:
    """Collect what any logger says."""
    shelf = Shelf()
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in ("people", "kb", "search", "config"))]
    for logger in loggers:
        logger.addHandler(shelf)
    try:
        yield shelf
    finally:
        for logger in loggers:
            logger.removeHandler(shelf)


def of_each_state(works: list[Work], turn: int) -> list[Work]:
    """Return a work of each state, of another marking with each turn: in few turns all have had theirs."""
    by_state = {state: [work for work in works if work.state == state] for state in STATES}
    return [found[(turn + number) % len(found)] for number, found in enumerate(by_state.values()) if found]


def works_for(route: Route, kind: str, turn: int, works: list[Work]) -> list[Work]:
    """Return of which entries this route is asked for: readers' own pages of all, anything else of some by turns."""
    if route.label == "kb:entry":
        return works
    chosen = of_each_state(works, turn)
    if kind not in EDITORS and route.template.startswith("/admin/"):
        return chosen[:1]
    if route.label not in OF_ALL_STATES:
        return chosen[turn % 3 :: 3]
    # One that this person works on is among them, so that what it holds is come upon.
    own = of_each_state([work for work in works if kind in editors(work)], turn)
    return [*chosen, *(work for work in own if work not in chosen)]


def never_seen(crawler: Crawler) -> Iterator[str]:
    """Yield what the person should have come upon and did not: where nothing is ever shown, nothing can leak."""
    found: dict[str, bool] = {}
    for word in crawler.world.expected(crawler.kind):
        place = crawler.world.words[word].place
        if place.endswith(OF_EDITORS):
            place = place.rpartition(", ")[2]  # under one marking or another
            found[place] = found.get(place, False) or word in crawler.seen
        else:
            found[place] = found.get(place, True) and word in crawler.seen
    yield from (f"{crawler.kind} never sees “{place}”" for place, seen in found.items() if not seen)


def ask_for_everything(crawler: Crawler, filler: Filler, every: list[Route]) -> None:
    """Ask for each address, in other languages for some, send what forms there are, and go where answers lead."""
    world, kind = crawler.world, crawler.kind
    codes = [code for code, _name in settings.LANGUAGES[1:]]
    for turn, route in enumerate(every):
        if route.name in ENDING:
            continue
        addresses = filler.addresses(route, works_for(route, kind, turn, world.works))
        if kind not in EDITORS and route.template.startswith("/admin/"):
            addresses = addresses[:2]  # the door is closed, whatever lies behind it
        for address in addresses:
            crawler.ask(address)
        if translated(route):
            for address in addresses[:2]:
                crawler.ask(f"/{codes[turn % len(codes)]}{address}")
        # A button hands out files above CLEAR; of anything else one form is enough.
        for address in addresses if route.template.startswith("/media/") else addresses[:1]:
            crawler.send(address, {})
    for query in ("q=gate", "q=keep+the+gate&page=2", "q=gate&sort=newest&page=3", "q=whoever", "q=zq", "tlp=amber"):
        crawler.ask(f"/search/?{query}")
        crawler.ask(f"/search/suggest/?{query}")
    crawler.follow(FOLLOWED)
    crawler.send_forms()


def words_of_rows() -> Iterator[tuple[str, str]]:
    """Yield (table, word) of everything that rows about what people do hold."""
    for label in TOLD:
        model: Any = apps.get_model(label)
        for row in islice(model._base_manager.using(_database_of(model)).iterator(), 100_000):
            text = serializers.serialize("jsonl", [row])
            yield from ((label, word) for word in words_in(text))


def _database_of(model: Any) -> str:
    from django.db import router

    return str(router.db_for_read(model) or "default")


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0])
def test_nothing_planted_comes_out_where_it_does_not_belong(
    group: tuple[str, ...], cast: Cast, index: Callable[[], Any]
) -> None:
    world = World(cast)
    index()
    filler, every = Filler(world), list(routes())
    leaks: list[str] = []
    broken: list[str] = []
    missing: list[str] = []
    with everything_logged() as shelf:
        for kind in group:
            crawler = Crawler(world, kind)
            ask_for_everything(crawler, filler, every)
            leaks += crawler.leaks
            broken += crawler.broken
            missing += never_seen(crawler)
    texts = {
        word
        for word, planted in world.words.items()
        if not planted.place.endswith(("identifier", "identifier of an upload"))
        and not planted.place.startswith(("name of", "e-mail address"))
    }
    leaks += [f"the log: {line[:200]}" for line in shelf.lines if words_in(line) & texts]
    leaks += [f"{table} holds “{world.words[word].place}”" for table, word in words_of_rows() if word in texts]
    leaks += [f"a mail: {each.subject}" for each in mail.outbox if words_in(f"{each.subject} {each.body}") & texts]
    assert not leaks, "\n".join(sorted(set(leaks))[:60])
    assert not broken, "\n".join(sorted(set(broken))[:40])
    assert not missing, "\n".join(missing[:40])
