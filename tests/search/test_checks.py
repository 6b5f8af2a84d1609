"""A configuration under which search cannot work is reported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from search import checks


def test_the_settings_of_the_tests_are_sound() -> None:
    assert checks.engine_is_known() == checks.index_is_writable() == []


def test_an_unknown_engine_is_reported(settings: Any) -> None:
    settings.SEARCH_ENGINE = "magic"
    assert [message.id for message in checks.engine_is_known()] == ["search.E001"]


def test_a_file_in_the_place_of_the_index_is_reported(settings: Any, tmp_path: Path) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "file"
    settings.SEARCH_INDEX_DIR.write_text("")
    assert [message.id for message in checks.index_is_writable()] == ["search.E002"]


def test_an_index_that_is_yet_to_be_made_is_no_fault(settings: Any, tmp_path: Path) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "a" / "b"
    assert checks.index_is_writable() == []
