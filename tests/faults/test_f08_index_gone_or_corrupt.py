"""Whatever happens to the index: readers get the database's answer under the same rule; the worker makes it anew."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from kb import publishing
from kb.choices import Tlp
from kb.models import Entry
from people.choices import Role
from search import indexing
from search.engines import engine
from search.engines.base import EngineUnavailable
from search.engines.embedded import engine as embedded_engine
from search.engines.generations import Generations
from search.models import OutboxItem
from tests.factories import make_entry, make_user

pytestmark = pytest.mark.django_db


def in_use(root: Path) -> Path:
    return root / (root / "current").read_text(encoding="ascii")


def segments(root: Path) -> list[Path]:
    return [path for path in in_use(root).iterdir() if path.suffix in {".idx", ".term", ".store", ".fast", ".pos"}]


def gone(root: Path) -> None:
    shutil.rmtree(root)


def emptied(root: Path) -> None:
    for path in root.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def without_meta(root: Path) -> None:
    (in_use(root) / "meta.json").unlink()


def torn_meta(root: Path) -> None:
    path = in_use(root) / "meta.json"
    path.write_bytes(path.read_bytes()[:100])


def truncated(root: Path) -> None:
    for path in segments(root):
        os.truncate(path, path.stat().st_size // 2)


def flipped(root: Path) -> None:
    for path in segments(root):
        data = bytearray(path.read_bytes())
        for place in range(len(data) // 2, len(data) // 2 + 64):
            data[place % len(data)] ^= 0xFF
        path.write_bytes(data)


def files_are_folders(root: Path) -> None:
    for path in segments(root):
        path.unlink()
        path.mkdir()


def pointer_is_a_folder(root: Path) -> None:
    (root / "current").unlink()
    (root / "current").mkdir()
    shutil.rmtree(root / "write.lock", ignore_errors=True)
    (root / "write.lock").unlink(missing_ok=True)
    (root / "write.lock").mkdir()


def pointer_leads_astray(root: Path) -> None:
    (root / "current").write_bytes(b"\xff\x00../../etc")


HARMS: list[Callable[[Path], None]] = [
    gone,
    emptied,
    without_meta,
    torn_meta,
    truncated,
    flipped,
    files_are_folders,
    pointer_is_a_folder,
    pointer_leads_astray,
]


def new_processes() -> None:
    """Forget what this process has opened, as after a start."""
    from search import engines

    engines._engines.clear()


@pytest.fixture
def world(index_dir: Path) -> dict[str, Entry]:
    new_processes()
    entries = {"open": make_entry("Zeppelin mooring"), "closed": make_entry("Zeppelin hangar", label=Tlp.GREEN)}
    for number in range(12):
        make_entry(f"Other advice {number}")
    indexing.rebuild()
    assert engine().count((1,)) == 13
    return entries


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_f08_reading_and_publishing_go_on_and_the_worker_heals(
    client: Client, world: dict[str, Entry], index_dir: Path, harm: Callable[[Path], None], monkeypatch: Any
) -> None:
    # The worker has its own connection; here it shares that of the test.
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
    new_processes()
    harm(index_dir)
    found = client.get("/search/", {"q": "zeppelin"})
    page = found.content.decode()
    assert found.status_code == 200
    assert "Zeppelin mooring" in page
    assert "Zeppelin hangar" not in page
    assert found.context["found"].limited
    for path in ("/", "/topics/", "/search/suggest/?q=zep", "/sitemap.xml", world["open"].get_absolute_url()):
        assert client.get(path).status_code == 200, path
    assert client.get(world["closed"].get_absolute_url()).status_code == 404
    # Publishing, withdrawing and deleting do not ask the index.
    new = make_entry("Zeppelin crew", live=False)
    publishing.publish_entry(entry=new, by=None)
    publishing.withdraw(entry=world["open"], by=None)
    draft = make_entry("Only a draft", live=False)
    client.force_login(make_user(roles=[Role.REVIEWER, Role.CURATOR]))
    client.post(reverse(Entry.snippet_viewset.get_url_name("delete"), args=[draft.pk]))
    assert not Entry.objects.filter(pk=draft.pk).exists()
    assert OutboxItem.objects.exists()
    call_command("worker", "--once")
    assert not OutboxItem.objects.exists()
    assert not indexing.verify()
    healed = Client().get("/search/", {"q": "zeppelin"})
    assert not healed.context["found"].limited
    assert {card.entry.title for card in healed.context["found"].cards} == {"Zeppelin crew"}


@pytest.mark.parametrize("harm", [flipped, truncated], ids=lambda harm: harm.__name__)
def test_f08_damage_that_no_answer_shows_is_found_by_the_hour(
    world: dict[str, Entry], index_dir: Path, harm: Callable[[Path], None], monkeypatch: Any
) -> None:
    engine().check()
    harm(index_dir)
    engine().check()  # looked at a moment ago
    monkeypatch.setattr(embedded_engine, "CHECK_EVERY", 0)
    with pytest.raises(EngineUnavailable, match="damaged"):
        engine().check()


def test_f08_a_failed_answer_has_the_files_read_at_once_and_a_false_alarm_is_forgotten(
    world: dict[str, Entry], index_dir: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(embedded_engine, "SUSPECT_EVERY", 0)
    engine().check()
    Generations(index_dir, "any").suspect()
    engine().check()
    assert not Generations(index_dir, "any").suspected()
    flipped(index_dir)
    Generations(index_dir, "any").suspect()
    with pytest.raises(EngineUnavailable, match="damaged"):
        engine().check()


def test_f08_more_hidden_works_than_a_question_may_leave_out_are_no_alarm(
    world: dict[str, Entry], index_dir: Path
) -> None:
    with pytest.raises(EngineUnavailable):
        engine().count((1,), hidden=[str(number) for number in range(501)])
    assert not Generations(index_dir, "any").suspected()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can take the rights of somebody else for a moment")
def test_f08_files_that_may_not_be_read_are_no_index(world: dict[str, Entry], index_dir: Path) -> None:
    own = os.geteuid()
    new_processes()
    index_dir.chmod(0o700)
    os.seteuid(65534)
    try:
        with pytest.raises(EngineUnavailable):
            engine().count((1,))
    finally:
        os.seteuid(own)
    assert engine().count((1,)) == 13
