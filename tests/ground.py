"""What does every test stand on? Made once in a run, by the process that needs it first; everybody else copies it.

`tables` is a site of the demonstration with nothing in it but languages and vocabularies, `demonstration` the same with
its content and an index. Both are a folder, and with PostgreSQL a database beside it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests import machine

ROOT = Path(__file__).resolve().parent.parent
RUN = "TEST_RUN"  # the variable by which the processes of a run know that they belong together
# Nothing of what a test run is told may reach a site of its own.
_OURS = ("DJANGO_", "PYTEST_")

TABLES = """
import django; django.setup()
from pathlib import Path
from django.conf import settings
from django.core.management import call_command
from wagtail.models import Locale
from kb.taxonomy_loading import load_folder
call_command("migrate", verbosity=0)
call_command("migrate", "people", database="audit", verbosity=0)
call_command("createcachetable", database="cache", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
for language, _name in settings.LANGUAGES:
    Locale.objects.get_or_create(language_code=language)
load_folder(Path(settings.BASE_DIR) / "fixtures" / "vocabularies")
"""
DEMONSTRATION = """
import django; django.setup()
from django.core.management import call_command
call_command("load_demo")
call_command("worker", "--once")
"""


@dataclass(frozen=True)
class Ground:
    """Something to copy: the folder of a site, and the name of its database on the server, if it is there."""

    var: Path
    database: str

    def copy(self, var: Path, database: str) -> str:
        """Fill the folder, which may exist, and make the database; return its address, nothing where it is a file."""
        shutil.copytree(self.var, var, dirs_exist_ok=True, symlinks=True)
        return machine.create_database(database, template=self.database) if self.database else ""


def begin_run() -> bool:
    """Begin a run of tests; was it not begun by another process?"""
    if RUN in os.environ:
        return False
    os.environ[RUN] = str(os.getpid())
    shutil.rmtree(_folder(), ignore_errors=True)
    _folder().mkdir(mode=0o700)
    return True


def end_run() -> None:
    """Take away what was made in this run."""
    for place in _folder().glob("*/database"):
        machine.drop_database(place.read_text())
    shutil.rmtree(_folder(), ignore_errors=True)


def _folder() -> Path:
    return Path(tempfile.gettempdir()) / f"psa-commons-tests-{os.environ[RUN]}"


def once(name: str, make: Callable[[Path, str], None]) -> Ground:
    """Return what `make` has made of a folder and the name of an empty database, in this process or in another one."""
    folder = _folder() / name
    database = machine.database_name(name, os.environ[RUN]) if machine.on_postgresql() else ""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            shutil.rmtree(folder / "var", ignore_errors=True)
            (folder / "var").mkdir(mode=0o700)
            if database:
                (folder / "database").write_text(database)
                machine.create_database(database)
            make(folder / "var", database)
            (folder / "made").touch()
    return Ground(folder / "var", database)


def environment(var: Path, database_url: str) -> dict[str, str]:
    """Return the environment of a demonstration site in that folder, on that database if it is no file."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    own = {"DJANGO_SETTINGS_MODULE": "config.settings.demo", "VAR_DIR": str(var), "PYTHONPATH": str(ROOT)}
    return {**kept, **own, "DATABASE_URL": database_url}


def tables() -> Ground:
    """Return the site without content."""

    def make(var: Path, database: str) -> None:
        _run(TABLES, environment(var, machine.database_url(database) if database else ""))
        for file in var.glob("*.sqlite3"):
            with closing(sqlite3.connect(file)) as connection:
                connection.execute("PRAGMA journal_mode=DELETE")  # a database in memory cannot hold the other kind

    return once("tables", make)


def demonstration() -> Ground:
    """Return the site with the content of the demonstration."""

    def make(var: Path, database: str) -> None:
        url = tables().copy(var, database)
        _run(DEMONSTRATION, environment(var, url))

    return once("demonstration", make)


def _run(script: str, environment: dict[str, str]) -> None:
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
