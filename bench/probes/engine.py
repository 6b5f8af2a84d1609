"""What does the engine add to the same final query and counts sent straight to tantivy? In one process, by turns."""

from bench.probes.start import hand_back, stand_up

stand_up()

import sys  # noqa: E402  (Django has to stand first)
import time  # noqa: E402  (Django has to stand first)
from collections.abc import Callable  # noqa: E402  (Django has to stand first)
from statistics import median  # noqa: E402  (Django has to stand first)
from typing import Any  # noqa: E402  (Django has to stand first)

from django.http import QueryDict  # noqa: E402  (Django has to stand first)

from bench.queries import addresses  # noqa: E402  (Django has to stand first)
from kb.sharing.audience import of_viewer  # noqa: E402  (Django has to stand first)
from kb.vocabulary import vocabulary  # noqa: E402  (Django has to stand first)
from people.models import User  # noqa: E402  (Django has to stand first)
from people.viewers import ANONYMOUS, viewer_of  # noqa: E402  (Django has to stand first)
from search.engines import engine  # noqa: E402  (Django has to stand first)
from search.engines.embedded.engine import EmbeddedEngine  # noqa: E402  (Django has to stand first)
from search.engines.embedded.plan import Plan  # noqa: E402  (Django has to stand first)
from search.engines.embedded.reader import MANY_VALUES  # noqa: E402  (Django has to stand first)
from search.query import PER_PAGE, SearchQuery, parse  # noqa: E402  (Django has to stand first)

COUNTED = {"all": {"terms": {"field": "facet", "size": MANY_VALUES}}}


def spent(function: Callable[[], Any]) -> float:
    """Return the processor time of a call in milliseconds."""
    started = time.thread_time_ns()
    function()
    return (time.thread_time_ns() - started) / 1e6


def straight(tested: EmbeddedEngine, query: SearchQuery, audience: list[int]) -> Callable[[], None]:
    """Return what sends the final query, fetches its hits and counts the facets, all of it built beforehand."""
    reader = tested._newest.reader()
    plan = Plan(query, audience, reader, vocabulary())
    asked = plan.asked()
    whole = plan.whole(asked)
    narrowed = [plan.whole(asked, param) for param, values in query.selected.items() if values]
    order: dict[str, Any] = {"order_by_field": query.sort if query.sort != "relevance" else "newest"}
    if asked is not None and query.sort == "relevance":
        order = {"weight_by_field": "prior"}

    def send() -> None:
        found = reader.searcher.search(whole, PER_PAGE, offset=(query.page - 1) * PER_PAGE, **order)
        for _score, address in found.hits:
            reader.searcher.doc(address)
        for one in (whole, *narrowed):
            reader.searcher.aggregate(one, COUNTED)

    return send


def forget_counts(tested: EmbeddedEngine) -> None:
    """Let the engine forget what it found and counted; how many works a reader can see it may know."""
    reader = tested._newest.reader()
    reader.counts.clear()
    for key in [key for key in reader.places if key[0] != "count"]:
        del reader.places[key]


def main(rounds: int) -> None:
    """Measure every query for two readers, and hand back the times of each."""
    tested: Any = engine()
    terms = vocabulary()
    readers = [of_viewer(ANONYMOUS), of_viewer(viewer_of(User.objects.get(email="member@example.org")))]
    rows = []
    for number, address in enumerate(addresses()):
        query = parse(QueryDict(address[1:]), terms)
        audience = readers[number % 2]
        send = straight(tested, query, audience)

        def again(query: SearchQuery = query, audience: list[int] = audience) -> None:
            tested.search(query, audience, terms)

        for warm in (again, send):
            warm()
        times: dict[str, list[float]] = {"fresh": [], "straight": [], "again": []}
        for _round in range(rounds):
            forget_counts(tested)
            for name, call in (("fresh", again), ("straight", send), ("again", again)):
                times[name].append(spent(call))
        rows.append({"address": address, **{name: median(found) for name, found in times.items()}})
    hand_back(rows)


main(int(sys.argv[1]))
