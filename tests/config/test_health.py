"""Does `/health/` say one word to everybody, whatever is broken behind it?"""

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from people import duties
from people.models import WorkerPulse
from search import indexing
from search.engines.base import EngineUnavailable

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_order(index_dir: object) -> None:
    indexing.rebuild()
    WorkerPulse.objects.create(name="one", started_at=timezone.now(), seen_at=timezone.now())


def asked(client: Client, **extra: str) -> tuple[int, str]:
    answer = client.get("/health/", **extra)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "Content-Security-Policy" in answer.headers
    assert "X-Content-Type-Options" in answer.headers
    assert not answer.cookies
    return answer.status_code, answer.content.decode()


def test_all_is_well(client: Client, in_order: None, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(2):  # type: ignore[operator]  # a fixture of pytest-django
        assert asked(client) == (200, "ok\n")
    assert client.head("/health/").status_code == 200
    assert client.post("/health/").status_code == 405


def test_f08_without_an_index_the_site_lives_and_the_word_says_degraded(
    client: Client, in_order: None, settings
) -> None:
    settings.SEARCH_INDEX_DIR = settings.SEARCH_INDEX_DIR / "nowhere"
    assert asked(client) == (200, "degraded\n")


def test_f05_without_a_worker_the_word_says_degraded(client: Client, in_order: None) -> None:
    WorkerPulse.objects.update(seen_at=timezone.now() - 2 * duties.ALIVE_FOR)
    assert asked(client) == (200, "degraded\n")


def test_without_a_database_the_site_is_down(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise OperationalError("/secret/path/commons.sqlite3 is gone")

    monkeypatch.setattr(duties, "alive", gone)
    assert asked(client) == (503, "down\n")


def test_a13_a_monitor_needs_no_host_and_no_tls_and_learns_nothing_more(
    client: Client, in_order: None, settings
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert asked(client, HTTP_HOST="10.0.0.7") == (200, "ok\n")
    assert client.get("/health/details/", secure=True).status_code == 404


def test_f08_a_broken_index_does_not_break_the_answer(client: Client, in_order: None, monkeypatch) -> None:
    from config import health

    def broken() -> None:
        raise EngineUnavailable("no")

    monkeypatch.setattr(health, "engine", broken)
    assert asked(client) == (200, "degraded\n")
