"""Which steps are due before this version can serve, and how are they done?

Steps that were done and whose sources have not changed since are passed over, so that a second start or a second
installation takes seconds; nothing that is in the database is ever lost by one.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from config import environment

ROOT = Path(__file__).resolve().parent.parent
VAR = environment.var_dir(ROOT / "var")
LOCK = ROOT / "requirements.lock"
APPS = ("people", "kb", "search")
STAMPS = VAR / "stamps.json"
DATABASE = VAR / "commons.sqlite3"
CACHE = VAR / "cache.sqlite3"
AUDIT = VAR / "audit.sqlite3"


def say(text: str) -> None:
    """Tell the person at the terminal, at once."""
    print(text, flush=True)


def digest(paths: Iterable[Path], *words: str) -> str:
    """Return a digest of files, by name and content, and of words. A new copy of the same is the same."""
    total = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        total.update(f"{path.relative_to(ROOT)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\0".encode())
    return total.hexdigest()


def files(*folders: str, pattern: str = "*") -> list[Path]:
    """Return all files below folders of the project whose names fit."""
    found = [path for folder in folders for path in (ROOT / folder).rglob(pattern) if path.is_file()]
    return [path for path in found if "__pycache__" not in path.parts]


def database_url() -> str:
    """Return the address of the PostgreSQL database, empty where it is SQLite."""
    return environment.variables().get("DATABASE_URL", "")


def database_identity() -> str:
    """Return what tells this database from another one: a file that was taken away or replaced is another one."""
    return database_url() or (str(DATABASE.stat().st_ino) if DATABASE.exists() else "none")


@dataclass(frozen=True)
class Step:
    """One thing to do before serving, the digest of what it is done from, and whether its result is still there."""

    name: str
    words: str
    source: Callable[[], str]
    commands: tuple[tuple[str, ...], ...]
    present: Callable[[], bool] = lambda: True


INDEX = Step(
    "index",
    "Building the search index …",
    lambda: digest(
        [*files("search", "kb/sharing", pattern="*.py"), ROOT / "kb" / "vocabulary.py", LOCK], database_identity()
    ),
    (("build_index",),),
    lambda: (VAR / "index" / "current").exists(),
)
STATIC_SOURCES = ("static",)
DEMONSTRATION = (
    Step(
        "database",
        "Preparing the database …",
        lambda: digest([*files(*APPS, pattern="0*.py"), LOCK], database_url()),
        (
            ("migrate", "--no-input", "--verbosity=0"),
            ("createcachetable", "--database=cache"),
            ("migrate", "people", "--database=audit", "--no-input", "--verbosity=0"),
        ),
        lambda: all(path.exists() for path in (CACHE, AUDIT, DATABASE)) or bool(database_url()),
    ),
    Step(
        "content",
        "Loading vocabularies and demonstration content …",
        lambda: digest([*files("fixtures"), *files(*APPS, pattern="*demonstration.py")], database_identity()),
        (("load_vocabularies",), ("load_demo",)),
    ),
    INDEX,
    Step(
        "static",
        "Collecting styles and scripts …",
        lambda: digest([*files(*STATIC_SOURCES), ROOT / "config" / "static.py", LOCK]),
        (("collectstatic", "--no-input", "--clear", "--verbosity=0"),),
        lambda: (VAR / "static" / "staticfiles.json").exists(),
    ),
)
# What an installation makes besides its database. Files of the version before stay: its processes still name them.
INSTALLATION = (
    Step(
        "vocabularies",
        "Loading the vocabularies …",
        lambda: digest(files("fixtures/vocabularies"), database_identity()),
        (("load_vocabularies",),),
    ),
    INDEX,
    Step(
        "static",
        "Collecting styles and scripts …",
        lambda: digest([*files(*STATIC_SOURCES), ROOT / "config" / "static.py", LOCK]),
        (("collectstatic", "--no-input", "--verbosity=0"),),
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


def write_stamps(stamps: dict[str, str]) -> None:
    """Keep the digests, whole or not at all. Raises OSError."""
    beside = STAMPS.with_name(f".{STAMPS.name}.{os.getpid()}")
    beside.write_text(json.dumps(stamps, indent=1), encoding="utf-8")
    beside.replace(STAMPS)


class NotPrepared(Exception):
    """A step could not be done; the message is the one line that says which and why."""


def prepare(steps: Iterable[Step]) -> bool:
    """Do the steps that are due, each by its management commands; return whether there was anything to do.

    Raises NotPrepared where a command cannot do its work.
    """
    stamps = read_stamps()
    ready = False
    for step in steps:
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
            stamps[step.name] = step.source()
            write_stamps(stamps)
        except (CommandError, DatabaseError, OSError) as error:
            raise NotPrepared(f"{step.words.rstrip(' …')} failed: {' '.join(str(error).split())}") from error
    return ready
