"""Fault 20: a migration fails in the middle, or is killed there. Nothing of it stays; the site goes on."""

import selectors
import time
from pathlib import Path

from tests.installation import SECONDS, Installation, installed

NEXT = {"DJANGO_SETTINGS_MODULE": "tests.faults.upgrading.settings"}
STATE = """
from django.db import connection
from kb.models import Concept
from django.db.migrations.recorder import MigrationRecorder
with connection.cursor() as cursor:
    for table in sorted(connection.introspection.table_names(cursor)):
        print(table, sorted(column.name for column in connection.introspection.get_table_description(cursor, table)))
print(sorted(MigrationRecorder(connection).applied_migrations()))
print(Concept.objects.filter(notation="half done").count(), Concept.objects.count())
"""


def state(installation: Installation) -> str:
    """Return tables, columns, applied migrations and a count of what the failing migration changes."""
    done = installation.manage("shell", "--no-imports", "-c", STATE)
    assert done.returncode == 0, done.stderr
    assert "kb_entry" in done.stdout
    return done.stdout


def test_f20_a_migration_that_fails_leaves_nothing_behind_and_the_site_goes_on(tmp_path: Path) -> None:
    version = tmp_path / "version"
    version.write_text("failing", encoding="utf-8")
    with installed(tmp_path) as installation:
        before = state(installation)
        with installation.site() as site:
            done = installation.manage("upgrade", **NEXT, NEXT_VERSION=str(version))
            assert done.returncode == 1
            assert done.stderr.count("\n") == 1
            assert "upgrading.0002_break failed: a row that nobody thought of. Nothing was changed" in done.stderr
            assert site.get("/") == 200
        assert state(installation) == before
        # The site starts again on its old version, and the mended one is taken in.
        with installation.site() as site:
            assert site.get("/") == 200
        version.write_text("good", encoding="utf-8")
        assert installation.manage("upgrade", **NEXT, NEXT_VERSION=str(version)).returncode == 0
        assert state(installation) != before


def test_f20_a_migration_that_is_killed_leaves_nothing_behind(tmp_path: Path) -> None:
    version = tmp_path / "version"
    version.write_text("slow", encoding="utf-8")
    with installed(tmp_path) as installation:
        before = state(installation)
        both = [installation.begin("upgrade", **NEXT, NEXT_VERSION=str(version)) for _ in range(2)]
        # Once one of them waits, the other one is at work.
        with selectors.DefaultSelector() as selector:
            for process in both:
                selector.register(process.stdout, selectors.EVENT_READ, process)
            waiting = selector.select(timeout=SECONDS)[0][0].data
        assert "waiting for it to end" in waiting.stdout.readline()
        time.sleep(1)
        for process in (waiting, *both):
            process.kill()
        for process in both:
            process.communicate(timeout=SECONDS)
        assert state(installation) == before
