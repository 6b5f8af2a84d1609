"""How does a test get a site of its own, with real processes, that it may break?"""

from __future__ import annotations

import http.client
import json
import re
import signal
import sqlite3
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from tests import ground, machine
from tests.machine import wait_until

ROOT = Path(settings.BASE_DIR)
PASSWORD = "demonstration-2026"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
# What writers of the site write to; readers are not kept out.
LOCKED = "kb_entry, kb_marking, wagtailcore_revision, django_session, people_user, search_outboxitem"


@dataclass
class Answer:
    """What the site answered."""

    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def token(self) -> str:
        """The token of the first form."""
        found = TOKEN.search(self.text)
        assert found, self.text[:500]
        return found[1]


@dataclass
class Visitor:
    """A browser without script: keeps cookies, follows nothing by itself."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: bytes = b"", *, timeout: float = 60, **headers: str) -> Answer:
        """Return the answer. Raises OSError or HTTPException where the connection is refused or torn."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        sent = {"Host": f"localhost:{self.port}", "Accept": "text/html", "Connection": "close"}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body or None, {**sent, **headers})
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie") or ():
            name, _equals, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, response.headers, text)

    def get(self, path: str, **options: Any) -> Answer:
        """Return the page."""
        return self.ask("GET", path, **options)

    def post(self, path: str, form: dict[str, Any], **options: Any) -> Answer:
        """Send a form; values that are lists are sent once for each."""
        body = urllib.parse.urlencode(form, doseq=True).encode()
        return self.ask("POST", path, body, **{"Content-Type": "application/x-www-form-urlencoded", **options})

    def upload(self, path: str, form: dict[str, str], files: dict[str, tuple[str, bytes]], **options: Any) -> Answer:
        """Send a form with files, each a name and its bytes."""
        mark = "----a-line-that-is-in-no-file"
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in form.items()
        ]
        for name, (file, data) in files.items():
            head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
            parts += [f"{head}Content-Type: application/octet-stream\r\n\r\n".encode(), data, b"\r\n"]
        body = b"".join([*parts, f"--{mark}--\r\n".encode()])
        return self.ask("POST", path, body, **{"Content-Type": f"multipart/form-data; boundary={mark}", **options})

    def login_form(self, who: str) -> dict[str, str]:
        """Return the filled-in form of signing in."""
        token = self.get("/account/login/").token
        return {"csrfmiddlewaretoken": token, "login": f"{who}@example.org", "password": PASSWORD}

    def sign_in(self, who: str) -> Visitor:
        """Sign in as an account of the demonstration."""
        answer = self.post("/account/login/", self.login_form(who))
        assert answer.status == 302, answer.text[:500]
        return self


