"""Whoever publishes is killed: the entry is as before or wholly new, and the index catches up by itself."""

from __future__ import annotations

import signal

import pytest

from tests.faults.processes import Site, Sites, wait_until

KILL = "__import__('os').kill(__import__('os').getpid(), 9)"
# Where the process is killed, whether the new text is published then, and whether the draft is kept.
PLACES = {
    "after the revision was saved": (f"{KILL}", False),
    "before the transaction began to publish": (
        f"from kb.signals import entry_publishing; entry_publishing.connect(lambda **k: {KILL}, weak=False)",
        False,
    ),
    "after the row was written, before the commit": (
        f"from kb.signals import entry_published; entry_published.connect(lambda **k: {KILL}, weak=False)",
        False,
    ),
    "after the commit, before the index": (f"from django.db import transaction; after = lambda: {KILL}", True),
}
SCRIPT = """
from django.db import transaction
from kb import publishing
from kb.models import Entry
stored = Entry.objects.filter(live=True, translation_status="original").order_by("pk")[{number}]
entry = stored.get_latest_revision_as_object()
entry.title = "Zeppelin mooring {number}"
revision = entry.save_revision()
after = None
{kill}
with transaction.atomic():
    publishing.publish_entry(entry=entry, by=None, revision=revision)
    if after: transaction.on_commit(after)
"""


@pytest.fixture(scope="module")
def site(sites: Sites) -> Site:
    return sites.copy("killed")


@pytest.mark.parametrize(("number", "place"), list(enumerate(PLACES)))
def test_f01_what_is_published_is_old_or_new_and_never_half(site: Site, number: int, place: str) -> None:
    kill, published = PLACES[place]
    revisions = site.number("SELECT count(*) FROM wagtailcore_revision")
    waiting = site.waiting()
    done = site.script(SCRIPT.format(number=number, kill=kill), check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    title = f"Zeppelin mooring {number}"
    found = site.rows(f"SELECT live, has_unpublished_changes FROM kb_entry WHERE title = '{title}'")
    assert [tuple(map(bool, row)) for row in found] == ([(True, False)] if published else [])
    # The draft was stored before: it is never lost.
    assert site.number("SELECT count(*) FROM wagtailcore_revision") == revisions + 1
    assert site.waiting() == waiting + published


def test_f01_the_index_catches_up_when_the_worker_comes(site: Site) -> None:
    site.script(
        "from kb.models import Entry; from kb import publishing\n"
        "entry = Entry.objects.filter(live=True).last()\n"
        "publishing.publish_entry(entry=entry, by=None)"
    )
    assert site.waiting() >= 1
    worker = site.start_worker()
    wait_until(lambda: site.waiting() == 0, why="the worker did not drain the outbox")
    worker.kill()
    worker.wait()
    site.manage("verify_index")
