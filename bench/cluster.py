"""Where is a PostgreSQL to measure on? A cluster of our own; nothing of the machine's is touched."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

OPTIONS = "-c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c max_connections=60"


class NoPostgres(Exception):
    """There is no PostgreSQL on this machine that can be started; the message says why."""


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    if onpath := shutil.which("initdb"):
        return Path(onpath).resolve().parent
    raise NoPostgres("initdb was not found; on Debian: apt-get install postgresql")


class Cluster:
    """A cluster that is kept in a folder between runs, and runs only while it is measured on."""

    def __init__(self, folder: Path) -> None:
        """Choose the place: where root measures, one that the account of PostgreSQL can reach."""
        self.binaries = _binaries()
        self.root = os.geteuid() == 0
        self.folder = folder
        self.port = 0
        self.postmaster = 0
        if self.root:
            try:
                self.owner = pwd.getpwnam("postgres")
            except KeyError:
                raise NoPostgres("root may not run PostgreSQL, and there is no account “postgres”") from None
            folder.mkdir(parents=True, exist_ok=True)
            if not self._reaches(folder):
                self.folder = Path(tempfile.gettempdir()) / f"psa-commons-bench-{folder.parent.name}"

    def _reaches(self, folder: Path) -> bool:
        return subprocess.run(self._command("test", "-x", str(folder)), check=False).returncode == 0

    def _command(self, program: str, *words: str) -> list[str]:
        path = self.binaries / program
        command = [str(path) if path.exists() else program, *words]
        return ["runuser", "-u", "postgres", "--", *command] if self.root else command

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            self._command(program, *words), cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        if done.returncode:
            raise NoPostgres(f"{program} failed: {(done.stderr or '').strip() or 'no reason was given'}")

    def __enter__(self) -> Self:
        """Make the cluster where there is none, and start it. Raises NoPostgres."""
        data = self.folder / "data"
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.root:
            os.chown(self.folder, self.owner.pw_uid, self.owner.pw_gid)
        if not (data / "PG_VERSION").exists():
            words = ["-D", str(data), "-U", "commons", "--auth=trust", "--encoding=UTF8", "--no-locale"]
            self._run("initdb", *words)
        (data / "postmaster.pid").unlink(missing_ok=True)
        self.port = free_port()
        options = f"-p {self.port} -k {self.folder} {OPTIONS}"
        self._run("pg_ctl", "-D", str(data), "-l", str(self.folder / "log"), "-w", "-o", options, "start")
        self.postmaster = int((data / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it; the data stay for the next run."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "fast", "-w", "stop")

    def url(self, name: str) -> str:
        """Return the DATABASE_URL of a database."""
        return f"postgresql://commons@127.0.0.1:{self.port}/{name}"

    def _execute(self, words: str, **names: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(words).format(**{key: sql.Identifier(name) for key, name in names.items()}))

    def create(self, name: str) -> None:
        """Make an empty database, in the place of one that has the name."""
        self.drop(name)
        self._execute("CREATE DATABASE {name}", name=name)

    def copy(self, name: str, to: str) -> None:
        """Make a database with what another one holds."""
        self.drop(to)
        self._execute("CREATE DATABASE {to} TEMPLATE {name}", to=to, name=name)

    def drop(self, name: str) -> None:
        """Take a database away, if it is there."""
        self._execute("DROP DATABASE IF EXISTS {name} WITH (FORCE)", name=name)
