"""What does a test take from the machine: a free port, a moment to wait, a web server, a database of its own?"""

import itertools
import os
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import psycopg

# The system gives none of these to whoever calls out, and tests side by side begin at places far apart.
_PORTS = range(20_000, 32_000)
_next = itertools.count(os.getpid() * 211)


def free_port() -> int:
    """Return a port that nobody listens at, and that no other test is given soon."""
    while True:
        port = _PORTS[next(_next) % len(_PORTS)]
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def wait_until(holds: Callable[[], Any], *, seconds: float = 60, why: str | Callable[[], str] = "") -> Any:
    """Return what `holds` returns as soon as it is true. Fails after so many seconds, a generous number of them."""
    deadline = time.monotonic() + seconds
    while True:
        if found := holds():
            return found
        assert time.monotonic() < deadline, (why() if callable(why) else why) or f"still not so after {seconds} s"
        time.sleep(0.05)


def web_command(port: int, *more: str) -> list[str]:
    """Return the command of the web server, with the settings of every installation, bound to this machine."""
    command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "--bind", f"127.0.0.1:{port}"]
    return [*command, *more]


def on_postgresql() -> bool:
    """Do the tests of this run use PostgreSQL?"""
    return bool(os.environ.get("DATABASE_URL"))


def database_name(ending: str, owner: str = "") -> str:
    """Return the name of a database beside the one of the address, of this process alone unless an owner is named."""
    return f"{urlsplit(os.environ['DATABASE_URL']).path[1:]}_{ending}_{owner or os.getpid()}"


def database_url(name: str) -> str:
    """Return the address of a database beside the one of the tests."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def create_database(name: str, *, template: str = "") -> str:
    """Make a database, empty or a copy of one that nobody uses at the moment, and return its address."""
    drop_database(name)
    _administer(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    return database_url(name)


def drop_database(name: str) -> None:
    """Take a database away, whoever uses it."""
    _administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _administer(statement: str) -> None:
    with psycopg.connect(database_url("postgres"), autocommit=True) as server:
        server.execute(statement)  # type: ignore[arg-type]  # names that are ours
