"""A site of its own for tests that need real processes: its database is copied from the one that tests have made."""

import http.client
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def environment(var: Path) -> dict[str, str]:
    """Return the environment of a demonstration site in `var`, beside the database of the tests."""
    own = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.demo", "VAR_DIR": str(var)}
    if url := own.get("DATABASE_URL"):
        own["DATABASE_URL"] = f"{url.rpartition('/')[0]}/{_own_name()}"
    return own


def _own_name() -> str:
    return f"site_{os.getpid()}"


def copy_database(var: Path) -> None:
    """Make the database of the site: languages and vocabularies are in it already."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        target = sqlite3.connect(var / "commons.sqlite3")
        connection.connection.backup(target)
        target.close()
        return
    template = connection.settings_dict["NAME"]
    connection.close()
    drop_database()
    _administer(f'CREATE DATABASE "{_own_name()}" TEMPLATE "{template}"')


def drop_database() -> None:
    """Take the database of the site away again, where it is not a file."""
    if connection.vendor != "sqlite":
        _administer(f'DROP DATABASE IF EXISTS "{_own_name()}" WITH (FORCE)')


def _administer(words: str) -> None:
    import psycopg

    base = os.environ["DATABASE_URL"].rpartition("/")[0]
    with psycopg.connect(f"{base}/postgres", autocommit=True) as server:
        server.execute(words)  # type: ignore[arg-type]  # a name that is ours


def run(env: Mapping[str, str], *words: str) -> str:
    """Run Python in the project and return what it says; fail with its own words."""
    done = subprocess.run([sys.executable, *words], cwd=ROOT, env=dict(env), capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(env: Mapping[str, str], log: Path) -> Iterator[int]:
    """Serve the site as an operator does, two processes of four threads; yields the port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload", "--no-control-socket"]
    with log.open("w") as output:
        server = subprocess.Popen(command, cwd=ROOT, env=dict(env), stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait(port, log)
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(timeout=40)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait(port: int, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            ask(port, "/robots.txt")
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the site did not come up:\n" + log.read_text())


def ask(
    port: int, path: str, headers: Mapping[str, str] | None = None, *, body: str | None = None
) -> tuple[int, dict[str, str], str]:
    """Return status, headers and text of one answer; with a body it is a POST."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        line.request(
            "POST" if body is not None else "GET", path, body, {"Host": f"localhost:{port}", **(headers or {})}
        )
        answer = line.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode("utf-8", "replace")
    finally:
        line.close()


def clear(var: Path) -> None:
    """Remove everything of a site."""
    drop_database()
    shutil.rmtree(var, ignore_errors=True)
