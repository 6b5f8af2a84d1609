"""What runs beside the web server? `manage.py worker`: outbox of search, tasks, mail and timed work, side by side.

Each has a thread of its own, so that none waits for another: a mail server that hangs holds up mail, and nothing else.
"""

import logging
import os
import signal
import socket
import threading
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone
from django.utils.crypto import get_random_string

from config import schedule, tasks
from config.loops import GoingOn, Loop
from config.turns import turn
from people import duties, mailing
from people.duties import WorkerPulse
from search import indexing
from search.engines import engine
from search.engines.base import EngineUnavailable
from search.engines.generations import RebuildRunning
from search.models import OutboxItem

logger = logging.getLogger("config.worker")

SECONDS_TO_END = 6  # what still runs then is left where it is, for the next worker
TASK_LIMIT = 15 * 60  # seconds


def drain_outbox(going_on: GoingOn) -> None:
    """Bring what changed into the index; make the index anew where it cannot be used.

    One worker at a time: a document that one made before a change must not replace the one another made after it.
    """
    indexing.notice_swap()
    if _index_in_order() and not OutboxItem.objects.filter(attempts__lt=indexing.GIVE_UP_AFTER).exists():
        return
    with turn("outbox") as mine:
        if not mine:
            return
        try:
            engine().check()
            while going_on() and indexing.drain():
                pass
        except EngineUnavailable as error:
            logger.warning("The search index cannot be used (%s); it is made anew", error)
            try:
                count = indexing.rebuild()
            except RebuildRunning:
                return
            logger.warning("The search index stands again: %d works", count)
            indexing.drain_all()


def _index_in_order() -> bool:
    try:
        engine().check()
    except EngineUnavailable:
        return False
    return True


class Command(BaseCommand):
    """Do what waits, until told to stop."""

    help = "Keep the search index current, run tasks, deliver mail and do timed work, until SIGTERM or SIGINT."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer a single round."""
        parser.add_argument("--once", action="store_true", help="Do what waits, then end.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until a signal comes. Raises CommandError where a part fails or is stuck."""
        self.name = f"{socket.gethostname()[:20]}-{os.getpid()}-{get_random_string(6)}"
        self.started_at = timezone.now()
        self.stopping = threading.Event()
        self.loops = self._loops()
        if options["once"]:
            self._once()
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        self.stdout.write("Worker: search outbox, tasks, mail and timed work. End it with Ctrl-C.")
        self.stdout.flush()
        heart = Loop("heart", self._beat, every=5)
        # Before anything is claimed: what a worker without a sign of life has claimed is free.
        heart.round()
        threads = [heart, *self.loops]
        for thread in threads:
            thread.start()
        stuck = self._watch(threads)
        self._end(threads)
        if stuck:
            raise CommandError(f"{stuck} has been stuck for too long; start the worker again.")
        self.stdout.write("Worker: ended.")

    def _loops(self) -> list[Loop]:
        name = self.name
        return [
            Loop("search outbox", drain_outbox, every=0.5),
            Loop("tasks", lambda on: tasks.run_due(worker=name, going_on=on), every=0.5, limit=TASK_LIMIT),
            Loop("mail", lambda on: mailing.deliver_due(worker=name, going_on=on), every=1),
            Loop("timed work", lambda on: schedule.run_due(worker=name, going_on=on), every=15),
        ]

    def _once(self) -> None:
        self._beat(lambda: True)
        try:
            failed = [loop.name for loop in self.loops if not loop.round()]
        finally:
            WorkerPulse.objects.filter(name=self.name).delete()
        if failed:
            raise CommandError(f"Not everything could be done; see the lines above: {', '.join(failed)}.")

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping.set()

    def _watch(self, threads: list[Loop]) -> str:
        """Wait for the signal; return early, with its name, where a loop has died or is stuck."""
        while not self.stopping.wait(0.5):
            for thread in threads:
                if thread.stuck() or not thread.is_alive():
                    return thread.name
        return ""

    def _end(self, threads: list[Loop]) -> None:
        """Let every loop finish its round, for some seconds; then leave a sign that this worker is gone."""
        for thread in threads:
            thread.stopping.set()
        deadline = time.monotonic() + SECONDS_TO_END
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        left = [thread.name for thread in threads if thread.is_alive()]
        if left:
            logger.warning("Left in the middle, for the next worker: %s", ", ".join(left))
        try:
            WorkerPulse.objects.filter(name=self.name).update(ended_at=timezone.now())
        except DatabaseError:
            logger.warning("That this worker is gone could not be noted; it shows within a minute")

    def _beat(self, _going_on: GoingOn) -> None:
        """Give a sign of life, forget workers that are long gone, and take up what they left."""
        now = timezone.now()
        loops = {loop.name: loop.state() for loop in self.loops}
        if not WorkerPulse.objects.filter(name=self.name).update(seen_at=now, loops=loops):
            WorkerPulse.objects.create(name=self.name, started_at=self.started_at, seen_at=now, loops=loops)
        gone = WorkerPulse.objects.exclude(name=self.name).filter(seen_at__lt=now - 60 * duties.ALIVE_FOR)
        if gone.exists():
            gone.delete()
        if count := tasks.take_up_lost():
            logger.warning("%d tasks of a worker that is gone are due again", count)
