"""What do pages cost beside a constant view and beside their own templates, and how many queries do they take?"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from bench.client import Client, Request
from bench.ground import Ground, Stand
from bench.load import CONCURRENCIES, Costs, Target
from bench.load import measure as measure_targets
from bench.measurements import Measurement, at_most, scale
from bench.queries import addresses
from bench.server import Server

CACHED, NOT_MODIFIED, FLOOR, RESULTS_FLOOR, FLAT = 2.0, 1.5, 1.5, 2.0, 1.3
QUERIES = {"entry": 8, "results": 8, "home": 12, "topic": 12}
LIST_QUERIES, SIGNED_IN = 15, 4  # session, account, visit and unread notices of somebody signed in
PAGES = tuple(QUERIES)
GZIP = {"Accept-Encoding": "gzip"}
PAST = {**GZIP, "X-Bench-Uncached": "1"}
MANY, FEW = 400, 24  # requests in a turn: of what costs little, and of whole pages
ROTATED = 24  # addresses of a page that are rendered; of those that are kept, all are asked for


def measure(ground: Ground) -> Iterator[Measurement]:
    """Yield the costs and queries of pages at every size, then what has to be the same at all sizes."""
    net: dict[str, dict[int, float]] = defaultdict(dict)
    queries: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for stand in ground.stands():
        facts = stand.probe("facts")
        with Server(stand) as server:
            costs = measure_targets(server, targets(server, facts), ground.rounds)
            yield from told(costs, stand)
            for who in ("anonymous", "member"):
                cost = costs.net_ms(f"{who}.results", 1) / min(costs.calibration)
                net[f"{stand.database}.{who}"][stand.size] = cost
            counted = {**page_queries(server, facts), **admin_queries(server, facts)}
        for (kind, name), number in counted.items():
            queries[f"{stand.database}.{name}", kind][stand.size] = number
            limit = LIST_QUERIES if kind == "list" else QUERIES.get(kind, 0)
            if limit:
                limit += SIGNED_IN * name.endswith(".member")
                yield at_most(f"pages.queries.{name}.{stand.name}", number, "queries", limit)
    yield from flat(net, queries)


def paths_of(facts: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the addresses of each kind of page."""
    return {
        "home": facts["home"],
        "entry": facts["entries"],
        "topic": facts["topics"],
        "results": [facts["results"] + address for address in addresses()],
    }


