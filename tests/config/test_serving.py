"""Both processes end together, and the web server is reached from this machine only."""

import signal
import subprocess
import sys
import threading
import time

import pytest

from config import serving
from config.serving import Child, end_all

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)",
]


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
