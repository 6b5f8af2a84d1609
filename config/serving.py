"""How is the demonstration prepared and served on this machine: which steps are due, and do both processes live?

`make run` ends here. Steps that were done and whose sources have not changed since are passed over, so that a second
start takes seconds; nothing that is in the database is ever lost by a start.
"""

import argparse
import hashlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR", ROOT / "var"))
LOCK = ROOT / "requirements.lock"
APPS = ("people", "kb", "search")
STAMPS = VAR / "stamps.json"
DATABASE = VAR / "commons.sqlite3"
CACHE = VAR / "cache.sqlite3"
SECONDS_TO_END = 12
SECONDS_TO_START = 60


def say(text: str) -> None:
    """Tell the person at the terminal, at once."""
    print(text, flush=True)


def digest(paths: Iterable[Path], *words: str) -> str:
    """Return a digest of files, by name, size and time of change, and of words."""
    total = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        state = path.stat()
        total.update(f"{path.relative_to(ROOT)}\0{state.st_size}\0{state.st_mtime_ns}\0".encode())
    return total.hexdigest()


def files(*folders: str, pattern: str = "*") -> list[Path]:
    """Return all files below folders of the project whose names fit."""
    found = [path for folder in folders for path in (ROOT / folder).rglob(pattern) if path.is_file()]
    return [path for path in found if "__pycache__" not in path.parts]


def database_identity() -> str:
    """Return what tells this database from another one: a file that was taken away or replaced is another one."""
    url = os.environ.get("DATABASE_URL", "")
    if url:
        return url
    return str(DATABASE.stat().st_ino) if DATABASE.exists() else "none"


@dataclass(frozen=True)
class Step:
    """One thing to do before serving, the digest of what it is done from, and whether its result is still there."""

    name: str
    words: str
    source: Callable[[], str]
    commands: tuple[tuple[str, ...], ...]
    present: Callable[[], bool] = lambda: True


STEPS = (
    Step(
        "database",
        "Preparing the database …",
        lambda: digest([*files(*APPS, pattern="0*.py"), LOCK], os.environ.get("DATABASE_URL", "")),
        (
            ("migrate", "--no-input", "--verbosity=0"),
            ("createcachetable", "--database=cache"),
        ),
        lambda: CACHE.exists() and (DATABASE.exists() or bool(os.environ.get("DATABASE_URL"))),
    ),
    Step(
        "content",
        "Loading vocabularies and demonstration content …",
        lambda: digest([*files("fixtures"), *files(*APPS, pattern="*demonstration.py")], database_identity()),
        (("load_vocabularies",), ("load_demo",)),
    ),
    Step(
        "index",
        "Building the search index …",
        lambda: digest(
            [*files("search", "kb/sharing", pattern="*.py"), ROOT / "kb" / "vocabulary.py", LOCK], database_identity()
        ),
        (("build_index",),),
        lambda: (VAR / "index" / "current").exists(),
    ),
    Step(
        "static",
        "Collecting styles and scripts …",
        lambda: digest([*files("static"), ROOT / "config" / "static.py", LOCK]),
        (("collectstatic", "--no-input", "--clear", "--verbosity=0"),),
        lambda: (VAR / "static" / "staticfiles.json").exists(),
    ),
)


