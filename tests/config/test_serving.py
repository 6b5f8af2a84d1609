"""A second start does only what is due; both processes end together."""

import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.core.management import CommandError

from config import serving
from config.serving import Child, NotPrepared, Step, end_all, prepare

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)",
]


@pytest.fixture
def stamps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the stamps in a file of the test's own."""
    monkeypatch.setattr(serving, "STAMPS", tmp_path / "stamps.json")
    return tmp_path / "stamps.json"


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Note which management commands are called instead of calling them."""
    called: list[tuple[str, ...]] = []
    monkeypatch.setattr("django.core.management.call_command", lambda *command: called.append(command))
    return called


def step(name: str, source: dict[str, str], *, present: bool = True) -> Step:
    return Step(name, f"Doing {name} …", lambda: source["digest"], ((name,),), lambda: present)


def test_a_step_is_done_once_and_again_when_its_source_changes(stamps, commands, monkeypatch, capsys) -> None:
    source = {"digest": "one"}
    monkeypatch.setattr(serving, "STEPS", (step("first", source), step("second", {"digest": "same"})))
    assert prepare()
    assert not prepare()
    assert commands == [("first",), ("second",)]
    source["digest"] = "two"
    assert prepare()
    assert commands[2:] == [("first",)]


def test_a_step_whose_result_is_gone_is_done_again(stamps, commands, monkeypatch) -> None:
    monkeypatch.setattr(serving, "STEPS", (step("index", {"digest": "same"}, present=False),))
    prepare()
    prepare()
    assert commands == [("index",), ("index",)]


def test_torn_stamps_only_mean_that_everything_is_due(stamps, commands, monkeypatch) -> None:
    monkeypatch.setattr(serving, "STEPS", (step("first", {"digest": "one"}),))
    stamps.write_text('{"first": "o', encoding="utf-8")
    assert prepare()
    assert json.loads(stamps.read_text(encoding="utf-8")) == {"first": "one"}


def test_a_step_that_fails_is_named_in_one_line_and_stays_due(stamps, monkeypatch) -> None:
    def fail(*command: str) -> None:
        raise CommandError("the disk is full")

    monkeypatch.setattr("django.core.management.call_command", fail)
    monkeypatch.setattr(serving, "STEPS", (step("first", {"digest": "one"}),))
    with pytest.raises(NotPrepared, match=r"^Doing first failed: the disk is full$"):
        prepare()
    assert not stamps.exists()


def test_every_command_that_a_start_calls_exists() -> None:
    from django.core.management import get_commands

    called = {command[0] for one in serving.STEPS for command in one.commands}
    assert called <= get_commands().keys()
    assert "worker" in get_commands()


def test_processes_end_together_even_a_stubborn_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "SECONDS_TO_END", 0.5)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    willing, stubborn = Child("willing", SLEEPER), Child("stubborn", STUBBORN)
    willing.start()
    stubborn.process = subprocess.Popen(STUBBORN, stdout=subprocess.PIPE, start_new_session=True)
    assert stubborn.process.stdout is not None
    stubborn.process.stdout.readline()
    try:
        end_all([willing, stubborn])
    finally:
        stubborn.process.stdout.close()
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert willing.process is not None
    assert willing.process.returncode == -signal.SIGTERM
    assert stubborn.process.returncode == -signal.SIGKILL


def test_a_worker_that_keeps_failing_is_started_less_often() -> None:
    child = Child("worker", SLEEPER, started=[0.0])
    assert not child.restart_due(0.5)
    assert child.restart_due(1.5)
    child.started = [0.0, 2.0, 4.0, 6.0, 8.0]
    assert not child.restart_due(20.0)
    assert child.restart_due(40.0)


def test_the_web_server_is_bound_to_this_machine_only() -> None:
    command = serving.web_command(8123)
    assert command[command.index("--bind") + 1] == "127.0.0.1:8123"


def test_an_answer_of_any_kind_means_that_the_server_is_there() -> None:
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(503)

        def log_message(self, *arguments: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Refusing)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    assert serving.answers(server.server_port)
    thread.join(timeout=5)
    server.server_close()
    started = time.monotonic()
    assert not serving.answers(server.server_port)
    assert time.monotonic() - started < 5
