"""Is a busy database told from a full disk, and both from a fault?"""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import RequestFactory

from config import trouble
from config.trouble import Trouble, trouble_of


def wrapped(cause: Exception) -> OperationalError:
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


class Postgres(Exception):
    """An exception of the driver."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def of_sqlite(path: Path, *, full: bool) -> sqlite3.Error:
    """Return what SQLite raises where another connection writes, or where there is no more room."""
    first, second = (sqlite3.connect(path, isolation_level=None, timeout=0) for _connection in range(2))
    try:
        first.execute("CREATE TABLE t (x)")
        if full:
            second.execute("PRAGMA max_page_count = 2")
        else:
            first.execute("BEGIN IMMEDIATE")
        second.execute("INSERT INTO t VALUES (zeroblob(100000))")
    except sqlite3.Error as error:
        return error
    finally:
        first.close()
        second.close()
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize("full", [False, True])
def test_what_sqlite_says_is_understood(tmp_path: Path, full: bool) -> None:
    error = wrapped(of_sqlite(tmp_path / "one.sqlite3", full=full))
    assert trouble_of(error) is (Trouble.FULL if full else Trouble.BUSY)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("55P03", Trouble.BUSY),
        ("57014", Trouble.BUSY),
        ("40P01", Trouble.BUSY),
        ("08006", Trouble.BUSY),
        (None, Trouble.BUSY),
        ("53100", Trouble.FULL),
        ("25006", Trouble.FULL),
        ("42P01", None),
        ("23505", None),
    ],
)
def test_what_postgresql_says_is_understood(state: str | None, expected: Trouble | None) -> None:
    assert trouble_of(wrapped(Postgres(state))) is expected


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_understood_wherever_it_was_noticed(number: int) -> None:
    error = RuntimeError("while saving")
    error.__context__ = OSError(number, "full")
    assert trouble_of(error) is Trouble.FULL


def test_a_fault_is_a_fault() -> None:
    assert trouble_of(None) is trouble_of(KeyError("x")) is trouble_of(FileNotFoundError(2, "none")) is None
    assert trouble_of(wrapped(sqlite3.OperationalError("no such table: kb_entry"))) is None


def test_the_page_for_faults_needs_no_database(django_assert_num_queries: Any, db: None) -> None:
    with django_assert_num_queries(0):
        response = trouble.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert b"Something broke" in response.content


def test_the_page_for_faults_needs_no_styles_either(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*names: str) -> None:
        raise ValueError("Missing staticfiles manifest entry")

    monkeypatch.setattr("config.trouble.loader.get_template", fail)
    response = trouble.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert b"Something broke" in response.content


def test_a_form_is_kept_without_its_secrets_and_sent_to_this_site_alone() -> None:
    typed = {"summary": '"><script>x</script>', "password": "zq-secret", "place": ["a", "b"]}
    request = RequestFactory().post("/admin/", typed)
    request.path = "//elsewhere.example/admin/"
    response = trouble.try_again(request, Trouble.BUSY)
    page = response.content.decode()
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert "<script>" not in page
    assert "zq-secret" not in page
    assert page.count('name="place"') == 2
    assert 'action="/elsewhere.example/admin/"' in page
    assert '<input type="password" id="again-1" name="password"' in page


def test_a_form_that_cannot_even_be_read_leads_back(monkeypatch: pytest.MonkeyPatch) -> None:
    request = RequestFactory().post("/admin/", {"summary": "x"})

    def fail(self: Any) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(type(request), "_load_post_and_files", fail)
    response = trouble.try_again(request, Trouble.FULL)
    assert response.status_code == 507
    assert b"Go back" in response.content
