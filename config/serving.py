"""How is the demonstration served on this machine: do both processes live, and do they end together?

`make run` ends here; what is due before is done by `config/preparing.py`.
"""

import argparse
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

# Before anything reads its environment: what is served here is the demonstration, whatever else this machine holds.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")

from config.preparing import DEMONSTRATION, ROOT, NotPrepared, prepare, say

SECONDS_TO_END = 12
SECONDS_TO_START = 60


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
    """Return the command of the web server, bound to this machine only, its settings those of every installation."""
    command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "--bind", f"127.0.0.1:{port}"]
    return [*command, "--graceful-timeout", "8", "--preload"]


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
    try:
        if not options.prepared and prepare(DEMONSTRATION):
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
