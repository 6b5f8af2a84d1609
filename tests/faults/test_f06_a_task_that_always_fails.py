"""Does a task that always fails, or never ends, block anything, and do administrators see it?"""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config import tasks
from people import duties
from people.choices import Role
from search.models import OutboxItem
from tests.factories import make_entry, make_user
from tests.faults import standing


def _ended(key: str) -> bool:
    """Spare the test the pauses between the tries."""
    rows = DBTaskResult.objects.filter(pk=key)
    rows.filter(status="READY").update(run_after=timezone.now())
    return rows.filter(status="FAILED").exists() and len(rows.get().worker_ids) == tasks.MOST_TRIES


@pytest.mark.django_db(transaction=True)
def test_f06_it_fails_for_good_after_five_tries_visibly_and_blocks_nothing(tmp_path: Path, client: Client) -> None:
    mark = tmp_path / "done"
    with standing.shared_database(tmp_path) as environment:
        bad = standing.always_fails.enqueue(7).id
        good = standing.leaves_a_file.enqueue(str(mark)).id
        with standing.working(environment) as [worker]:
            standing.wait_for(mark.exists, what="the other task")
            standing.wait_for(lambda: _ended(bad), what="the last try")
            assert worker.stop() == 0
        assert DBTaskResult.objects.get(pk=good).status == "SUCCESSFUL"
        client.force_login(make_user(roles=[Role.ADMINISTRATOR]))
        page = client.get(reverse("status")).content.decode()
        assert "RuntimeError" in page
        assert "always_fails" in page
        assert "secret words" not in page


@pytest.mark.django_db(transaction=True)  # whoever runs tasks closes old connections
def test_f06_the_pauses_between_the_tries_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    key = standing.always_fails.enqueue(1).id
    pauses = []
    for _try in range(tasks.MOST_TRIES):
        tasks.run_due(worker="one")
        row = DBTaskResult.objects.get(pk=key)
        pauses.append(round((row.run_after - timezone.now()).total_seconds()))
        assert tasks.run_due(worker="one") == 0, "it is not due before the pause is over"
        DBTaskResult.objects.filter(pk=key, status="READY").update(run_after=timezone.now())
    assert all(abs(pause - due) < 10 for pause, due in zip(pauses, [30, 120, 480, 1920], strict=False))
    assert DBTaskResult.objects.get(pk=key).status == "FAILED"


@pytest.mark.django_db(transaction=True)
def test_f06_a_task_that_hangs_holds_up_neither_the_index_nor_the_end(tmp_path: Path) -> None:
    mark = tmp_path / "begun"
    with standing.shared_database(tmp_path) as environment:
        key = standing.hangs.enqueue(str(mark)).id
        with standing.working(environment) as [worker]:
            standing.wait_for(mark.exists, what="the task's beginning")
            make_entry(announce=True)
            standing.wait_for(lambda: not OutboxItem.objects.exists(), what="the draining of the outbox")
            # It does not wait for the two minutes that the task takes.
            assert worker.stop(within=30) == 0
        assert duties.alive() == []
        assert DBTaskResult.objects.get(pk=key).status == "RUNNING"
        assert tasks.take_up_lost() == 1


@pytest.mark.django_db
def test_f06_a_task_that_kills_its_worker_each_time_fails_for_good() -> None:
    key = standing.always_fails.enqueue(1).id
    names = [f"gone-{number}" for number in range(tasks.MOST_TRIES)]
    DBTaskResult.objects.filter(pk=key).update(status="RUNNING", started_at=timezone.now(), worker_ids=names)
    assert tasks.take_up_lost() == 1
    row = DBTaskResult.objects.get(pk=key)
    assert (row.status, row.exception_class_path) == ("FAILED", "config.tasks.WorkerGone")
