"""How does a test run a real worker beside itself, on the same database, with a mail server that behaves badly?"""

import os
import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connections
from django_tasks import task

from tests.machine import wait_until

ROOT = Path(__file__).resolve().parents[2]


@task()
def always_fails(number: int) -> None:
    raise RuntimeError(f"secret words {number}")


@task()
def leaves_a_file(path: str) -> None:
    Path(path).write_text("done", encoding="utf-8")


@task()
def hangs(path: str) -> None:
    Path(path).write_text("begun", encoding="utf-8")
    time.sleep(120)


@contextmanager
def shared_database(folder: Path) -> Iterator[dict[str, str]]:
    """Let other processes use the test's database; yields the environment that leads them there.

    SQLite's lies in memory: meanwhile the test works on a copy in a file.
    """
    old = connections["default"]
    environment = {**os.environ, "VAR_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    environment["DJANGO_SETTINGS_MODULE"] = "tests.faults.settings"
    if old.vendor == "postgresql":
        place = old.settings_dict
        environment["DATABASE_URL"] = (
            f"postgresql://{place['USER']}:{place['PASSWORD']}@{place['HOST']}:{place['PORT']}/{place['NAME']}"
        )
        yield environment
        return
    environment.pop("DATABASE_URL", None)
    path = folder / "commons.sqlite3"
    new = old.copy()
    new.settings_dict["NAME"] = str(path)
    old.ensure_connection()
    new.ensure_connection()
    old.connection.backup(new.connection)
    connections["default"] = new
    try:
        yield environment
    finally:
        new.close()
        connections["default"] = old


class Worker:
    """A worker process of the test's own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.log = Path(environment["VAR_DIR"]) / f"worker-{time.monotonic_ns()}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "worker"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )

    def stop(self, *, within: float = 20) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(within)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")


@contextmanager
def working(environment: dict[str, str], count: int = 1) -> Iterator[list[Worker]]:
    """Run workers until the block ends."""
    workers = [Worker(environment) for _number in range(count)]
    try:
        yield workers
    finally:
        for one in workers:
            try:
                one.stop()
            except subprocess.TimeoutExpired:
                one.kill()


def wait_for(condition: Callable[[], Any], *, seconds: float = 60, what: str = "it") -> Any:
    """Return what the condition gives once it is true; fail after many seconds."""
    return wait_until(condition, seconds=seconds, why=f"{what} did not happen within {seconds} seconds")


class MailServer:
    """Speaks as much SMTP as is needed. `mood` is good, silent (takes calls and says nothing) or refusing."""

    def __init__(self, mood: str = "good") -> None:
        self.mood = mood
        self.taken: list[tuple[str, str]] = []
        outer = self

        class Conversation(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer._talk(self.rfile, self.wfile)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            block_on_close = False

        self.server = Server(("127.0.0.1", 0), Conversation)
        self.port = int(self.server.server_address[1])
        self.calls = 0
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.ending.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)

    def _talk(self, incoming: Any, outgoing: Any) -> None:
        self.calls += 1
        if self.mood == "silent":
            self.ending.wait(30)
            return
        to = ""
        try:
            outgoing.write(b"220 ready\r\n")
            while line := incoming.readline():
                word = line[:4].upper()
                if word == b"QUIT":
                    outgoing.write(b"221 bye\r\n")
                    return
                if word == b"RCPT":
                    to = line.decode().partition("<")[2].partition(">")[0]
                    refused = b"550 " + to.encode() + b" unknown\r\n"
                    outgoing.write(refused if self.mood == "refusing" else b"250 ok\r\n")
                elif word == b"DATA":
                    outgoing.write(b"354 go on\r\n")
                    text = b""
                    while not text.endswith(b"\r\n.\r\n"):
                        text += incoming.readline()
                    self.taken.append((to, text.decode()))
                    outgoing.write(b"250 taken\r\n")
                else:
                    outgoing.write(b"250 ok\r\n")
        except OSError:
            return


@contextmanager
def mail_server(mood: str = "good") -> Iterator[MailServer]:
    """Run a mail server until the block ends."""
    with closing(MailServer(mood)) as server:
        yield server


QUEUE = "people.mailing.QueueBackend"
