"""What becomes of a task that fails, or whose worker ends in the middle of it?

A result of django-tasks-db is final. Here it is so after five tries only: before, the row is put back, due after a
pause. How often it was tried, the row itself says: a worker leaves its name there at each try.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker as TaskWorker
from django_tasks_db.models import DBTaskResult

from people import duties

logger = logging.getLogger(__name__)

MOST_TRIES = 5
FIRST_PAUSE = timedelta(seconds=30)  # and four times as long after each further try


class WorkerGone(Exception):
    """The worker ended in the middle of the task, each time it was tried."""


class PatientWorker(TaskWorker):
    """Runs tasks as django-tasks-db does, and puts back what failed and may be tried again."""

    def run_task(self, db_task_result: Any) -> None:
        """Run the task; decide what becomes of it if it fails."""
        super().run_task(db_task_result)
        if db_task_result.status == TaskResultStatus.FAILED:
            put_back(db_task_result)


def put_back(row: Any) -> bool:
    """Make a failed task due again after a pause, or leave it failed after the last try; return whether it is due."""
    tries = len(row.worker_ids)
    what, error = row.task_path, row.exception_class_path
    if tries >= MOST_TRIES:
        logger.error("Task %s (%s) failed for the last time, after %d tries: %s", row.pk, what, tries, error)
        return False
    logger.warning("Task %s (%s) failed and is tried again: %s", row.pk, what, error)
    pause = FIRST_PAUSE * 4 ** (tries - 1)
    DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.FAILED).update(
        status=TaskResultStatus.READY, run_after=timezone.now() + pause, finished_at=None
    )
    return True


def run_due(*, worker: str, going_on: Callable[[], bool] = lambda: True) -> int:
    """Run the tasks that are due, one after the other; return how many that were. Safe with several workers."""
    count = 0
    for name in settings.TASKS:
        due = DBTaskResult.objects.ready().filter(backend_name=name)
        while going_on() and due.exists():
            PatientWorker(
                queue_names=["*"],
                interval=0,
                batch=True,
                backend_name=name,
                startup_delay=False,
                max_tasks=1,
                worker_id=worker,
                excluded_queue_names=[],
            ).run()
            count += 1
    return count


def take_up_lost() -> int:
    """Make the tasks due again whose worker is gone; return how many that were."""
    # First the rows: who claimed one of them gave a sign of life before.
    running = list(DBTaskResult.objects.running())
    living = set(duties.alive())
    lost = 0
    for row in running:
        if row.worker_ids and row.worker_ids[-1] in living:
            continue
        same = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING, started_at=row.started_at)
        if len(row.worker_ids) >= MOST_TRIES:
            error = f"{WorkerGone.__module__}.{WorkerGone.__qualname__}"
            lost += same.update(
                status=TaskResultStatus.FAILED, finished_at=timezone.now(), exception_class_path=error, traceback=""
            )
        else:
            lost += same.update(status=TaskResultStatus.READY, run_after=timezone.now() + FIRST_PAUSE)
    return lost


def retry(*, key: str) -> bool:
    """Make a task that failed for good due now, with all its tries; return whether it had failed."""
    failed = DBTaskResult.objects.filter(pk=key, status=TaskResultStatus.FAILED)
    return bool(failed.update(status=TaskResultStatus.READY, run_after=timezone.now(), worker_ids=[], finished_at=None))


def drop(*, key: str) -> bool:
    """Delete a task that failed for good; return whether there was one."""
    return bool(DBTaskResult.objects.filter(pk=key, status=TaskResultStatus.FAILED).delete()[0])
