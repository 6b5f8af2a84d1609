"""Whatever breaks: one branded page with every header and a number, one entry in the log under it, without the text."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config.logs import LineFormatter
from kb.models import Entry
from people.choices import Role
from tests.factories import make_entry, make_user
from tests.kb.admin_forms import edit_data

pytestmark = pytest.mark.django_db

TYPED = "zq-typed-by-somebody"
HEADERS = (
    "Content-Security-Policy",
    "X-Frame-Options",
    "X-Content-Type-Options",
    "Permissions-Policy",
    "Cross-Origin-Resource-Policy",
    "Cross-Origin-Embedder-Policy",
    "Cross-Origin-Opener-Policy",
    "Referrer-Policy",
)


class Lines(logging.Handler):
    """Writes as the site's own log does."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.setFormatter(LineFormatter("%(levelname)s %(name)s [%(request_id)s] %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def log() -> Any:
    handler = Lines()
    logging.getLogger().addHandler(handler)
    yield handler.lines
    logging.getLogger().removeHandler(handler)


def fail(*arguments: Any, **named: Any) -> Any:
    raise ValueError(f"cannot do this with {TYPED}")


def check(response: Any, log: list[str]) -> None:
    """Hold one answer and its one entry in the log against the rule."""
    page = response.content.decode()
    assert response.status_code == 500
    assert "PSA Commons" in page
    assert "Something broke" in page
    assert [name for name in HEADERS if name not in response.headers] == []
    assert response.headers["Cache-Control"] == "private, no-store"
    number = response.headers["X-Request-ID"]
    assert number in page
    assert TYPED not in page
    entries = [line for line in log if "Traceback" in line or "ValueError" in line]
    assert len(entries) == 1
    assert f"[{number}]" in entries[0]
    assert "in fail" in entries[0]
    assert not any(TYPED in line for line in log)


def test_f17_in_a_public_page(client: Client, log: list[str], monkeypatch: Any) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr("search.views.results.parse", fail)
    check(client.get("/search/", {"q": TYPED}), log)


def test_f17_in_the_editing_interface(client: Client, log: list[str], monkeypatch: Any) -> None:
    entry = make_entry(live=False)
    client.force_login(make_user(roles=[Role.CURATOR]))
    client.raise_request_exception = False
    path = reverse(Entry.snippet_viewset.get_url_name("edit"), args=[entry.pk])
    monkeypatch.setattr(Entry, "save_revision", fail)
    check(client.post(path, edit_data(entry, summary=TYPED)), log)


@pytest.mark.parametrize(
    "place",
    [
        "people.middleware.viewer_for",
        "django.contrib.sessions.backends.db.SessionStore.load",
        "django.middleware.locale.LocaleMiddleware.process_request",
        "people.middleware.PrivateResponseMiddleware.__call__",
    ],
)
def test_f17_in_any_layer(client: Client, log: list[str], monkeypatch: Any, place: str) -> None:
    client.force_login(make_user(roles=[Role.CURATOR]))
    client.raise_request_exception = False
    monkeypatch.setattr(place, fail)
    check(client.get(f"/admin/?q={TYPED}"), log)


def test_f17_the_next_request_is_answered(client: Client, log: list[str], monkeypatch: Any) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr("search.views.results.parse", fail)
    assert client.get("/search/").status_code == 500
    monkeypatch.undo()
    assert client.get("/search/").status_code == 200
