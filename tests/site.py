"""A site of its own for tests that need real processes."""

import http.client
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests import ground, machine

ROOT = ground.ROOT


def environment(var: Path) -> dict[str, str]:
    """Return the environment of the site in `var`."""
    return ground.environment(var, machine.database_url(_database()) if machine.on_postgresql() else "")


def _database() -> str:
    return machine.database_name("site") if machine.on_postgresql() else ""


def make(var: Path) -> None:
    """Make a site in `var` that has nothing but languages and vocabularies."""
    ground.tables().copy(var, _database())


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
        machine.drop_database(_database())
    shutil.rmtree(var, ignore_errors=True)
