"""The worker is away: the site works, how far the index is behind can be counted, and the queue drains in order."""

from __future__ import annotations

import signal

import pytest

from tests.faults.processes import Site, Sites, wait_until

PUBLISH = """
from kb import publishing
from kb.models import Entry
originals = Entry.objects.filter(live=True, translation_status="original").order_by("pk")
for number, entry in enumerate(originals[:{number}]):
    draft = entry.get_latest_revision_as_object()
    draft.title = f"{word} number {{number}}"
    publishing.publish_entry(entry=draft, by=None, revision=draft.save_revision())
"""


@pytest.fixture(scope="module")
def site(sites: Sites) -> Site:
    made = sites.copy("workerless")
    made.start_web()
    return made


def test_f05_nothing_is_lost_while_the_worker_is_away(site: Site) -> None:
    site.script(PUBLISH.format(number=6, word="Zeppelin"))
    assert site.waiting() == 6
    visitor = site.visitor()
    assert visitor.get("/search/?q=barrier").status == 200
    assert visitor.get("/").status == 200
    # What was published is read at its own address; search does not know it yet.
    public_id = site.rows("SELECT public_id FROM kb_entry WHERE title = 'Zeppelin number 0'")[0][0]
    assert "Zeppelin number 0" in visitor.get(f"/entries/{public_id}/").text
    assert "Zeppelin number 0" not in visitor.get("/search/?q=zeppelin").text


def test_f05_when_it_comes_back_the_queue_drains_and_a_killed_worker_leaves_nothing_behind(site: Site) -> None:
    site.script(PUBLISH.format(number=6, word="Airship"))
    first = site.start_worker()
    first.kill()
    first.wait()
    second = site.start_worker()
    wait_until(lambda: site.waiting() == 0, why="the queue did not drain")
    assert "Airship number 0" in site.visitor().get("/search/?q=airship").text
    second.send_signal(signal.SIGTERM)
    assert second.wait(timeout=30) == 0
    site.manage("verify_index")


def test_f05_the_oldest_comes_first(site: Site) -> None:
    script = (
        "from search import indexing; from search.models import OutboxItem; from kb.models import Entry\n"
        "keys = list(Entry.objects.originals().order_by('pk').values_list('translation_key', flat=True)[:3])\n"
        "indexing.drain_all()\n"
        "indexing.enqueue(*keys)\n"
        "for left in (2, 1, 0):\n"
        "    indexing.drain(1)\n"
        "    waiting = OutboxItem.objects.order_by('pk').values_list('translation_key', flat=True)\n"
        "    assert list(waiting) == keys[3 - left:]"
    )
    site.script(script)
