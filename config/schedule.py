"""Which work is done by the clock, when is each due, and how did it end last?

Each piece is done once, however many workers there are; one that was missed is caught up once. What is due when stands
in the database (`people.duties.TimedRun`), so that a new start forgets nothing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import BaseDatabaseCache
from django.core.management import call_command
from django.db import DatabaseError, connections, router, transaction
from django.utils import timezone
from django_tasks import task_backends
from wagtail.models import Page, Revision

from kb import marking
from kb.models import Entry
from people import audit_alarm, inbox, invitations, joining, leaving, letters, mailing, memberships, notice_mail
from people.audit import chain
from people.duties import TimedRun, unclaimed
from search import indexing
from search.engines.base import EngineUnavailable
from search.models import OutboxItem

logger = logging.getLogger(__name__)

TRY_AGAIN = timedelta(minutes=15)  # after a failure, unless it is due before


@dataclass(frozen=True)
class TimedWork:
    """A piece of work, and when it is due: every so often, or at a local time, each day or on one weekday (Monday 0).

    `do` returns a few words about what it did.
    """

    name: str
    do: Callable[[], str]
    every: timedelta | None = None
    at: time | None = None
    weekday: int | None = None

    def after(self, now: datetime) -> datetime:
        """Return when it is due next after this moment."""
        if self.every is not None:
            return now + self.every
        local = timezone.localtime(now)
        days = 0 if self.weekday is None else (self.weekday - local.weekday()) % 7
        due = timezone.make_aware(datetime.combine(local.date() + timedelta(days=days), self.at or time()))
        step = timedelta(days=1 if self.weekday is None else 7)
        while due <= now:
            due = timezone.make_aware(datetime.combine(timezone.localtime(due).date() + step, self.at or time()))
        return due

    def rhythm(self) -> timedelta:
        """Return how long it is from one time to the next."""
        return self.every or timedelta(days=1 if self.weekday is None else 7)


def prune_task_results() -> str:
    """Delete the results of tasks: a fortnight after success, a month after failure."""
    for name in settings.TASKS:
        call_command(
            "prune_db_task_results",
            backend=task_backends[name],
            queue_name="*",
            min_age_days=14,
            failed_min_age_days=30,
            verbosity=0,
        )
    return "old results are gone"


def clear_sessions() -> str:
    """Delete the sessions that have expired."""
    call_command("clearsessions", verbosity=0)
    return "expired sessions are gone"


def cull_cache() -> str:
    """Delete what has expired in a cache that is kept in a database; the others see to that themselves."""
    count = 0
    for alias in settings.CACHES:
        cache = caches[alias]
        if not isinstance(cache, BaseDatabaseCache):
            continue
        connection = connections[router.db_for_write(cache.cache_model_class) or "default"]
        now = timezone.now().replace(microsecond=0, tzinfo=None)
        table = connection.ops.quote_name(cache._table)  # type: ignore[attr-defined]  # Django's own name of it
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {table} WHERE expires < %s",  # noqa: S608  (a quoted name of Django's)
                [connection.ops.adapt_datetimefield_value(now)],
            )
            count += cursor.rowcount
    return f"{count} expired"


def prune_mail() -> str:
    """Delete the rows of mails that were settled long ago."""
    return f"{mailing.prune()} rows"


def expire_requests() -> str:
    """Close what waited 30 days for a second person to agree to a marking."""
    return f"{marking.expire()} expired"


def look_after_memberships() -> str:
    """Suspend memberships whose last day has passed, and remind of those that end soon."""
    return f"{memberships.lapse()} suspended, {letters.ends_soon()} reminded"


def forget_joining() -> str:
    """Forget settled requests, invitations past their time, and accounts whose address nobody confirmed."""
    gone = (invitations.settle_overdue(), joining.forget(), leaving.drop_unconfirmed())
    return "{} invitations, {} requests, {} accounts".format(*gone)


def send_digests() -> str:
    """Tell those by mail who want to be told once a day or once a week; no mail says what it is about."""
    return f"{notice_mail.send_digests()} mails"


def prune_notices() -> str:
    """Delete the notices of inboxes that are long over."""
    return f"{inbox.prune()} rows"


def verify_audit() -> str:
    """Go through the chain of the audit log, and say so loudly where a row is not as it was written."""
    found = chain.check()
    if not found.sound:
        logger.error("The audit log is not as it was written: %s", found.trouble)
        audit_alarm.raise_alarm(row=found.broken or 0)
        return f"not whole: {found.trouble}"
    return f"{found.rows} rows, whole"


def compare_index() -> str:
    """Compare the search index with the database; what differs goes into the outbox, and so into the index."""
    waiting = set(OutboxItem.objects.values_list("translation_key", flat=True))
    try:
        difference = indexing.verify()
    except EngineUnavailable:
        return "there is no index; the worker makes it anew"
    # What changed while they were compared is no drift: it waits in the outbox.
    waiting |= set(OutboxItem.objects.values_list("translation_key", flat=True))
    drift = [key for key in difference.keys if key not in {str(known) for known in waiting}]
    indexing.enqueue(*(UUID(key) for key in drift))
    if drift:
        logger.warning("The search index differed from the database in %d works; they are indexed anew", len(drift))
    return f"{difference.compared} compared, {len(drift)} repaired"


def publish_scheduled() -> str:
    """Publish what was approved for a later time that has come, and take off the site what was to end by now.

    What may not be published any more keeps nothing else waiting; the log names it.
    """
    now = timezone.now()
    done = failed = 0
    for revision in Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at"):
        try:
            with transaction.atomic():
                revision.publish(log_action="wagtail.publish.scheduled")
            done += 1
        except Exception:
            failed += 1
            logger.exception("Revision %s was approved for now and cannot be published", revision.pk)
    for model in (Page, Entry):
        for row in model.objects.filter(live=True, expire_at__lt=now).order_by("expire_at"):
            try:
                with transaction.atomic():
                    row.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
                done += 1
            except Exception:
                failed += 1
                logger.exception("%s %s was to end by now and cannot be taken off", model.__name__, row.pk)
    return f"{done} done, {failed} failed"


WORK = (
    TimedWork("publish-scheduled", publish_scheduled, every=timedelta(minutes=5)),
    TimedWork("cull-cache", cull_cache, every=timedelta(hours=1)),
    TimedWork("memberships", look_after_memberships, at=time(0, 10)),
    TimedWork("clear-sessions", clear_sessions, at=time(3, 10)),
    TimedWork("forget-joining", forget_joining, at=time(3, 15)),
    TimedWork("prune-task-results", prune_task_results, at=time(3, 20)),
    TimedWork("prune-mail", prune_mail, at=time(3, 30)),
    TimedWork("prune-notices", prune_notices, at=time(3, 35)),
    TimedWork("expire-requests", expire_requests, at=time(3, 40)),
    TimedWork("verify-audit", verify_audit, at=time(3, 45)),
    TimedWork("send-digests", send_digests, at=time(7, 0)),
    TimedWork("compare-index", compare_index, at=time(4, 0), weekday=6),
)


def run_due(*, worker: str, going_on: Callable[[], bool] = lambda: True, now: datetime | None = None) -> int:
    """Do the timed work that is due; return how much of it was done. Safe with several workers."""
    moment = now or timezone.now()
    known = set(TimedRun.objects.values_list("name", flat=True))
    TimedRun.objects.bulk_create(
        [TimedRun(name=work.name, due_at=work.after(moment)) for work in WORK if work.name not in known],
        ignore_conflicts=True,
    )
    count = 0
    for work in WORK:
        due = TimedRun.objects.filter(unclaimed(worker), name=work.name, due_at__lte=moment)
        row = due.first()
        # Of two workers that find it due, one changes the row. Should how it ended not be noted, it is done again.
        if row is None or not going_on():
            continue
        same = due.filter(claimed_by=row.claimed_by, due_at=row.due_at)
        if same.update(claimed_by=worker, started_at=moment, due_at=moment + TRY_AGAIN):
            _do(work)
            count += 1
    return count


def _do(work: TimedWork) -> None:
    succeeded, outcome = True, ""
    try:
        outcome = work.do()
    except Exception as error:
        succeeded, outcome = False, type(error).__name__
        logger.exception("Timed work %s failed", work.name)
    now = timezone.now()
    due = work.after(now) if succeeded else min(work.after(now), now + TRY_AGAIN)
    try:
        TimedRun.objects.filter(name=work.name).update(
            due_at=due, claimed_by="", finished_at=now, succeeded=succeeded, outcome=outcome[:200]
        )
    except DatabaseError:
        # It is due again after a while.
        logger.exception("What became of timed work %s cannot be noted", work.name)
