"""How is the site started for measuring, and what do its processes use?"""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.clock import children_of, total_ns
from bench.cluster import free_port
from bench.ground import ROOT, NotMade, Stand

BENCH_COMMAND = ("config.wsgi", "--workers", "1", "--threads", "8", "--worker-class", "gthread")


class Server:
    """A web server of a site, and the processes whose time is counted."""

    def __init__(
        self,
        stand: Stand,
        command: Callable[[int], list[str]] | None = None,
        *,
        settings: str = "bench.site.settings",
        knock: str = "/robots.txt",
    ) -> None:
        """Keep what is to be started: one worker with the constant and the floors beside the site, unless told."""
        self.stand = stand
        self.port = free_port()
        self.command = command
        self.knock = knock
        self.environment = {**stand.environment, "DJANGO_SETTINGS_MODULE": settings}
        self.process: subprocess.Popen[bytes] | None = None
        self.seconds_to_start = 0.0

    def _words(self) -> list[str]:
        if self.command is not None:
            return self.command(self.port)
        words = [sys.executable, "-m", "gunicorn", *BENCH_COMMAND, "--bind", f"127.0.0.1:{self.port}"]
        words += ["--log-level", "warning", "--no-control-socket", "--keep-alive", "30", "--limit-request-line", "8190"]
        return words

    def __enter__(self) -> Self:
        """Start it and wait until it answers. Raises NotMade where it does not within a minute."""
        log = self.stand.var / "server.log"
        with log.open("ab") as handle:
            started = time.monotonic()
            self.process = subprocess.Popen(
                self._words(), cwd=ROOT, env=self.environment, stdout=handle, stderr=handle, start_new_session=True
            )
        while time.monotonic() - started < 60:
            if self._answers():
                self.seconds_to_start = time.monotonic() - started
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        self.stop()
        raise NotMade(f"The site did not start:\n{_tail(log)}")

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", self.knock, headers={"Host": f"localhost:{self.port}"})
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        self.stop()

    def stop(self) -> None:
        """End the processes that were started here, politely first."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def workers(self) -> list[int]:
        """Return the processes that answer requests."""
        return children_of(self.process.pid) if self.process else []

    def cpu_ns(self) -> int:
        """Return the processor time of the web workers and of the database behind them, in nanoseconds."""
        backends = children_of(self.stand.postmaster) if self.stand.database == "postgresql" else []
        return total_ns([*self.workers(), *backends])


def _tail(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")[-4000:] if path.exists() else ""


class Worker:
    """The second process of a site: it brings changes into the index."""

    def __init__(self, stand: Stand) -> None:
        """Keep the site."""
        self.stand = stand

    def __enter__(self) -> Self:
        """Start it."""
        with (self.stand.var / "worker.log").open("ab") as handle:
            words = [sys.executable, "manage.py", "worker"]
            self.process = subprocess.Popen(
                words, cwd=ROOT, env=self.stand.environment, stdout=handle, stderr=handle, start_new_session=True
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
