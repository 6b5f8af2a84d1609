"""The worker goes on whatever happens, brings every kind of work along, and ends when it is told to."""

from __future__ import annotations

import io
import os
import signal
import threading
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from config import loops, turns
from config.loops import Loop
from config.management.commands import worker
from people.models import TimedRun, WorkerPulse
from search import indexing
from search.engines import engine
from search.models import OutboxItem
from tests.factories import make_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def index(index_dir: Any) -> Any:
    """Return what makes the index anew from the database."""
    return indexing.rebuild


def going_on() -> bool:
    return True


def test_a_round_drains_the_outbox(index: Any) -> None:
    index()
    make_entry(announce=True)
    worker.drain_outbox(going_on)
    assert engine().count((1,)) == 1


def test_a_damaged_index_is_made_anew(index: Any, index_dir: Any) -> None:
    make_entry()
    index()
    (index_dir / "current").unlink()
    worker.drain_outbox(going_on)
    assert engine().count((1,)) == 1


def test_where_another_worker_is_at_the_outbox_this_one_leaves_it_alone(index: Any, monkeypatch: Any) -> None:
    index()
    make_entry(announce=True)

    @contextmanager
    def taken(name: str) -> Any:
        yield False

    monkeypatch.setattr(worker, "turn", taken)
    worker.drain_outbox(going_on)
    assert OutboxItem.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_turn_is_had_by_one_at_a_time_and_falls_free() -> None:
    other: list[bool] = []

    def try_it() -> None:
        from django.db import connection

        with turns.turn("test") as mine:
            other.append(mine)
        connection.close()

    def in_another_thread() -> None:
        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join(20)

    with turns.turn("test") as mine:
        assert mine
        in_another_thread()
    in_another_thread()
    assert other == [False, True]


def test_a_locked_database_is_waited_for_and_reported_once(caplog: Any) -> None:
    trouble: list[Exception] = [OperationalError("database is locked")]

    def work(_going_on: Any) -> None:
        if trouble:
            raise trouble[0]

    loop = Loop("search outbox", work, every=1)
    assert not loop.round()
    assert not loop.round()
    said = [record.getMessage() for record in caplog.records]
    assert said == ["search outbox waits and tries again: django.db.utils.OperationalError: database is locked"]
    assert loop.state()["trouble"] == "OperationalError"
    trouble.clear()
    assert loop.round()
    assert loop.state()["trouble"] == ""
    assert loop.state()["done"]


def test_an_unforeseen_error_does_not_end_a_loop() -> None:
    ended = threading.Event()
    rounds = []

    def work(_going_on: Any) -> None:
        rounds.append(1)
        if len(rounds) == 1:
            raise ZeroDivisionError
        ended.set()

    loop = Loop("mail", work, every=0.01)
    patience, loops.PATIENCE = loops.PATIENCE, 0.01
    try:
        loop.start()
        assert ended.wait(20)
    finally:
        loops.PATIENCE = patience
        loop.stopping.set()
        loop.join(20)
    assert not loop.is_alive()


def test_a_round_that_takes_too_long_counts_as_stuck() -> None:
    loop = Loop("tasks", lambda on: None, every=1, limit=10)
    assert not loop.stuck()
    loop.busy_since = -1_000_000.0
    assert loop.stuck()
    assert Loop("mail", lambda on: None, every=1).stuck() is False


def test_one_round_does_every_kind_of_work_and_leaves_no_sign(index: Any) -> None:
    index()
    make_entry(announce=True)
    call_command("worker", "--once")
    assert engine().count((1,)) == 1
    assert TimedRun.objects.count() > 3
    assert not WorkerPulse.objects.exists()


def test_one_round_names_the_part_that_failed(index: Any, monkeypatch: Any) -> None:
    index()
    make_entry(announce=True)

    def broken(*_args: Any, **_kwargs: Any) -> int:
        raise OperationalError("database is locked")

    monkeypatch.setattr(indexing, "drain", broken)
    with pytest.raises(CommandError, match="search outbox"):
        call_command("worker", "--once")


def a_worker(monkeypatch: Any, work: Any, **limits: Any) -> worker.Command:
    """Return a worker whose only loop does this."""
    monkeypatch.setattr(worker.Command, "_loops", lambda self: [Loop("work", work, every=0.05, **limits)])
    monkeypatch.setattr(worker.Command, "_beat", lambda self, on: None)
    monkeypatch.setattr(worker, "SECONDS_TO_END", 0.5)
    return worker.Command(stdout=io.StringIO())


@pytest.fixture
def handlers() -> Any:
    """Give the signals back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_signal_ends_it(monkeypatch: Any, handlers: None) -> None:
    command = a_worker(monkeypatch, lambda on: os.kill(os.getpid(), signal.SIGTERM))
    command.handle(once=False)
    assert "ended" in command.stdout.getvalue()


def test_it_ends_with_an_error_where_a_loop_is_stuck_so_that_it_is_started_anew(
    monkeypatch: Any, handlers: None
) -> None:
    free = threading.Event()
    command = a_worker(monkeypatch, lambda on: free.wait(60), limit=0.2)
    with pytest.raises(CommandError, match="work has been stuck for too long"):
        command.handle(once=False)
    free.set()
