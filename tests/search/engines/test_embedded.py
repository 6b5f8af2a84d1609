"""The embedded engine keeps the contract, survives what happens to files, and serves several processes."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from django.conf import settings

from search.engines.base import EngineUnavailable
from search.engines.embedded.engine import EmbeddedEngine
from search.engines.embedded.forms import forms
from search.engines.generations import Generations, RebuildRunning
from tests.search.engines.contract import EngineContract
from tests.search.worlds import EVERYBODY, document


@pytest.fixture
def engine(tmp_path: Path) -> EmbeddedEngine:
    return EmbeddedEngine(tmp_path / "index")


class TestEmbeddedEngine(EngineContract):
    """The contract."""


AUDIENCE = (EVERYBODY,)


def test_another_process_sees_a_change_with_its_next_question(engine: EmbeddedEngine) -> None:
    engine.rebuild([document("a", "Gate")], lambda keys: [])
    reader = EmbeddedEngine(engine.generations.root)
    assert reader.count(AUDIENCE) == 1
    engine.apply([document("b", "Door")], [])
    assert reader.count(AUDIENCE) == 2


def test_another_process_follows_a_swap(engine: EmbeddedEngine) -> None:
    engine.rebuild([document("a", "Gate")], lambda keys: [])
    reader = EmbeddedEngine(engine.generations.root)
    assert reader.suggest("gate", AUDIENCE) == ["a"]
    engine.rebuild([document("b", "Gate")], lambda keys: [])
    assert reader.suggest("gate", AUDIENCE) == ["b"]


def test_old_directories_are_removed_but_the_one_in_use_stays(engine: EmbeddedEngine) -> None:
    for _round in range(3):
        engine.rebuild([document("a", "Gate")], lambda keys: [])
    folders = [path for path in engine.generations.root.iterdir() if path.is_dir()]
    assert len(folders) <= 2
    assert engine.generations.current() in folders


@pytest.mark.parametrize("harm", ["meta", "pointer", "segments", "directory", "garbage"])
def test_a_damaged_index_is_unavailable_and_a_rebuild_heals_it(engine: EmbeddedEngine, harm: str) -> None:
    engine.rebuild([document(str(n), "Gate") for n in range(30)], lambda keys: [])
    path = engine.generations.current()
    assert path is not None
    if harm == "meta":
        (path / "meta.json").write_text("{")
    elif harm == "pointer":
        (engine.generations.root / "current").write_text("../../etc")
    elif harm == "segments":
        for file in path.iterdir():
            if file.suffix in {".idx", ".term", ".store", ".fast"}:
                file.write_bytes(b"")
    elif harm == "directory":
        (engine.generations.root / "current").unlink()
    else:
        (engine.generations.root / "current").write_bytes(b"\xff\xfe")
    fresh = EmbeddedEngine(engine.generations.root)
    with pytest.raises(EngineUnavailable):
        fresh.search(*_anything())
    fresh.rebuild([document("a", "Gate")], lambda keys: [])
    assert fresh.count(AUDIENCE) == 1


def _anything() -> tuple:
    from search.query import SearchQuery
    from tests.search.worlds import small_vocabulary

    return SearchQuery(words=("gate",), text="gate"), AUDIENCE, small_vocabulary()


def test_an_index_of_another_make_is_not_opened(engine: EmbeddedEngine) -> None:
    engine.rebuild([document("a", "Gate")], lambda keys: [])
    later = EmbeddedEngine(engine.generations.root)
    later.generations.make = "v999"
    with pytest.raises(EngineUnavailable):
        later.count(AUDIENCE)


def test_only_one_rebuild_runs_at_a_time(engine: EmbeddedEngine) -> None:
    other = EmbeddedEngine(engine.generations.root)

    def documents():
        with pytest.raises(RebuildRunning):
            other.rebuild([], lambda keys: [])
        yield document("a", "Gate")

    assert engine.rebuild(documents(), lambda keys: []) == 1


def test_a_failed_rebuild_leaves_the_old_index_in_use(engine: EmbeddedEngine) -> None:
    engine.rebuild([document("a", "Gate")], lambda keys: [])

    def documents():
        yield document("b", "Door")
        raise KeyError("broken")

    with pytest.raises(KeyError):
        engine.rebuild(documents(), lambda keys: [])
    assert engine.suggest("gate", AUDIENCE) == ["a"]
    assert not list(engine.generations.root.glob("*.changed"))
    engine.apply([document("b", "Door")], [])
    assert engine.count(AUDIENCE) == 2


def test_a_writer_that_was_killed_leaves_the_last_commit(engine: EmbeddedEngine) -> None:
    engine.rebuild([document("a", "Gate")], lambda keys: [])
    script = textwrap.dedent(
        f"""
        import os, signal, django; django.setup()
        import tantivy
        from pathlib import Path
        from search.engines.embedded.engine import EmbeddedEngine
        from search.engines.embedded.schema import as_tantivy
        from tests.search.worlds import document
        engine = EmbeddedEngine(Path({str(engine.generations.root)!r}))
        with engine.generations.writing():
            writer = tantivy.Index.open(str(engine.generations.current())).writer(num_threads=1)
            writer.add_document(as_tantivy(document("b", "Door")))
            os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "config.settings.test", "PATH": "", "PYTHONPATH": str(settings.BASE_DIR)},
        check=False,
    )
    assert done.returncode == -9
    assert engine.count(AUDIENCE) == 1
    engine.apply([document("c", "Wall")], [])
    assert engine.count(AUDIENCE) == 2


def test_words_are_looked_up_under_forms_that_do_not_depend_on_accents() -> None:
    assert forms("en", "barriers") == ("barrier",)
    assert set(forms("fr", "barriere")) & set(forms("fr", "barrières"))
    assert forms("pl", "bezpieczeństwo") == ("bezpie",)
    assert forms("el", "δρόμος")[-1] == forms("el", "δρομοσ")[-1]


def test_journal_keeps_what_changed_only_while_a_rebuild_runs(tmp_path: Path) -> None:
    generations = Generations(tmp_path, "v1")
    generations.note(["lost"])
    with generations.building() as path:
        generations.note(["a", "b"])
        generations.note(["a"])
        assert generations.noted(path) == ["a", "b"]
    assert not list(tmp_path.glob("*.changed"))
