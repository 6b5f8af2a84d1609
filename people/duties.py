"""Which workers are alive, and when was timed work last done?"""

import datetime

from django.db import models
from django.utils import timezone

ALIVE_FOR = datetime.timedelta(seconds=60)  # after its last sign a worker counts as gone, and its work is free again


class WorkerPulse(models.Model):
    """A running worker. `loops` says of each of its loops when a round last ended, how long one runs, and what hurts.

    In the main database, so that web servers on other machines see it too.
    """

    name = models.CharField(max_length=64, primary_key=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    loops = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name


class TimedRun(models.Model):
    """When a piece of timed work is due next, who is at it, and how it ended last."""

    name = models.CharField(max_length=40, primary_key=True)
    due_at = models.DateTimeField()
    claimed_by = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    succeeded = models.BooleanField(null=True)
    outcome = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name


def alive() -> list[str]:
    """Return the names of the workers that have not ended and gave a sign of life within the last minute."""
    since = timezone.now() - ALIVE_FOR
    return list(WorkerPulse.objects.filter(seen_at__gte=since, ended_at__isnull=True).values_list("name", flat=True))


def unclaimed(worker: str = "") -> models.Q:
    """Return the condition of rows that no living worker but this one is at.

    A worker does one such row after the other: what it still claims when it looks for the next, it has let go of.
    """
    others = [name for name in alive() if name != worker]
    return models.Q(claimed_by="") | ~models.Q(claimed_by__in=others)
