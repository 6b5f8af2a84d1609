"""How does a test get a real installation? Made once in a run, copied for each test, on SQLite or PostgreSQL."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests import ground, machine
from tests.architecture.places import ROOT

KEY = "k7Q2-only-here-9vXzR4tLmW8sYbN3cFhJ6dGp1"
SECONDS = 300  # generous: the machine may be busy


@dataclass
class Installation:
    """One installation: its folder, its environment, and what is started with it."""

    var: Path
    environment: dict[str, str]
    ports: list[int] = field(default_factory=list)

    def manage(self, *command: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """Run a management command to its end."""
        words = [sys.executable, "manage.py", *command]
        environment = {**self.environment, **changes}
        return subprocess.run(
            words,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=SECONDS,
        )

    def begin(self, *command: str, **changes: str) -> subprocess.Popen[str]:
        """Start a management command, or a module with `-m`, and return at once."""
        words = [sys.executable, *([] if command[0] == "-m" else ["manage.py"]), *command]
        return subprocess.Popen(
            words,
            cwd=ROOT,
            env={**self.environment, **changes},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            stdin=subprocess.DEVNULL,
        )

    @contextlib.contextmanager
    def site(self, **changes: str) -> Iterator["Site"]:
        """Serve the installation until the test is done with it."""
        port = machine.free_port()
        log = self.var.parent / f"web-{port}.log"
        with log.open("w") as target:
            process = subprocess.Popen(
                machine.web_command(port),
                cwd=ROOT,
                env={**self.environment, **changes},
                stdout=target,
                stderr=target,
                text=True,
            )
        site = Site(process, port, log)
        try:
            site.wait()
            yield site
        finally:
            process.terminate()
            process.wait(timeout=SECONDS)


@dataclass
class Site:
    """A running web server."""

    process: subprocess.Popen[str]
    port: int
    log: Path

    def get(self, path: str = "/") -> int:
        """Return the status of an answer, asked for as by a proxy with TLS."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.request("GET", path, headers={"Host": "commons.example.org", "X-Forwarded-Proto": "https"})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def wait(self) -> None:
        """Wait until it answers."""
        machine.wait_until(self._answers, seconds=SECONDS, why=self.log.read_text)

    def _answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            self.get("/robots.txt")
        except OSError:
            return False
        return True

    def workers(self) -> set[int]:
        """Return the ids of the processes that answer."""
        told = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return {int(word) for word in told.split()}

    def replace_workers(self) -> None:
        """End every process that answers, as the system does when memory is short, and wait for new ones."""
        old = self.workers()
        for pid in old:
            os.kill(pid, signal.SIGKILL)
        machine.wait_until(lambda: len(self.workers() - old) >= len(old) and not old & self.workers(), seconds=SECONDS)


def settings(folder: Path, database: str = "") -> dict[str, str]:
    """Return the environment of a fresh installation in a folder."""
    # What the test run itself is told must not reach the installation.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "PYTEST_"))}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "PSA_COMMONS_ENV": "",
        "SECRET_KEY": KEY,
        "ALLOWED_HOSTS": "commons.example.org",
        "EMAIL_HOST": "localhost",
        "EMAIL_SECURITY": "none",
        "DEFAULT_FROM_EMAIL": "PSA Commons <no-reply@example.org>",
        "VAR_DIR": str(folder / "var"),
        "BEHIND_PROXY": "1",
        "WEB_WORKERS": "2",
        "DATABASE_URL": machine.database_url(database) if database else "",
    }


def _original() -> ground.Ground:
    """Return what the command installs, done once in a run."""

    def make(var: Path, database: str) -> None:
        done = Installation(var, settings(var.parent, database)).manage("install")
        assert done.returncode == 0, done.stderr

    return ground.once("installed", make)


@contextlib.contextmanager
def empty(folder: Path) -> Iterator[Installation]:
    """Give a place for an installation where nothing is installed yet."""
    name = f"fresh_{uuid.uuid4().hex[:12]}" if machine.on_postgresql() else ""
    if name:
        machine.create_database(name)
    try:
        yield Installation(folder / "var", settings(folder, name))
    finally:
        if name:
            machine.drop_database(name)


@contextlib.contextmanager
def installed(folder: Path) -> Iterator[Installation]:
    """Give an installation of the test's own, as `make install` leaves it."""
    name = f"copied_{uuid.uuid4().hex[:12]}" if machine.on_postgresql() else ""
    _original().copy(folder / "var", name)
    try:
        yield Installation(folder / "var", settings(folder, name))
    finally:
        if name:
            machine.drop_database(name)
