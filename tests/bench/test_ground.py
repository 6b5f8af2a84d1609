"""A measurement takes away the corpora of other code, and nothing else."""

from pathlib import Path

import pytest

from bench import ground


def test_only_old_corpora_are_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCH_DIR", str(tmp_path))
    kept = ["photographs", "0123456789abc", "0123456789AB", ground.digest()]
    for name in [*kept, "0123456789ab"]:
        (tmp_path / name).mkdir()
        (tmp_path / name / "a file").touch()
    assert ground.folder() == tmp_path / ground.digest()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)
    assert all((tmp_path / name / "a file").exists() for name in kept)
