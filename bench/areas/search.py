"""How much does the engine add to tantivy, how long do searches take, and does that time tell of hidden entries?"""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from bench.client import Client
from bench.ground import Ground, Stand
from bench.measurements import Measurement, absent, at_most, error_of_median, percentile, scale
from bench.server import Server

ENGINE = 1.5  # times the same query and counts, sent straight to tantivy
PAIRS = 200
NOISE = 3.0  # standard errors of the difference between two medians
PAST = {"X-Bench-Uncached": "1"}


def measure(ground: Ground) -> Iterator[Measurement]:
    """Yield the engine's share at every size, and what a search takes for scale."""
    for stand in ground.stands():
        rows: list[dict[str, Any]] = stand.probe("engine", str(ground.rounds * 3))
        straight = sum(row["straight"] for row in rows)
        worst = max(rows, key=lambda row: row["fresh"] / row["straight"])
        name = f"search.engine.{stand.name}"
        note = f"worst {worst['fresh'] / worst['straight']:.1f} × for {worst['address'][:40]}"
        yield at_most(f"{name}.fresh", sum(row["fresh"] for row in rows) / straight, "× tantivy", ENGINE, note)
        again = sum(row["again"] for row in rows) / straight
        yield scale(f"{name}.remembered", again, "× tantivy", "the same query asked again")
        fresh = [row["fresh"] for row in rows]
        yield scale(f"{name}.p50", percentile(fresh, 0.5), "ms")
        yield scale(f"{name}.p95", percentile(fresh, 0.95), "ms")
        yield scale(f"{name}.tantivy.p50", percentile([row["straight"] for row in rows], 0.5), "ms")
        with ground.copy_of(stand) as copy:
            yield from told_by_time(copy)


def told_by_time(stand: Stand) -> Iterator[Measurement]:
    """Yield whether a search for a word of a hidden entry takes as long as one for a word that stands nowhere."""
    secret = stand.probe("secret", str(PAIRS + 10))
    member = {**PAST, "Cookie": stand.probe("facts")["cookies"]["member"]}
    with Server(stand) as server:
        client = Client(server.port)
        for who, headers in (("anonymous", PAST), ("member", member)):
            for path in ("/search/?q=", "/search/suggest/?q="):
                times = by_turns(client, path, secret, headers)
                name = f"search.hidden.{'suggest.' if 'suggest' in path else ''}{who}.{stand.name}"
                yield alike(name, times["hidden"], times["nothing"], times["nothing_else"])
        client.close()


def by_turns(
    client: Client, path: str, secret: Mapping[str, list[str]], headers: Mapping[str, str]
) -> dict[str, list[float]]:
    """Return the milliseconds of each search; every word is asked once, and who is first changes with every turn.

    Raises RuntimeError where an answer is none.
    """
    times: dict[str, list[float]] = {kind: [] for kind in secret}
    kinds = list(secret)
    for turn, words in enumerate(zip(*secret.values(), strict=True)):
        for position in range(len(kinds)):
            at = (turn + position) % len(kinds)
            answer = client.get(f"{path}{words[at]}", headers)
            if answer.status != 200:
                raise RuntimeError(f"{path}{words[at]} answered {answer.status}")
            times[kinds[at]].append(answer.seconds * 1000)
    return {kind: found[-PAIRS:] for kind, found in times.items()}


def alike(name: str, hidden: Sequence[float], nothing: Sequence[float], again: Sequence[float]) -> Measurement:
    """Return how far the two medians are apart, in standard errors; beside it, how far two equal series are."""
    noise = error_of_median(hidden, nothing)
    apart = abs(median(hidden) - median(nothing))
    if not noise:
        return absent(name, "× noise", f"≤ {NOISE:g}", "the clock is too coarse: all answers took as long")
    note = (
        f"hidden {median(hidden):.2f} ms, nothing {median(nothing):.2f} ms; "
        f"nothing again {abs(median(again) - median(nothing)) / noise:.1f} × noise"
    )
    return at_most(name, apart / noise, "× noise", NOISE, note)
