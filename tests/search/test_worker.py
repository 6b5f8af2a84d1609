"""The worker goes on whatever happens, and ends when it is told to."""

from __future__ import annotations

import io
import os
import signal
import threading
from typing import Any

import pytest
from django.db import OperationalError

from search import indexing
from search.engines import engine
from search.management.commands import worker
from tests.factories import make_entry

pytestmark = pytest.mark.django_db


def a_worker() -> worker.Command:
    command = worker.Command(stdout=io.StringIO())
    command.stopping = threading.Event()
    command.trouble = ""
    command.close = lambda: None
    return command


@pytest.fixture(autouse=True)
def keep_connection(monkeypatch: Any) -> None:
    """Keep the test's transaction open."""
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker.connections, "close_all", lambda: None)


def test_a_round_drains_the_outbox(index: Any) -> None:
    index()
    make_entry(announce=True)
    assert a_worker()._round()
    assert engine().count((1,)) == 1


@pytest.mark.django_db(transaction=True)  # the worker closes its connections
def test_a_locked_database_is_waited_for_and_reported_once(index: Any, monkeypatch: Any, caplog: Any) -> None:
    index()

    def locked() -> int:
        raise OperationalError("database is locked")

    monkeypatch.setattr(indexing, "drain_all", locked)
    command = a_worker()
    assert not command._round()
    assert not command._round()
    assert [record.message for record in caplog.records].count(
        "The worker waits and tries again: OperationalError: database is locked"
    ) == 1
    monkeypatch.undo()
    assert command._round()


@pytest.mark.django_db(transaction=True)  # the worker closes its connections
def test_an_unforeseen_error_does_not_end_the_worker(index: Any, monkeypatch: Any) -> None:
    index()
    monkeypatch.setattr(indexing, "drain_all", lambda: 1 // 0)
    assert not a_worker()._round()


def test_a_damaged_index_is_made_anew(index: Any, index_dir: Any) -> None:
    make_entry()
    index()
    (index_dir / "current").unlink()
    assert a_worker()._round()
    assert engine().count((1,)) == 1


def test_a_signal_ends_it(index: Any, monkeypatch: Any) -> None:
    index()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    monkeypatch.setattr(worker.Command, "_round", lambda self: os.kill(os.getpid(), signal.SIGTERM) or True)
    command = worker.Command(stdout=io.StringIO())
    try:
        command.handle(once=False)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert "ended" in command.stdout.getvalue()
