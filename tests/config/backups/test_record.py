"""The note of the last backup is whole or absent, and never the reason for which a backup fails."""

from pathlib import Path

import pytest

from config.backups import record, sources
from config.backups.record import Backup


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sources, "var_dir", lambda: tmp_path)
    return tmp_path


GOOD = Backup("2026-08-01T02:15:00+00:00", "commons-20260801T021500Z.tar", True, 10, 1.5, True)


def test_what_is_noted_can_be_read(var: Path) -> None:
    assert record.last_backup() is None
    record.note(GOOD)
    assert record.last_backup() == GOOD
    assert [path.name for path in var.iterdir()] == [record.NAME]


@pytest.mark.parametrize("text", ["", "{torn", "[]", "null", '{"when": "x"}', '{"unknown": 1}'])
def test_a_note_that_is_torn_or_another_versions_counts_as_none(var: Path, text: str) -> None:
    (var / record.NAME).write_text(text)
    assert record.last_backup() is None


def test_a_note_that_cannot_be_written_leaves_the_one_before(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record.note(GOOD)

    def full(self: Path, *_words: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as failing:
        failing.setattr(Path, "replace", full)
        record.note(Backup("later", "", False, problem="x"))
    assert record.last_backup() == GOOD
    assert [path.name for path in var.iterdir()] == [record.NAME]