def read_stamps() -> dict[str, str]:
    """Return the digests of the steps that were done, none where the file is absent or torn."""
    try:
        stamps = json.loads(STAMPS.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


class NotPrepared(Exception):
    """A step could not be done; the message is the one line that says which and why."""


def prepare() -> bool:
    """Do the steps that are due, each by its management commands; return whether there was anything to do.

    Raises NotPrepared where a command cannot do its work.
    """
    stamps = read_stamps()
    ready = False
    for step in STEPS:
        if step.present() and stamps.get(step.name) == step.source():
            continue
        say(step.words)
        if not ready:
            import django

            django.setup()
            ready = True
        from django.core.management import CommandError, call_command
        from django.db import DatabaseError

        try:
            for command in step.commands:
                call_command(*command)
        except (CommandError, DatabaseError, OSError) as error:
            raise NotPrepared(f"{step.words.rstrip(' …')} failed: {error}") from error
        stamps[step.name] = step.source()
        STAMPS.write_text(json.dumps(stamps, indent=1), encoding="utf-8")
    return ready


@dataclass
class Child:
    """One of the two processes, and when it was started."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it apart from the terminal's signals: they reach it through us, once."""
        self.started = [*self.started[-4:], time.monotonic()]
        self.process = subprocess.Popen(self.command, cwd=ROOT, start_new_session=True)

    def ended(self) -> bool:
        """Has it ended by itself?"""
        return self.process is not None and self.process.poll() is not None

    def restart_due(self, now: float) -> bool:
        """May it be started again: at once at first, twice a minute once it has failed five times in a minute?"""
        often = len(self.started) == 5 and now - self.started[0] < 60
        return now - self.started[-1] > (30 if often else 1)


def web_command(port: int) -> list[str]:
    """Return the command of the web server, bound to this machine only."""
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    # Long enough for every address that a form can make; config.headers refuses longer ones with a full answer.
    command += ["--limit-request-line", "8190"]
    command += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--graceful-timeout", "8"]
    command += ["--preload", "--no-control-socket"]
    if Path("/dev/shm").is_dir():  # noqa: S108  (a heartbeat file must not wait for a disk)
        command += ["--worker-tmp-dir", "/dev/shm"]  # noqa: S108  (memory of this machine, as gunicorn advises)
    return command


def answers(port: int) -> bool:
    """Does the web server answer?"""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/robots.txt", headers={"Host": f"localhost:{port}"})
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True


class Ended(Exception):
    """Somebody asked us to end."""


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise Ended


def end_all(children: list[Child]) -> None:
    """End every process: politely first, then for good."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    running = [child.process for child in children if child.process is not None and child.process.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + SECONDS_TO_END
    for process in running:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def greet(port: int) -> None:
    """Say where the site is and with which accounts to look round."""
    say(f"\nPSA Commons is at http://localhost:{port}\n")
    people = json.loads((ROOT / "fixtures" / "people.json").read_text(encoding="utf-8"))
    width = max(len(row["email"]) for row in people["accounts"])
    say("Demonstration accounts:")
    for row in people["accounts"]:
        say(f"  {row['email']:<{width}}  {row['does']}")
    say(f"  password of all: {people['password']}\n")
    say("Mail is written to var/mail/. Ctrl-C ends the site.")


def serve(port: int) -> int:
    """Keep the web server and the worker going until somebody ends us; return the exit code."""
    web = Child("web server", web_command(port))
    worker = Child("worker", [sys.executable, "manage.py", "worker"])
    children = [web, worker]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    parent = os.getppid()
    try:
        web.start()
        worker.start()
        deadline = time.monotonic() + SECONDS_TO_START
        while not answers(port):
            if web.ended() or time.monotonic() > deadline:
                say("The web server did not start; its own words are above.")
                return 1
            time.sleep(0.1)
        greet(port)
        while True:
            time.sleep(0.5)
            if os.getppid() != parent:
                raise Ended
            if web.ended():
                say("The web server has ended by itself; its own words are above.")
                return 1
            if worker.ended() and worker.restart_due(time.monotonic()):
                say("The worker has ended; starting it again.")
                worker.start()
    except Ended:
        say("\nEnding the web server and the worker …")
        return 0
    finally:
        end_all(children)


def main(arguments: list[str] | None = None) -> int:
    """Prepare and serve; return the exit code."""
    parser = argparse.ArgumentParser(prog="config.serving", description="Prepare and serve the demonstration.")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--prepared", action="store_true", help="everything is prepared: only serve")
    options: Any = parser.parse_args(arguments)
    os.chdir(ROOT)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")
    try:
        if not options.prepared and prepare():
            # Begin anew, without all that preparing has loaded into memory.
            again = [sys.executable, "-m", "config.serving", "--prepared", "--port", str(options.port)]
            os.execv(sys.executable, again)
    except NotPrepared as reason:
        say(str(reason))
        return 1
    except KeyboardInterrupt:
        return 130
    return serve(options.port)


if __name__ == "__main__":
    sys.exit(main())
