"""How does one part of the worker go on, whatever happens to it and to the other parts?"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from config.logs import words_of
from search.engines.base import EngineUnavailable

logger = logging.getLogger("config.worker")

PATIENCE = 5.0  # seconds to wait after something went wrong

GoingOn = Callable[[], bool]
Work = Callable[[GoingOn], Any]


class Loop(threading.Thread):
    """Does one kind of work again and again, in a thread with connections of its own.

    `every` are the seconds from the beginning of a round to that of the next; `limit` the seconds after which a round
    counts as stuck, None where none does.
    """

    def __init__(self, name: str, work: Work, *, every: float, limit: float | None = None) -> None:
        """Keep what is to be done; `start` begins."""
        # What hangs must not keep the process from ending: it is taken up again by the next worker.
        super().__init__(name=name, daemon=True)
        self.work = work
        self.every = every
        self.limit = limit
        self.stopping = threading.Event()
        self.trouble = ""
        self.done_at: datetime | None = None
        self.busy_since: float | None = None

    def run(self) -> None:
        """Go on until told to stop."""
        while not self.stopping.is_set():
            started = time.monotonic()
            close_old_connections()
            calm = self.round()
            if not calm:
                connections.close_all()
            pause = self.every if calm else max(self.every, PATIENCE)
            self.stopping.wait(max(0.0, pause - (time.monotonic() - started)))
        connections.close_all()

    def round(self) -> bool:
        """Do what waits; return whether all went well."""
        self.busy_since = time.monotonic()
        try:
            self.work(lambda: not self.stopping.is_set())
        except Exception as error:
            self._report(error)
            return False
        finally:
            self.busy_since = None
        self.trouble = ""
        self.done_at = timezone.now()
        return True

    def _report(self, error: Exception) -> None:
        """Say what is wrong once, not twice a second."""
        said = f"{type(error).__name__}: {error}" if isinstance(error, EngineUnavailable) else words_of(error)
        if said == self.trouble:
            return
        self.trouble = said
        if isinstance(error, OSError | DatabaseError | EngineUnavailable):
            logger.warning("%s waits and tries again: %s", self.name, said)
        else:
            logger.error("%s stumbled; it goes on", self.name, exc_info=error)

    def busy_for(self) -> float:
        """Return for how many seconds the present round has been running, 0 between two."""
        since = self.busy_since
        return time.monotonic() - since if since is not None else 0.0

    def stuck(self) -> bool:
        """Has the present round been running for longer than it may?"""
        return self.limit is not None and self.busy_for() > self.limit

    def state(self) -> dict[str, Any]:
        """Return what others may know: when a round last ended well, for how long one runs, what kind of trouble."""
        return {
            "done": self.done_at.isoformat() if self.done_at else None,
            "busy": round(self.busy_for()),
            "trouble": self.trouble.partition(":")[0].rpartition(".")[2],
        }
