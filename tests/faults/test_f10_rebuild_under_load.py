"""A rebuild under load: no dip, no dead link; the new index is read back before it is used, a short one is refused."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from search import indexing
from search.engines import engine
from search.engines.base import EngineUnavailable
from search.engines.embedded import integrity, writer
from search.engines.embedded.engine import EmbeddedEngine
from tests.factories import make_entry
from tests.faults.processes import Site
from tests.search.worlds import EVERYBODY, document

AUDIENCE = (EVERYBODY,)
HONEST = writer.write
LINK = re.compile(r'href="(/entries/[a-z0-9]+/)')


def test_f10_no_answer_dips_while_the_index_is_made_anew(running: Site) -> None:
    visitor = running.visitor()
    before = visitor.get("/search/?q=barrier")
    links = LINK.findall(before.text)
    assert links
    seen: list[tuple[int, tuple[str, ...]]] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            answer = running.visitor().get("/search/?q=barrier")
            seen.append((answer.status, tuple(LINK.findall(answer.text))))

    readers = [threading.Thread(target=ask) for _reader in range(3)]
    for reader in readers:
        reader.start()
    try:
        assert "97 works" in running.manage("build_index").stdout
    finally:
        over.set()
        for reader in readers:
            reader.join(timeout=60)
    assert len(seen) > 3
    assert set(seen) == {(200, tuple(links))}
    assert {visitor.get(link).status for link in set(links)} == {200}


@pytest.fixture
def old(tmp_path: Path) -> EmbeddedEngine:
    made = EmbeddedEngine(tmp_path / "index")
    made.rebuild([document(str(number), "Gate") for number in range(20)], lambda keys: [])
    return made


def folders(made: EmbeddedEngine) -> list[str]:
    return sorted(path.name for path in made.generations.root.iterdir() if path.is_dir())


def short(index: Any, documents: Any, replaced: Any) -> None:
    """Lose every second document on the way."""
    HONEST(index, list(documents)[::2], replaced)


def other(index: Any, documents: Any, replaced: Any) -> None:
    """Write other documents under the same keys."""
    HONEST(index, [document(one.key, "Something else") for one in documents], replaced)


@pytest.mark.parametrize("write", [short, other], ids=lambda write: write.__name__)
def test_f10_an_index_that_holds_something_else_is_refused(old: EmbeddedEngine, write: Any, monkeypatch: Any) -> None:
    before = folders(old)
    monkeypatch.setattr(writer, "write", write)
    with pytest.raises(EngineUnavailable, match="new index"):
        old.rebuild([document(str(number), "Gate") for number in range(20)], lambda keys: [])
    assert old.count(AUDIENCE) == 20
    assert folders(old) == before
    monkeypatch.undo()
    assert old.rebuild([document(str(number), "Gate") for number in range(21)], lambda keys: []) == 21
    assert old.count(AUDIENCE) == 21


def test_f10_so_is_one_that_the_disk_has_changed(old: EmbeddedEngine, monkeypatch: Any) -> None:
    def write(index: Any, documents: Any, replaced: Any) -> None:
        HONEST(index, documents, replaced)
        newest = max(path for path in old.generations.root.iterdir() if path.is_dir())
        store = next(newest.glob("*.store"))
        data = bytearray(store.read_bytes())
        data[len(data) // 3] ^= 0xFF
        store.write_bytes(data)

    monkeypatch.setattr(writer, "write", write)
    with pytest.raises(EngineUnavailable, match="not what was written"):
        old.rebuild([document(str(number), "Gate") for number in range(20)], lambda keys: [])
    assert old.count(AUDIENCE) == 20


def test_f10_what_changed_meanwhile_is_read_back_too(old: EmbeddedEngine, monkeypatch: Any) -> None:
    def documents() -> Any:
        old.apply([document("late", "Gate")], [])
        yield document("0", "Gate")

    def lose(index: Any, found: Any, replaced: Any) -> None:
        kept = list(found)
        HONEST(index, [] if replaced else kept, replaced)

    honest_fill = writer.fill

    def fill(path: Path, found: Any) -> int:
        count = honest_fill(path, found)
        monkeypatch.setattr(writer, "write", lose)
        return count

    monkeypatch.setattr(writer, "fill", fill)
    with pytest.raises(EngineUnavailable, match="late"):
        old.rebuild(documents(), lambda keys: [document("late", "Gate")])
    assert old.count(AUDIENCE) == 21


def test_f10_the_sample_is_bounded_and_spread(monkeypatch: Any) -> None:
    monkeypatch.setattr(integrity, "MOST_SAMPLED", 10)
    sample = integrity.Sample()
    assert len(list(sample.noting(document(str(number), "Gate") for number in range(1_000)))) == sample.count == 1_000
    assert 5 <= len(sample.sums) <= 10
    assert max(int(key) for key in sample.sums) > 500


@pytest.mark.django_db
def test_f10_an_index_without_many_works_is_refused(index_dir: Path, monkeypatch: Any) -> None:
    for _number in range(8):
        make_entry()
    indexing.rebuild()
    honest = indexing.build

    def build(keys: Any, terms: Any) -> Any:
        raise ValueError("a fault in the new version")

    monkeypatch.setattr(indexing, "build", build)
    with pytest.raises(CommandError, match="8 works cannot be made"):
        call_command("build_index")
    assert engine().count(AUDIENCE) == 8
    monkeypatch.setattr(indexing, "build", honest)
    call_command("build_index")


def test_f10_a_rebuild_that_was_killed_is_cleared_away_by_the_next(old: EmbeddedEngine) -> None:
    script = textwrap.dedent(
        f"""
        import os, signal, django; django.setup()
        from pathlib import Path
        from search.engines.embedded.engine import EmbeddedEngine
        from tests.search.worlds import document
        def documents():
            for number in range(50):
                yield document(str(number), "Half made")
            os.kill(os.getpid(), signal.SIGKILL)
        EmbeddedEngine(Path({str(old.generations.root)!r})).rebuild(documents(), lambda keys: [])
        """
    )
    environment = {"DJANGO_SETTINGS_MODULE": "config.settings.test", "PATH": "", "PYTHONPATH": str(settings.BASE_DIR)}
    done = subprocess.run([sys.executable, "-c", script], cwd=settings.BASE_DIR, env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    assert old.count(AUDIENCE) == 20
    assert len(folders(old)) == 2
    old.apply([document("later", "Gate")], [])
    assert old.count(AUDIENCE) == 21
    old.rebuild([document("new", "Gate")], lambda keys: [])
    assert old.count(AUDIENCE) == 1
    assert not list(old.generations.root.glob("*.changed"))
    assert len(folders(old)) == 2
