"""A second start does only what is due."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, get_commands

from config import preparing
from config.preparing import DEMONSTRATION, INSTALLATION, NotPrepared, Step, prepare


@pytest.fixture
def stamps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the stamps in a file of the test's own."""
    monkeypatch.setattr(preparing, "STAMPS", tmp_path / "stamps.json")
    return tmp_path / "stamps.json"


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Note which management commands are called instead of calling them."""
    called: list[tuple[str, ...]] = []
    monkeypatch.setattr("django.core.management.call_command", lambda *command: called.append(command))
    return called


def step(name: str, source: dict[str, str], *, present: bool = True) -> Step:
    return Step(name, f"Doing {name} …", lambda: source["digest"], ((name,),), lambda: present)


def test_a_step_is_done_once_and_again_when_its_source_changes(stamps, commands) -> None:
    source = {"digest": "one"}
    steps = (step("first", source), step("second", {"digest": "same"}))
    assert prepare(steps)
    assert not prepare(steps)
    assert commands == [("first",), ("second",)]
    source["digest"] = "two"
    assert prepare(steps)
    assert commands[2:] == [("first",)]


def test_a_step_whose_result_is_gone_is_done_again(stamps, commands) -> None:
    steps = (step("index", {"digest": "same"}, present=False),)
    prepare(steps)
    prepare(steps)
    assert commands == [("index",), ("index",)]


def test_torn_stamps_only_mean_that_everything_is_due(stamps, commands) -> None:
    stamps.write_text('{"first": "o', encoding="utf-8")
    assert prepare((step("first", {"digest": "one"}),))
    assert json.loads(stamps.read_text(encoding="utf-8")) == {"first": "one"}


def test_a_step_that_fails_is_named_in_one_line_and_stays_due(stamps, monkeypatch) -> None:
    def fail(*command: str) -> None:
        raise CommandError("the disk is full")

    monkeypatch.setattr("django.core.management.call_command", fail)
    with pytest.raises(NotPrepared, match=r"^Doing first failed: the disk is full$"):
        prepare((step("first", {"digest": "one"}),))
    assert not stamps.exists()


def test_every_command_that_a_start_or_an_installation_calls_exists() -> None:
    called = {command[0] for one in (*DEMONSTRATION, *INSTALLATION) for command in one.commands}
    assert called <= get_commands().keys()
    assert "worker" in get_commands()
