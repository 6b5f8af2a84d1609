"""Is AMBER closed, and nothing else, while the audit log is locked by somebody or is not there?"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from tests.faults.processes import Site, Sites, Visitor

_ENTRY = (
    "SELECT public_id FROM kb_entry JOIN kb_marking ON kb_marking.id = kb_entry.marking_id "
    "WHERE live AND label = '{label}' ORDER BY kb_entry.id LIMIT 1"
)


@pytest.fixture(scope="module")
def site(sites: Sites) -> Iterator[Site]:
    made = sites.copy("without-audit")
    made.start_web()
    yield made
    made.stop()


@contextmanager
def _locked(site: Site) -> Iterator[None]:
    if site.database_url:
        with site.connected() as connection:
            connection.execute("BEGIN")
            connection.execute("LOCK TABLE audit.people_auditrow IN EXCLUSIVE MODE")
            yield
            connection.execute("ROLLBACK")
        return
    with closing(sqlite3.connect(site.var / "audit.sqlite3", isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


@contextmanager
def _missing(site: Site) -> Iterator[None]:
    if site.database_url:
        with site.connected() as connection:
            connection.execute("ALTER SCHEMA audit RENAME TO elsewhere")
            yield
            connection.execute("ALTER SCHEMA elsewhere RENAME TO audit")
        return
    place, aside = site.var / "audit.sqlite3", site.var / "aside.sqlite3"
    with closing(sqlite3.connect(place)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    place.rename(aside)
    yield
    for left in site.var.glob("audit.sqlite3*"):
        left.unlink()
    aside.rename(place)


def _page(site: Site, label: str) -> str:
    return f"/entries/{site.rows(_ENTRY.format(label=label))[0][0]}/"


@pytest.mark.parametrize("trouble", [_locked, _missing])
def test_amber_waits_and_the_rest_goes_on(site: Site, trouble: Any) -> None:
    amber, green, clear = (_page(site, f"TLP:{label}") for label in ("AMBER", "GREEN", "CLEAR"))
    member: Visitor = site.visitor("member")
    assert member.get(amber).status == 200
    with trouble(site):
        refused = member.get(amber)
        assert (refused.status, refused.headers["Retry-After"]) == (503, "60")
        assert "cannot be recorded" in refused.text
        for page in (green, clear, "/", "/search/?q=barrier", "/you/", "/you/inbox/"):
            assert member.get(page).status == 200, page
        assert site.visitor("outsider").get(green).status == 200  # signing in goes on
        assert member.get("/entries/zzzzzzzz/").status == 404
        assert site.visitor().get(clear).status == 200
    assert member.get(amber).status == 200
