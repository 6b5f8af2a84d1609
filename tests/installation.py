"""How does a test get a real installation? Made once in a run, copied for each test, on SQLite or PostgreSQL."""

import atexit
import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

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
        port = free_port()
        log = self.var.parent / f"web-{port}.log"
        with log.open("w") as target:
            words = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "--bind", f"127.0.0.1:{port}"]
            process = subprocess.Popen(
                words, cwd=ROOT, env={**self.environment, **changes}, stdout=target, stderr=target, text=True
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
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            with contextlib.suppress(OSError):
                self.get("/robots.txt")
                return
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def workers(self) -> set[int]:
        """Return the ids of the processes that answer."""
        told = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return {int(word) for word in told.split()}

    def replace_workers(self) -> None:
        """End every process that answers, as the system does when memory is short, and wait for new ones."""
        old = self.workers()
        for pid in old:
            os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + SECONDS
        while old & self.workers() or len(self.workers()) < len(old):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def on_postgresql() -> bool:
    """Do the tests of this run use PostgreSQL?"""
    return bool(os.environ.get("DATABASE_URL"))


def _named(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _run_in_maintenance(statement: str) -> None:
    with psycopg.connect(_named(os.environ["DATABASE_URL"], "postgres"), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


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
        "DATABASE_URL": _named(os.environ["DATABASE_URL"], database) if database else "",
    }


@lru_cache(maxsize=1)
def _original() -> tuple[Path, str]:
    """Install once, by the command; return the folder and the name of the database in PostgreSQL."""
    folder = Path(tempfile.mkdtemp(prefix="psa-commons-installed-"))
    name = f"installed_{os.getpid()}" if on_postgresql() else ""
    if name:
        _run_in_maintenance(f"DROP DATABASE IF EXISTS {name}")
        _run_in_maintenance(f"CREATE DATABASE {name}")
    installation = Installation(folder / "var", settings(folder, name))
    done = installation.manage("install")
    assert done.returncode == 0, done.stderr
    return folder, name


@atexit.register
def clear() -> None:
    """Take away what `_original` made, where it was made; done when the run ends."""
    if not _original.cache_info().currsize:
        return
    folder, name = _original()
    shutil.rmtree(folder, ignore_errors=True)
    if name:
        _run_in_maintenance(f"DROP DATABASE IF EXISTS {name}")
    _original.cache_clear()


@contextlib.contextmanager
def empty(folder: Path) -> Iterator[Installation]:
    """Give a place for an installation where nothing is installed yet."""
    name = f"fresh_{uuid.uuid4().hex[:12]}" if on_postgresql() else ""
    if name:
        _run_in_maintenance(f"CREATE DATABASE {name}")
    try:
        yield Installation(folder / "var", settings(folder, name))
    finally:
        if name:
            _run_in_maintenance(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextlib.contextmanager
def installed(folder: Path) -> Iterator[Installation]:
    """Give an installation of the test's own, as `make install` leaves it."""
    original, source = _original()
    shutil.copytree(original / "var", folder / "var", symlinks=True)
    name = f"copied_{uuid.uuid4().hex[:12]}" if source else ""
    if name:
        _run_in_maintenance(f"CREATE DATABASE {name} TEMPLATE {source}")
    try:
        yield Installation(folder / "var", settings(folder, name))
    finally:
        if name:
            _run_in_maintenance(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
