"""On what is measured? Sites of a given size and database, made once and kept under a digest of what made them."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.cluster import Cluster

ROOT = Path(__file__).resolve().parent.parent
# What decides how a corpus looks, in the database and in the index.
MAKERS = (
    "fixtures",
    "people/migrations",
    "people/models.py",
    "kb/migrations",
    "kb/models",
    "kb/corpus",
    "kb/importing/writing.py",
    "kb/demonstration",
    "search/migrations",
    "search/documents",
    "search/analysis.py",
    "search/engines/embedded/schema.py",
    "search/engines/embedded/forms.py",
    "bench/probes/crowd.py",
    "requirements.lock",
)
# A folder of corpora: its name is their digest.
OURS = re.compile(r"[0-9a-f]{12}")


class NotMade(Exception):
    """A corpus could not be made, or a probe failed; the message says which step and its own words."""


@dataclass(frozen=True)
class Stand:
    """One site to measure: its database, how many entries were asked for, its folder and its environment."""

    database: str
    size: int
    var: Path
    environment: dict[str, str]
    postmaster: int = 0

    @property
    def name(self) -> str:
        """The ending of the names of measurements."""
        return f"{self.database}.{self.size}"

    def manage(self, *words: str, check: bool = True) -> str:
        """Run a management command; return what it printed. Raises NotMade where it fails."""
        return self.run([sys.executable, "manage.py", *words], check=check)

    def probe(self, name: str, *words: str) -> Any:
        """Run a probe in a process of its own; return what it found. Raises NotMade where it fails."""
        told = self.run([sys.executable, "-m", f"bench.probes.{name}", *words])
        return json.loads(told.strip().splitlines()[-1])

    def run(self, command: list[str], check: bool = True) -> str:
        """Run a command on this site; return what it printed."""
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        if check and done.returncode:
            raise NotMade(f"{' '.join(command[1:])} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        return done.stdout


@dataclass
class Ground:
    """What a run measures on, and what its areas keep for each other."""

    folder: Path
    sizes: list[int]
    databases: list[str]
    rounds: int
    cluster: Cluster | None
    no_postgres: str = ""

    @property
    def largest(self) -> int:
        """The largest size of this run."""
        return max(self.sizes)

    def stands(self) -> Iterator[Stand]:
        """Yield every site of this run, made where it is not there yet."""
        for database in self.databases:
            for size in self.sizes:
                if database == "sqlite" or self.cluster is not None:
                    yield self.stand(database, size)

    def stand(self, database: str, size: int) -> Stand:
        """Return a site; made where it is not there yet, which takes minutes for a large one. Raises NotMade."""
        var = self.folder / f"{database}-{size}"
        stand = Stand(database, size, var, self._environment(database, var, f"bench_{size}"), self._postmaster())
        if not (var / "ready").exists():
            print(f"Making {size:,} entries on {database} …", flush=True)
            shutil.rmtree(var, ignore_errors=True)
            var.mkdir(parents=True)
            if database == "postgresql" and self.cluster:
                self.cluster.create(f"bench_{size}")
            self._make(stand)
            (var / "ready").touch()
        return stand

    def _postmaster(self) -> int:
        return self.cluster.postmaster if self.cluster else 0

    def _environment(self, database: str, var: Path, name: str) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "VAR_DIR"}}
        found = {**kept, "DJANGO_SETTINGS_MODULE": "config.settings.demo", "VAR_DIR": str(var)}
        if database == "postgresql" and self.cluster:
            found["DATABASE_URL"] = self.cluster.url(name)
        return found

    def _make(self, stand: Stand) -> None:
        stand.manage("migrate", "-v0")
        stand.manage("createcachetable", "--database", "cache")
        stand.manage("migrate", "people", "--database", "audit", "-v0")
        stand.manage("load_vocabularies")
        stand.manage("load_demo")
        stand.probe("crowd")
        stand.manage("make_corpus", str(stand.size), "--index")
        stand.manage("collectstatic", "--noinput", "-v0")

    @contextmanager
    def copy_of(self, stand: Stand) -> Iterator[Stand]:
        """Yield a copy of a site that may be written to; it is taken away afterwards."""
        self.folder.mkdir(parents=True, exist_ok=True)
        var = Path(tempfile.mkdtemp(prefix="copy-", dir=self.folder))
        name = f"copy_{os.getpid()}_{stand.size}"
        try:
            shutil.copytree(stand.var, var, dirs_exist_ok=True)
            if stand.database == "postgresql" and self.cluster:
                self.cluster.copy(f"bench_{stand.size}", name)
            yield replace(stand, var=var, environment=self._environment(stand.database, var, name))
        finally:
            if stand.database == "postgresql" and self.cluster:
                self.cluster.drop(name)
            shutil.rmtree(var, ignore_errors=True)


def digest() -> str:
    """Return a digest of everything that decides how a corpus looks."""
    total = hashlib.sha256()
    for maker in MAKERS:
        place = ROOT / maker
        paths = [place] if place.is_file() else sorted(path for path in place.rglob("*") if path.is_file())
        for path in paths:
            if "__pycache__" not in path.parts:
                total.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return total.hexdigest()[:12]


def folder() -> Path:
    """Return where corpora are kept; those that other code made are taken away, and nothing else is."""
    base = Path(os.environ.get("BENCH_DIR", ROOT / "var" / "bench")).resolve()
    mine = base / digest()
    if base.exists():
        for other in base.iterdir():
            # BENCH_DIR may be a folder that holds other things too.
            if other.is_dir() and not other.is_symlink() and OURS.fullmatch(other.name) and other != mine:
                shutil.rmtree(other, ignore_errors=True)
    mine.mkdir(parents=True, exist_ok=True)
    return mine
