"""Is timed work done when it is due, once, and caught up once where it was missed?"""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db import DatabaseError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config import schedule
from config.schedule import TimedWork, run_due
from people.choices import MailState
from people.models import OutgoingMail, TimedRun, WorkerPulse
from search import indexing
from search.engines import engine
from search.models import OutboxItem
from tests.factories import make_entry

pytestmark = pytest.mark.django_db


def test_a_weekly_time_is_the_next_one_in_local_time_also_where_the_clocks_change() -> None:
    weekly = TimedWork("w", str, at=time(4, 0), weekday=6)
    saturday = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert weekly.after(saturday) == datetime(2026, 10, 25, 3, tzinfo=UTC)  # winter time has begun that night
    assert weekly.after(datetime(2026, 10, 25, 3, tzinfo=UTC)) == datetime(2026, 11, 1, 3, tzinfo=UTC)
    daily = TimedWork("d", str, at=time(3, 10))
    assert daily.after(datetime(2026, 7, 1, 1, 10, tzinfo=UTC)) == datetime(2026, 7, 2, 1, 10, tzinfo=UTC)
    assert TimedWork("e", str, every=timedelta(hours=1)).after(saturday) == saturday + timedelta(hours=1)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Have one piece of work that notes that it was done."""
    said: list[str] = []

    def work() -> str:
        said.append("done")
        return "done"

    monkeypatch.setattr(schedule, "WORK", (TimedWork("note", work, at=time(3, 0)),))
    return said


def test_what_was_missed_for_a_week_is_caught_up_once(done: list[str]) -> None:
    assert run_due(worker="one") == 0, "a new installation waits for the first time"
    TimedRun.objects.update(due_at=timezone.now() - timedelta(days=7))
    assert run_due(worker="one") == 1
    assert run_due(worker="one") == run_due(worker="two") == 0
    run = TimedRun.objects.get()
    assert done == ["done"]
    assert (run.succeeded, run.outcome, run.claimed_by) == (True, "done", "")
    assert run.due_at > timezone.now()


def test_work_that_a_living_worker_is_at_is_left_to_it_and_taken_over_when_that_is_gone(done: list[str]) -> None:
    WorkerPulse.objects.create(name="one", started_at=timezone.now(), seen_at=timezone.now())
    TimedRun.objects.create(name="note", due_at=timezone.now(), claimed_by="one")
    assert run_due(worker="two") == 0
    WorkerPulse.objects.all().delete()
    assert run_due(worker="two") == 1
    assert done == ["done"]


def test_work_whose_end_could_not_be_noted_is_due_again_after_a_while(
    done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    WorkerPulse.objects.create(name="one", started_at=timezone.now(), seen_at=timezone.now())
    TimedRun.objects.create(name="note", due_at=timezone.now())

    def busy(*_args: Any) -> None:
        raise DatabaseError("database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(TimedWork, "after", busy)
        with pytest.raises(DatabaseError):
            run_due(worker="one")
    run = TimedRun.objects.get()
    assert timezone.now() < run.due_at <= timezone.now() + schedule.TRY_AGAIN
    TimedRun.objects.update(due_at=timezone.now())
    assert run_due(worker="one") == 1, "a worker takes back what it left"


def test_what_fails_is_noted_by_its_kind_and_tried_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise ValueError("secret words")

    work = (TimedWork("bad", broken, at=time(3, 0)), TimedWork("good", lambda: "fine", at=time(3, 0)))
    monkeypatch.setattr(schedule, "WORK", work)
    for name in ("bad", "good"):
        TimedRun.objects.create(name=name, due_at=timezone.now())
    assert run_due(worker="one") == 2
    bad = TimedRun.objects.get(name="bad")
    assert (bad.succeeded, bad.outcome) == (False, "ValueError")
    assert bad.due_at - timezone.now() <= schedule.TRY_AGAIN
    assert TimedRun.objects.get(name="good").succeeded


def test_f09_drift_of_the_index_is_repaired_through_the_outbox(index_dir: Any) -> None:
    entry, other = make_entry(), make_entry()
    indexing.rebuild()
    engine().apply([], [str(entry.translation_key)])
    indexing.enqueue(other.translation_key)
    assert schedule.compare_index() == "2 compared, 1 repaired"
    assert entry.translation_key in set(OutboxItem.objects.values_list("translation_key", flat=True))
    indexing.drain_all()
    assert engine().count((1,)) == 2
    assert schedule.compare_index() == "2 compared, 0 repaired"


def test_old_results_sessions_and_mails_are_deleted_and_younger_ones_kept() -> None:
    now, old = timezone.now(), timezone.now() - timedelta(days=40)
    for age in (now, old):
        Session.objects.create(session_key=str(age.timestamp()), session_data="", expire_date=age + timedelta(days=1))
        OutgoingMail.objects.create(state=MailState.SENT, due_at=age, settled_at=age)
        OutgoingMail.objects.create(state=MailState.WAITING, due_at=age, content={})
        DBTaskResult.objects.create(
            status="SUCCESSFUL", args_kwargs={}, task_path="x", backend_name="default", run_after=age, finished_at=age
        )
    schedule.clear_sessions()
    schedule.prune_mail()
    schedule.prune_task_results()
    assert Session.objects.count() == DBTaskResult.objects.count() == 1
    assert OutgoingMail.objects.filter(state=MailState.SENT).count() == 1
    assert OutgoingMail.objects.filter(state=MailState.WAITING).count() == 2


@pytest.mark.django_db(transaction=True)  # a table is made and dropped
def test_what_has_expired_in_the_cache_is_deleted(settings: Any) -> None:
    from django.core.management import call_command
    from django.db import connection

    table = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_of_this_test"}
    settings.CACHES = {"default": table}
    call_command("createcachetable", verbosity=0)
    try:
        caches["default"].set("old", 1, timeout=100)
        caches["default"].set("young", 1, timeout=100)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE cache_of_this_test SET expires = %s WHERE cache_key LIKE %s",
                [connection.ops.adapt_datetimefield_value(datetime(2020, 1, 1)), "%old"],
            )
        assert schedule.cull_cache() == "1 expired"
        assert caches["default"].get("young") == 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE cache_of_this_test")


def test_every_piece_has_a_name_of_its_own_and_a_time() -> None:
    names = [work.name for work in schedule.WORK]
    assert len(set(names)) == len(names)
    assert all((work.every is None) != (work.at is None) for work in schedule.WORK)


def test_every_piece_is_in_the_manual_and_every_piece_of_the_manual_exists(settings: Any) -> None:
    manual = (settings.BASE_DIR / "docs" / "how-to" / "operate.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([\w-]+)` \|", manual, re.MULTILINE) == [work.name for work in schedule.WORK]


def test_what_was_approved_for_later_is_published_once_its_time_has_come() -> None:
    entry = make_entry(live=False)
    revision = entry.save_revision()
    come = timezone.now() - timedelta(minutes=1)
    type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=come)
    schedule.publish_scheduled()
    entry.refresh_from_db()
    assert entry.live
    assert OutboxItem.objects.filter(translation_key=entry.translation_key).exists()


def test_what_may_not_be_published_keeps_nothing_else_waiting(caplog: pytest.LogCaptureFixture) -> None:
    bad, good = make_entry(live=False, title="Bad"), make_entry(live=False, title="Good")
    ended = make_entry(title="Ended", expire_at=timezone.now() - timedelta(minutes=1))
    for minutes, entry in ((9, bad), (1, good)):
        revision = entry.save_revision()
        come = timezone.now() - timedelta(minutes=minutes)
        type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=come)
    bad.latest_revision.content["body"] = "[]"
    bad.latest_revision.save()
    type(bad.latest_revision).objects.filter(pk=bad.latest_revision_id).update(
        approved_go_live_at=timezone.now() - timedelta(minutes=9)
    )
    assert schedule.publish_scheduled() == "2 done, 1 failed"
    live = set(type(good).objects.filter(live=True).values_list("title", flat=True))
    assert live == {"Good"}
    assert not type(ended).objects.get(pk=ended.pk).live
    assert "Bad" not in caplog.text
