"""Does the site go on without a worker, and does the worker catch up in order?"""

from pathlib import Path

import pytest
from django.test import Client

from people import duties
from people.choices import Role
from people.models import WorkerPulse
from search.models import OutboxItem
from tests.factories import make_entry, make_user
from tests.faults import standing


@pytest.mark.django_db(transaction=True)
def test_f05_staff_see_how_far_the_index_is_behind_and_the_next_worker_catches_up(
    tmp_path: Path, client: Client, index_dir: Path
) -> None:
    with standing.shared_database(tmp_path) as environment:
        client.force_login(make_user(roles=[Role.REVIEWER]))
        for number in range(3):
            make_entry(f"Zqlate {number}", announce=True)
        OutboxItem.objects.update(created_at="2026-01-01T00:00:00Z")
        assert client.get("/search/?q=Zqlate").status_code == 200
        assert client.get("/health/").content == b"degraded\n"
        home = client.get("/admin/").content.decode()
        assert "The search index is 3 changes behind" in home
        with standing.working(environment) as [worker]:
            standing.wait_for(lambda: not OutboxItem.objects.exists(), what="the draining of the outbox")
            assert WorkerPulse.objects.count() == 1
            assert worker.stop() == 0
        assert duties.alive() == []
        assert WorkerPulse.objects.get().ended_at, "when it was there last is known"
        assert "changes behind" not in client.get("/admin/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_f05_two_workers_at_once_do_no_harm(tmp_path: Path) -> None:
    mark = tmp_path / "done"
    with standing.shared_database(tmp_path) as environment:
        with standing.working(environment, 2) as workers:
            standing.wait_for(lambda: WorkerPulse.objects.count() == 2, what="two signs of life")
            entries = [make_entry(announce=True) for _number in range(10)]
            standing.leaves_a_file.enqueue(str(mark))
            standing.wait_for(lambda: not OutboxItem.objects.exists() and mark.exists(), what="their work")
            assert [worker.stop() for worker in workers] == [0, 0]
        assert len(entries) == 10
        assert "Traceback" not in "".join(worker.said() for worker in workers)
