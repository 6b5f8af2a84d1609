"""What runs beside the web server? `manage.py worker`: the outbox of search, and the tasks of the database queue."""

import logging
import signal
import threading
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections, connections
from django_tasks_db.management.commands.db_worker import Worker as TaskWorker
from django_tasks_db.models import DBTaskResult

from search import indexing
from search.engines import engine
from search.engines.base import EngineUnavailable
from search.engines.generations import RebuildRunning

logger = logging.getLogger("search.worker")

EVERY = 0.5  # seconds between two looks at the outbox
PATIENCE = 5.0  # seconds to wait after something went wrong


class Command(BaseCommand):
    """Drain the outbox twice a second and run waiting tasks until told to stop."""

    help = "Bring changes into the search index and run background tasks, until SIGTERM or SIGINT."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer a single round."""
        parser.add_argument("--once", action="store_true", help="Do what waits, then end.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until a signal comes."""
        self.stopping = threading.Event()
        self.trouble = ""
        if options["once"]:
            self._round()
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        self.stdout.write("Worker: search outbox and tasks. End it with Ctrl-C.")
        self.stdout.flush()
        while not self.stopping.is_set():
            started = time.monotonic()
            calm = self._round()
            rest = EVERY if calm else PATIENCE
            self.stopping.wait(max(0.0, rest - (time.monotonic() - started)))
        self.stdout.write("Worker: ended.")

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping.set()

    def _round(self) -> bool:
        """Do what waits; return whether all went well. Nothing that goes wrong ends the worker."""
        try:
            close_old_connections()
            try:
                engine().generation()
                indexing.drain_all()
            except EngineUnavailable as error:
                logger.warning("The search index cannot be used (%s); it is made anew", error)
                count = indexing.rebuild()
                logger.warning("The search index stands again: %d works", count)
                indexing.drain_all()
            self._run_tasks()
        except RebuildRunning:
            return True
        except (DatabaseError, EngineUnavailable, OSError) as error:
            self._report(error)
            connections.close_all()
            return False
        except Exception:
            logger.exception("The worker stumbled; it goes on")
            connections.close_all()
            return False
        self.trouble = ""
        return True

    def _report(self, error: Exception) -> None:
        """Say what is wrong once, not twice a second."""
        said = f"{type(error).__name__}: {error}"
        if said != self.trouble:
            logger.warning("The worker waits and tries again: %s", said)
            self.trouble = said

    def _run_tasks(self) -> None:
        for name in settings.TASKS:
            if DBTaskResult.objects.ready().filter(backend_name=name).exists():
                TaskWorker(
                    queue_names=["*"],
                    interval=0,
                    batch=True,
                    backend_name=name,
                    startup_delay=False,
                    max_tasks=20,
                    worker_id="worker",
                    excluded_queue_names=[],
                ).run()