@dataclass
class Site:
    """An installation with the demonstration's content in a folder and a database of its own."""

    var: Path
    database_url: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=machine.free_port)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def database_name(self) -> str:
        """The name of its database on the server, nothing where it is a file."""
        return self.database_url.rpartition("/")[2].partition("?")[0]

    @property
    def log(self) -> Path:
        """What the processes say."""
        return self.var.parent / f"{self.var.name}.log"

    def said(self) -> str:
        """Return the log."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def _environment(self) -> dict[str, str]:
        return {**ground.environment(self.var, self.database_url), **self.environment}

    def run(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run Python in the site's environment to its end."""
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self._environment(), capture_output=True, text=True, timeout=300
        )
        assert not check or done.returncode == 0, f"{' '.join(words)[:200]}\n{done.stdout}\n{done.stderr}"
        return done

    def manage(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a management command to its end."""
        return self.run("manage.py", *words, check=check)

    def script(self, text: str, *, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a few lines with Django set up, to their end."""
        return self.run("-c", f"import django; django.setup()\n{text}", check=check)

    def start(self, *words: str, out: Path | None = None, **options: Any) -> subprocess.Popen[bytes]:
        """Start a process that is ended with the site; what it says goes to the log, or to `out`."""
        with (out or self.log).open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *words], cwd=ROOT, env=self._environment(), stdout=log, stderr=log, **options
            )
        self.running.append(process)
        return process

    def start_web(self, **options: Any) -> subprocess.Popen[bytes]:
        """Start the web server as an installation does, and wait until it answers."""
        process = self.start(*machine.web_command(self.port)[1:], **options)
        wait_until(self.answers, seconds=60, why=lambda: f"the web server did not come up\n{self.said()[-2000:]}")
        return process

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start the worker, and wait until it listens to signals."""
        before = self.said().count("Worker:")
        process = self.start("manage.py", "worker")
        begun = lambda: self.said().count("Worker:") > before  # noqa: E731  (asked again and again below)
        wait_until(begun, why=lambda: f"no worker\n{self.said()[-2000:]}")
        return process

    def answers(self) -> bool:
        """Does the web server answer?"""
        try:
            return self.visitor().get("/robots.txt", timeout=10).status < 500
        except (OSError, http.client.HTTPException):
            return False

    def visitor(self, who: str = "") -> Visitor:
        """Return somebody new; signed in where an account is named."""
        visitor = Visitor(self.port)
        return visitor.sign_in(who) if who else visitor

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return what the database holds, past the site."""
        with self.connected() as connection:
            return [tuple(row) for row in connection.execute(query).fetchall()]

    def number(self, query: str) -> int:
        """Return the one number that a query asks for."""
        return int(self.rows(query)[0][0])

    @contextmanager
    def connected(self) -> Iterator[Any]:
        """Give a connection of one's own to the database, each statement for itself."""
        connection: Any
        if self.database_url:
            import psycopg

            connection = psycopg.connect(self.database_url, autocommit=True)
        else:
            connection = sqlite3.connect(self.var / "commons.sqlite3", isolation_level=None, timeout=20)
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Write to the database for as long as the block lasts: no other writer gets through, readers do."""
        with self.connected() as connection:
            connection.execute("BEGIN" if self.database_url else "BEGIN IMMEDIATE")
            if self.database_url:
                connection.execute(f"LOCK TABLE {LOCKED} IN EXCLUSIVE MODE")
            try:
                yield
            finally:
                connection.execute("ROLLBACK")

    def waiting(self) -> int:
        """Return how many works the index is behind."""
        return self.number("SELECT count(DISTINCT translation_key) FROM search_outboxitem")

    def indexed(self) -> dict[str, str]:
        """Return the checksum of each work in the index."""
        text = "import json; from search.engines import engine; print(json.dumps(engine().checksums()))"
        found: dict[str, str] = json.loads(self.script(text).stdout)
        return found

    def stop(self) -> None:
        """End whatever runs, politely and then for good."""
        for process in self.running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=20)
            if process.poll() is None:
                process.kill()
                process.wait()
        self.running.clear()


class Sites:
    """Makes sites: copies of the demonstration, or empty ones."""

    def __init__(self, folder: Path) -> None:
        """Keep the place."""
        self.folder = folder
        self.made: list[Site] = []

    def copy(self, name: str, var: Path | None = None, **environment: str) -> Site:
        """Return a new site with the demonstration's content, nothing of it running."""
        target = var or self.folder / name
        return self._keep(target, ground.demonstration().copy(target, _named(name)), environment)

    def empty(self, name: str, **environment: str) -> Site:
        """Return a place for a site, with nothing in it."""
        target = self.folder / name
        target.mkdir()
        return self._keep(target, machine.create_database(_named(name)) if _named(name) else "", environment)

    def _keep(self, var: Path, database_url: str, environment: dict[str, str]) -> Site:
        made = Site(var, database_url, environment)
        self.made.append(made)
        return made

    def end(self) -> None:
        """Stop all, and take their databases away."""
        for made in self.made:
            made.stop()
            if made.database_url:
                machine.drop_database(made.database_name)


def _named(name: str) -> str:
    return machine.database_name(f"faults_{name}") if machine.on_postgresql() else ""
