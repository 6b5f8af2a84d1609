"""Fifty at once agree, ask, recall: is there one effect?"""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connections

from kb import marking
from kb.choices import ChangeState
from kb.models import Marking, MarkingChange, Recall, SharingQuestion
from kb.signals import entry_relabelled
from tests.kb.marking.test_lowering import World

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 50


def at_once(verb: Callable[[], Any]) -> list[str]:
    """Do the same fifty times, in threads that start together; return how each ended."""
    gate, ends = threading.Barrier(MANY), []

    def one() -> None:
        gate.wait()
        for attempt in range(400):
            try:
                verb()
                ends.append("done")
            except marking.MarkingRefused as refusal:
                ends.append(type(refusal).__name__)
            except OperationalError:  # the database of the tests does not wait; a site's does
                time.sleep(0.005 * (attempt % 10 + 1))
                continue
            finally:
                connections.close_all()
            return
        ends.append("busy")

    threads = [threading.Thread(target=one) for _number in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def test_a21_fifty_agreements_have_one_effect() -> None:
    world = World()
    change = world.asked()
    heard: list[Any] = []

    def hear(sender: Any, **kwargs: Any) -> None:
        heard.append(kwargs["translation_key"])

    entry_relabelled.connect(hear)
    ends = at_once(lambda: marking.agree(change=change, by=world.reviewer))
    entry_relabelled.disconnect(hear)
    assert (ends.count("done"), ends.count("AlreadyDecided")) == (1, MANY - 1)
    assert len(heard) == 1
    assert MarkingChange.objects.get().state == ChangeState.AGREED
    assert Marking.objects.get(pk=world.entry.marking_id).label == "TLP:GREEN"


def test_a21_fifty_requests_and_questions_and_recalls_make_one_row_each() -> None:
    world = World()
    assert at_once(lambda: world.asked()).count("done") == 1
    assert MarkingChange.objects.count() == 1

    def ask() -> None:
        marking.ask(entry=world.entry, audience="All", reason="x", by=world.other_reviewer)

    assert at_once(ask).count("done") == 1
    assert SharingQuestion.objects.count() == 1
    assert at_once(lambda: marking.recall(entry=world.entry, by=world.contact)).count("done") == 1
    assert Recall.objects.count() == 1
