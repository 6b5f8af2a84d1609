"""A site of its own for tests that need real processes: its database is copied from the one that tests have made."""

import http.client
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.db import connection

from tests import machine

ROOT = Path(__file__).resolve().parent.parent


def environment(var: Path) -> dict[str, str]:
    """Return the environment of a demonstration site in `var`, beside the database of the tests."""
    own = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.demo", "VAR_DIR": str(var)}
    if machine.on_postgresql():
        own["DATABASE_URL"] = machine.database_url(machine.database_name("site"))
    return own


def keep_fresh(var: Path) -> None:
    """Keep a copy of the tests' database as it is now, before any test: languages and vocabularies are in it."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(var / "fresh.sqlite3")) as target:
            connection.connection.backup(target)
        return
    name = connection.settings_dict["NAME"]
    connection.close()
    machine.create_database(machine.database_name("fresh"), template=name)


def put_back(fresh: Path) -> None:
    """Make the tests' database again what was kept in `fresh`, after a test that emptied it."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(fresh / "fresh.sqlite3")) as source:
            source.backup(connection.connection)
    else:
        name = connection.settings_dict["NAME"]
        connection.close()
        machine.create_database(name, template=machine.database_name("fresh"))
    ContentType.objects.clear_cache()


def drop_fresh() -> None:
    """Take that copy away again, where it is not a file."""
    if machine.on_postgresql():
        machine.drop_database(machine.database_name("fresh"))


def copy_database(fresh: Path, var: Path, name: str = "site") -> str:
    """Make the database of a site of what was kept in `fresh`; return its address, nothing where it is a file."""
    if not machine.on_postgresql():
        shutil.copyfile(fresh / "fresh.sqlite3", var / "commons.sqlite3")
        return ""
    return machine.create_database(machine.database_name(name), template=machine.database_name("fresh"))


def run(env: Mapping[str, str], *words: str) -> str:
    """Run Python in the project and return what it says; fail with its own words."""
    done = subprocess.run([sys.executable, *words], cwd=ROOT, env=dict(env), capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@contextmanager
def serving(env: Mapping[str, str], log: Path) -> Iterator[int]:
    """Serve the site as an operator does, two processes of four threads; yields the port."""
    port = machine.free_port()
    with log.open("w") as output:
        server = subprocess.Popen(
            machine.web_command(port, "--preload"), cwd=ROOT, env=dict(env), stdout=output, stderr=subprocess.STDOUT
        )
        try:
            machine.wait_until(lambda: _answers(port), why=log.read_text)
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(timeout=40)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _answers(port: int) -> bool:
    try:
        ask(port, "/robots.txt")
    except OSError:
        return False
    return True


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
    if machine.on_postgresql():
        machine.drop_database(machine.database_name("site"))
    shutil.rmtree(var, ignore_errors=True)
