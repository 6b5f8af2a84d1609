"""An import that is killed half-way and run again: everything is in, nothing twice, nothing has another identity."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests.kb.importing.records import practice, reviewer, write

ROWS = 400
PATIENCE = 300.0  # seconds: the machine may be busy


def database_for_processes(folder: Path) -> dict[str, str]:
    """Return the environment of processes that work on the test's data: on the same PostgreSQL, or a copy in a file."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.demo", "VAR_DIR": str(folder)}
    if connection.vendor == "sqlite":
        environment.pop("DATABASE_URL", None)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(folder / "commons.sqlite3")])
    else:
        head = environment["DATABASE_URL"].rsplit("/", 1)[0]
        environment["DATABASE_URL"] = f"{head}/{connection.settings_dict['NAME']}"
    return environment


def asked(folder: Path, question: str) -> list[Any]:
    """Return the rows of an answer of the database that the processes work on."""
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchall()
    with closing(sqlite3.connect(folder / "commons.sqlite3", timeout=20)) as file:
        return file.execute(question).fetchall()


IDENTITIES = "SELECT source_key, public_id FROM kb_entry"
WAITING = "SELECT COUNT(DISTINCT translation_key) FROM search_outboxitem"


@pytest.mark.django_db(transaction=True)
def test_f02_a_killed_import_is_completed_by_the_next_run_without_doubles(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [practice(number) for number in range(ROWS)])
    command = [sys.executable, "manage.py", "import_entries", str(path), "--by", reviewer().email, "--batch", "10"]
    environment = database_for_processes(tmp_path)

    def started() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    process = started()
    ends = time.monotonic() + PATIENCE
    while len(asked(tmp_path, IDENTITIES)) < ROWS // 10 and time.monotonic() < ends and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    half = dict(asked(tmp_path, IDENTITIES))
    assert 0 < len(half) < ROWS
    assert asked(tmp_path, WAITING) == [(len(half),)]
    assert asked(tmp_path, "SELECT COUNT(*) FROM kb_importedversion") == [(len(half),)]
    assert asked(tmp_path, "SELECT COUNT(*) FROM kb_entry WHERE latest_revision_id IS NULL") == [(0,)]
    again = started()
    told, _nothing = again.communicate(timeout=PATIENCE)
    assert again.returncode == 0, told.decode()
    assert f"{len(half):,} unchanged" in told.decode()
    whole = asked(tmp_path, IDENTITIES)
    assert len(whole) == len(dict(whole)) == ROWS
    assert {key: dict(whole)[key] for key in half} == half
    assert asked(tmp_path, WAITING) == [(ROWS,)]
