"""How does the site start, grow and change while people read?"""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from bench.areas.pages import paths_of
from bench.client import Crowd, Request
from bench.clock import memory_mb, slowness
from bench.ground import ROOT, Ground, Stand
from bench.measurements import Measurement, absent, as_fast_as, at_most, percentile, scale, within
from bench.readers import reading
from bench.server import Server, Worker
from config.serving import web_command

FIRST_ANSWER = 2.5  # seconds
BARE, WITH_INDEX = 160.0, 220.0  # MB of a web worker
INDEXING, IMPORTING = 2_000.0, 100.0  # works a second
FINDABLE = 2.0  # seconds
DURING = 3.0  # times the slowest twentieth of answers while nothing else goes on
SAMPLE, CHANGES, ROWS = 5_000, 8, 2_000
SETTINGS = "config.settings.demo"


def measure(ground: Ground) -> Iterator[Measurement]:
    """Yield how the site starts, what it holds in memory, how it is indexed, imported into and changed."""
    for stand in ground.stands():
        facts = stand.probe("facts")
        yield from started(stand, facts)
        if stand.size == ground.largest:
            yield from indexed(stand)
            with ground.copy_of(stand) as copy:
                yield from changed(copy)
                yield from rebuilt(copy, facts)


def started(stand: Stand, facts: Mapping[str, Any]) -> Iterator[Measurement]:
    """Yield when the first answer comes, and the memory of the largest web worker: bare, with its index, well used."""
    seconds: list[float] = []
    slow = slowness()
    for _turn in range(3):
        with Server(stand, web_command, settings=SETTINGS, knock="/") as server:
            seconds.append(server.seconds_to_start)
    with Server(stand, web_command, settings=SETTINGS) as server:
        ask(server, [("/account/login/", {}), ("/robots.txt", {})] * 20)
        resident, proportional = max(memory_mb(pid) for pid in server.workers())
        ask(server, [("/search/?q=bollards", {})] * 8)
        opened = max(memory_mb(pid) for pid in server.workers())
        member = {"Cookie": facts["cookies"]["member"]}
        searched: list[Request] = [(path, {}) for paths in paths_of(facts).values() for path in paths]
        ask(server, [*searched, *((path, member) for path, _none in searched)])
        full = max(memory_mb(pid) for pid in server.workers())
    yield within(f"ops.first-answer.{stand.name}", median(seconds), FIRST_ANSWER, slow)
    yield at_most(f"ops.memory.bare.{stand.name}", resident, "MB RSS", BARE, f"{proportional:.0f} MB PSS")
    note = f"{opened[1]:.0f} MB PSS"
    yield at_most(f"ops.memory.with-index.{stand.name}", opened[0], "MB RSS", WITH_INDEX, note)
    # What was read of the index's files counts as resident; the system takes it back whenever it needs to.
    note = f"{full[1]:.0f} MB PSS"
    yield scale(f"ops.memory.everything-read.{stand.name}", full[0], "MB RSS", note)


def ask(server: Server, requests: Sequence[Request]) -> None:
    """Ask for everything once, eight at a time, so that every worker gets its share."""
    crowd = Crowd(server.port, 8)
    try:
        crowd.ask(requests)
    finally:
        crowd.close()


def indexed(stand: Stand) -> Iterator[Measurement]:
    """Yield how many documents a second are indexed once they are read."""
    found = stand.probe("indexing", str(min(SAMPLE, stand.size)))
    note = f"reading them took {found['reading'] / found['documents'] * 1000:.2f} ms each"
    rate = found["documents"] / found["indexing"]
    yield as_fast_as(f"ops.indexing.{stand.name}", rate, "works/s", INDEXING, slowness(), note)


def changed(stand: Stand) -> Iterator[Measurement]:
    """Yield how soon a published change is found, at rest and beside an import, and how fast that is."""
    with Server(stand, web_command, settings=SETTINGS) as server, Worker(stand):
        time.sleep(2)
        found = stand.probe("publish", str(server.port), str(CHANGES))
        yield at_most(f"ops.findable.{stand.name}", max(found), "s", FINDABLE, f"median {median(found):.2f} s")
        name = f"ops.import.{stand.name}"
        if not (ROOT / "kb/management/commands/import_entries.py").exists():
            yield absent(name, "works/s", f"≥ {IMPORTING:g}", "there is no import")
            yield absent(f"ops.findable.importing.{stand.name}", "s", f"≤ {FINDABLE:g}", "there is no import")
            return
        slow = slowness()
        table = stand.probe("table", str(ROWS), str(stand.var / "rows.jsonl"))
        command = [sys.executable, "manage.py", "import_entries", table["path"], *table["options"]]
        begun = time.monotonic()
        running = subprocess.Popen(
            command, cwd=ROOT, env=stand.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        time.sleep(3)
        found = stand.probe("publish", str(server.port), str(CHANGES))
        beside = running.poll() is None
        told, _none = running.communicate()
        rate = ROWS / (time.monotonic() - begun)
    if running.returncode:
        yield absent(name, "works/s", f"≥ {IMPORTING:g}", told.strip()[-300:])
        return
    beside_it = "with the site, the worker and an editor beside it"
    yield as_fast_as(name, rate, "works/s", IMPORTING, slow, beside_it)
    note = "" if beside else "the import ended before the last change"
    yield at_most(f"ops.findable.importing.{stand.name}", max(found), "s", FINDABLE, note)


def rebuilt(stand: Stand, facts: Mapping[str, Any]) -> Iterator[Measurement]:
    """Yield whether readers notice that the index is made anew: errors, other numbers of hits, slower answers."""
    member = {"Cookie": facts["cookies"]["member"]}
    requests = [(path, member) for path in paths_of(facts)["results"]]
    with Server(stand, web_command, settings=SETTINGS) as server:
        ask(server, requests)
        with reading(server.port, requests) as before:
            time.sleep(10)
        with reading(server.port, requests) as during:
            begun = time.monotonic()
            stand.manage("build_index")
            seconds = time.monotonic() - begun
    dips = [path for path, hits in during.hits.items() if len(hits | before.hits.get(path, hits)) > 1]
    name = f"ops.rebuild.{stand.name}"
    yield scale(f"{name}.seconds", seconds, "s", f"{len(during.seconds)} answers meanwhile")
    yield at_most(f"{name}.errors", len(during.errors), "answers", 0, "; ".join(during.errors[:2]))
    yield at_most(f"{name}.dips", len(dips), "addresses", 0, "; ".join(dips[:2]))
    slow = percentile(during.seconds, 0.95) / percentile(before.seconds, 0.95)
    note = (
        f"{percentile(before.seconds, 0.95) * 1000:.0f} ms before, {percentile(during.seconds, 0.95) * 1000:.0f} during"
    )
    yield at_most(f"{name}.p95", slow, "× before", DURING, note)