def targets(server: Server, facts: Mapping[str, Any]) -> list[Target]:
    """Return everything that takes turns: constant, templates, floors, cached, unchanged, uncached, signed in."""
    paths = paths_of(facts)
    cookie = {"Cookie": facts["cookies"]["member"]}
    client = Client(server.port)
    found = [Target("constant", [("/bench/constant/", {})], MANY)]
    for page, all_addresses in paths.items():
        addresses_ = all_addresses[:: max(len(all_addresses) // ROTATED, 1)]
        # A floor is asked for as the page is, by the same reader: sessions and accounts are read for both.
        for who, whose in (("anonymous", {}), ("member", cookie)):
            floors = [f"/bench/floor/?who={who}&path={quote(path)}" for path in addresses_]
            found.append(Target(f"{who}.{page}.floor", [(address, {**GZIP, **whose}) for address in floors], FEW))
            found.append(Target(f"{who}.{page}", [(path, {**PAST, **whose}) for path in addresses_], FEW))
        templates = [(f"/bench/floor/?who=anonymous&reads=0&path={quote(path)}", GZIP) for path in addresses_]
        found.append(Target(f"{page}.template", templates, FEW))
        found.append(Target(f"{page}.cached", [(path, GZIP) for path in all_addresses], MANY))
        unchanged = [request for path in all_addresses if (request := _unchanged(client, path))]
        if unchanged:
            found.append(Target(f"{page}.unchanged", unchanged, MANY, status=304))
    client.close()
    return found


def _unchanged(client: Client, path: str) -> Request | None:
    """Return the request of a browser that has the page already; None where the page has no ETag."""
    etag = client.get(path, GZIP).headers.get("etag")
    return (path, {**GZIP, "If-None-Match": etag}) if etag else None


def told(costs: Costs, stand: Stand) -> Iterator[Measurement]:
    """Yield the ratios of one site, and the times for scale."""
    for number in CONCURRENCIES:
        yield scale(f"pages.constant.{stand.name}.c{number}", costs.ms("constant", number), "ms")
    yield scale(f"pages.calibration.{stand.name}", min(costs.calibration), "ms", "a fixed loop, beside")
    for page in PAGES:
        yield scale(f"pages.{page}.template.{stand.name}", costs.ms(f"{page}.template", 1), "ms", "template only")
        cached = costs.ratio(f"{page}.cached", "constant")
        yield at_most(f"pages.{page}.cached.{stand.name}", cached, "× C", CACHED)
        if (f"{page}.unchanged", 1) in costs.total:
            unchanged = costs.ratio(f"{page}.unchanged", "constant")
            yield at_most(f"pages.{page}.unchanged.{stand.name}", unchanged, "× C", NOT_MODIFIED)
        else:
            yield Measurement(
                f"pages.{page}.unchanged.{stand.name}", None, "× C", f"≤ {NOT_MODIFIED}", False, "the page has no ETag"
            )
        for who in ("anonymous", "member"):
            name, floor = f"{who}.{page}", f"{who}.{page}.floor"
            note = f"{costs.ms(name, 1):.1f} ms, floor {costs.ms(floor, 1):.1f} ms"
            if page == "results":
                note = f"net {costs.net_ms(name, 1):.1f} of {note}"
                value = costs.ratio(name, floor, net=True)
                yield at_most(f"pages.{page}.{who}.{stand.name}", value, "× F", RESULTS_FLOOR, note)
            else:
                yield at_most(f"pages.{page}.{who}.{stand.name}", costs.ratio(name, floor), "× F", FLOOR, note)


def page_queries(server: Server, facts: Mapping[str, Any]) -> dict[tuple[str, str], int]:
    """Return the most queries that a page of each kind takes, for a stranger and for a member."""
    client = Client(server.port)
    found: dict[tuple[str, str], int] = {}
    for who, headers in (("anonymous", {}), ("member", {"Cookie": facts["cookies"]["member"]})):
        for page, paths in paths_of(facts).items():
            asked = {**PAST, **headers, "X-Bench-Count": "1"}
            numbers = [int(client.get(path, asked).headers["x-bench-queries"]) for path in paths]
            found[page, f"{page}.{who}"] = max(numbers)
    client.close()
    return found


def admin_queries(server: Server, facts: Mapping[str, Any]) -> dict[tuple[str, str], int]:
    """Return the queries of every list, form and chooser of the editing interface, asked for the second time."""
    client = Client(server.port)
    found: dict[tuple[str, str], int] = {}
    for person, kind, name, path in facts["admin"]:
        headers = {**GZIP, "Cookie": facts["cookies"][person], "X-Bench-Count": "1"}
        client.get(path, headers)
        answer = client.get(path, headers)
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status} to the {person}")
        found[kind, f"admin.{person}.{name}"] = int(answer.headers["x-bench-queries"])
    client.close()
    return found


def flat(
    net: Mapping[str, Mapping[int, float]], queries: Mapping[tuple[str, str], Mapping[int, int]]
) -> Iterator[Measurement]:
    """Yield what has to be the same at every size: the results page beside its engine, and all numbers of queries."""
    for name, by_size in net.items():
        if len(by_size) > 1:
            value = by_size[max(by_size)] / by_size[min(by_size)]
            note = ", ".join(f"{size:,}: {cost:.2f}" for size, cost in sorted(by_size.items())) + " × calibration"
            yield at_most(f"pages.results.flat.{name}", value, "× smallest", FLAT, note)
    for (name, _kind), counted in queries.items():
        if len(counted) > 1 and len(set(counted.values())) > 1:
            note = ", ".join(f"{size:,}: {number}" for size, number in sorted(counted.items()))
            yield at_most(
                f"pages.queries.flat.{name}", max(counted.values()) - min(counted.values()), "queries", 0, note
            )
    if any(len(counted) > 1 for counted in queries.values()):
        same = sum(1 for counted in queries.values() if len(set(counted.values())) == 1)
        yield scale("pages.queries.flat.same", same, "views", f"of {len(queries)} take as many at every size")
