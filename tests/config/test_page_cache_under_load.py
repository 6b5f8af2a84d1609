"""While one process publishes, relabels and withdraws: does any answer show what was before a change that holds?"""

import json
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

from tests import site

SECONDS = 12
LISTS = ("/", "/topics/facility-types/christmas-market/", "/search/?q=quillfeather", "/sitemap.xml", "/fr/")
LATER = {"/topics/facility-types/christmas-market/", "/search/?q=quillfeather"}  # show additions once they are indexed


class Seen(NamedTuple):
    """One answer."""

    path: str
    began: float
    ended: float
    status: int
    ids: frozenset[str]
    number: int


def _read(port: int, paths: Any, seen: list[Seen], stop: threading.Event) -> None:
    tags: dict[str, tuple[str, str]] = {}
    while not stop.is_set():
        for path in paths():
            known = tags.get(path)
            headers = {"If-None-Match": known[0]} if known else {}
            began = time.monotonic()
            status, found, text = site.ask(port, path, headers)
            ended = time.monotonic()
            if status == 304 and known:
                status, text = 200, known[1]
            elif "ETag" in found:
                tags[path] = (found["ETag"], text)
            ids = frozenset(re.findall(r"/entries/(\w+)/", text)) if status == 200 else frozenset()
            title = re.search(r"<h1>Quillfeather (\d+)</h1>", text)
            seen.append(Seen(path, began, ended, status, ids, int(title[1]) if title else -1))


def _stale(seen: list[Seen], changes: list[dict[str, Any]], standing: str) -> list[str]:
    """Return every answer that shows a state from before a change that held when it began."""
    wrong = []
    hidden = {row["entry"]: row for row in changes if row["kind"] == "hidden"}
    added = {row["entry"]: row for row in changes if row["kind"] == "added"}
    versions = [row for row in changes if row["kind"] == "changed"]
    for answer in seen:
        if answer.path == f"/entries/{standing}/":
            due = max((row["number"] for row in versions if row["held"] < answer.began), default=0)
            if answer.status != 200 or answer.number < due:
                wrong.append(f"{answer} instead of version {due}")
            continue
        own = re.fullmatch(r"/entries/(\w+)/", answer.path)
        for key, row in hidden.items():
            gone = row["held"] < answer.began
            if gone and (key in answer.ids or (own and own[1] == key and answer.status != 404)):
                wrong.append(f"{answer.path} shows {key}, hidden {answer.began - row['held']:.3f} s before")
        if own or answer.path in {"/", "/fr/"}:
            continue
        for key, row in added.items():
            there = row["indexed" if answer.path in LATER else "held"] < answer.began
            going = key in hidden and hidden[key]["began"] < answer.ended
            if there and not going and key not in answer.ids:
                wrong.append(f"{answer.path} lacks {key}, there {answer.began - row['held']:.3f} s before")
    return wrong


def test_no_answer_shows_what_was_before_a_change_that_held_when_it_began(site_var: Path) -> None:
    env = site.environment(site_var)
    changes: list[dict[str, Any]] = []
    seen: list[Seen] = []
    stop = threading.Event()

    def entries() -> list[str]:
        latest = [row["entry"] for row in changes if row["kind"] in {"standing", "added"}]
        return [*(f"/entries/{key}/" for key in [*latest[:1], *latest[-6:]]), *LISTS]

    with site.serving(env, site_var / "server.log") as port:
        readers = [
            threading.Thread(target=_read, args=(port, paths, seen, stop))
            for paths in (lambda: LISTS, lambda: LISTS, entries, entries)
        ]
        for reader in readers:
            reader.start()
        command = [sys.executable, "-m", "tests.config.churn", str(SECONDS)]
        with subprocess.Popen(command, cwd=site.ROOT, env=env, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            for line in writer.stdout:
                changes.append(json.loads(line))
        stop.set()
        for reader in readers:
            reader.join()
    assert writer.wait() == 0
    standing = changes.pop(0)["entry"]
    assert {row["kind"] for row in changes} == {"added", "changed", "hidden"}
    assert len(seen) > 100
    assert {answer.status for answer in seen} <= {200, 404}
    assert _stale(seen, changes, standing) == []
    assert "Traceback" not in (site_var / "server.log").read_text()
