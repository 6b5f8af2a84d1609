"""Do readers notice what goes on beside them? Threads that go on asking, and what they saw."""

import http.client
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle

from bench.client import Client, Request

PAUSE = 0.05  # seconds between two pages of one reader
_COUNT = re.compile(rb'<strong class="count">([\d., \xa0]+)</strong>')


@dataclass
class Seen:
    """What readers saw: seconds of every answer, answers that were none, and the numbers of hits by address."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    hits: dict[str, set[bytes]] = field(default_factory=dict)


def _read(port: int, requests: Sequence[Request], offset: int, seen: Seen, ended: threading.Event) -> None:
    client = Client(port)
    turns = cycle([*requests[offset:], *requests[:offset]])
    while not ended.is_set():
        path, headers = next(turns)
        try:
            answer = client.get(path, headers)
        except (OSError, http.client.HTTPException) as error:
            seen.errors.append(f"{path}: {error}")
            continue
        seen.seconds.append(answer.seconds)
        if answer.status != 200:
            seen.errors.append(f"{path}: {answer.status}")
        found = _COUNT.search(answer.body)
        seen.hits.setdefault(path, set()).add(found[1] if found else b"")
        time.sleep(PAUSE)
    client.close()


@contextmanager
def reading(port: int, requests: Sequence[Request], number: int = 4) -> Iterator[Seen]:
    """Let so many readers ask until the block ends; what they saw is whole after it."""
    seen, ended = Seen(), threading.Event()
    step = max(len(requests) // number, 1)
    threads = [
        threading.Thread(target=_read, args=(port, requests, (turn * step) % len(requests), seen, ended))
        for turn in range(number)
    ]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        ended.set()
        for thread in threads:
            thread.join()
