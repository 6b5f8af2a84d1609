"""f14: the shared cache is emptied, away or locked. Reading goes on; no try to sign in goes uncounted."""

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.core.cache.backends.db import DatabaseCache
from django.db import DatabaseError, OperationalError

from config.caches import CacheAway, SharedCache
from tests import machine, site
from tests.factories import PASSWORD

READ = ("/", "/search/?q=quillfeather", "/topics/", "/guidance/", "/sitemap.xml", "/account/login/")


def signed_in(port: int, password: str) -> tuple[int, bool]:
    """Send the form of the login as a browser does; return the status and whether a session came back."""
    _status, headers, text = site.ask(port, "/account/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)
    cookie = re.search(r"csrftoken=\w+", headers.get("Set-Cookie", ""))
    assert token is not None
    assert cookie is not None
    form = f"csrfmiddlewaretoken={token[1]}&login=writer%40example.org&password={password.replace(' ', '+')}"
    status, headers, _text = site.ask(
        port,
        "/account/login/",
        {"Cookie": cookie[0], "Content-Type": "application/x-www-form-urlencoded"},
        body=form,
    )
    return status, "sessionid" in headers.get("Set-Cookie", "")


@pytest.mark.skipif(machine.on_postgresql(), reason="the cache is in the database, and away where that is: see f12")
def test_f14_reading_goes_on_and_signing_in_waits(site_var: Path) -> None:
    env = site.environment(site_var)
    place = site_var / "cache.sqlite3"
    with site.serving(env, site_var / "f14.log") as port:
        assert signed_in(port, "wrong") == (200, False)
        assert signed_in(port, PASSWORD) == (302, True)

        # Emptied: nobody notices.
        with sqlite3.connect(place) as emptied:
            emptied.execute("DELETE FROM django_cache")
        emptied.close()
        assert signed_in(port, PASSWORD) == (302, True)

        # Locked by somebody who does not let go.
        lock = sqlite3.connect(place, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
        assert [site.ask(port, path)[0] for path in READ] == [200] * len(READ)
        for password in ("wrong", PASSWORD):
            status, session = signed_in(port, password)
            assert status in {429, 503}
            assert not session
        lock.execute("ROLLBACK")
        lock.close()
        assert signed_in(port, PASSWORD) == (302, True)

        # Gone: as often as one tries.
        for name in ("", "-wal", "-shm"):
            Path(f"{place}{name}").unlink(missing_ok=True)
        assert [site.ask(port, path)[0] for path in READ] == [200] * len(READ)
        assert {signed_in(port, password) for password in ("wrong", PASSWORD) * 4} == {(503, False)}

        site.run(env, "manage.py", "createcachetable", "--database", "cache")
        assert signed_in(port, PASSWORD) == (302, True)
    assert "Traceback" not in (site_var / "f14.log").read_text()


@pytest.fixture
def away(monkeypatch: Any) -> SharedCache:
    """Return a cache whose table cannot be reached."""

    def fails(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError("no such table")

    for name in ("get_many", "_base_set", "_base_delete_many"):
        monkeypatch.setattr(DatabaseCache, name, fails)
    return SharedCache("django_cache", {})


def test_f14_what_counts_says_that_it_cannot_and_what_only_speeds_up_does_without(away: SharedCache) -> None:
    for counting in (
        lambda: away.get("allauth:rl"),
        lambda: away.set("allauth:rl", 1),
        lambda: away.add("allauth:rl", 1),
        lambda: away.delete("allauth:rl"),
    ):
        with pytest.raises(CacheAway):
            counting()
    assert away.get("wagtail_site_root_paths", "otherwise") == "otherwise"
    away.set("wagtail_site_root_paths", 1)
    assert not away.add("wagtail_site_root_paths", 1)
    assert not away.delete("wagtail_site_root_paths")


@pytest.mark.django_db
def test_f14_a_counter_that_was_silently_not_stored_is_a_failure(monkeypatch: Any) -> None:
    monkeypatch.setattr(DatabaseCache, "_base_set", lambda *args, **kwargs: False)
    cache = SharedCache("django_cache", {})
    with pytest.raises(CacheAway) as raised:
        cache.set("allauth:rl", 1)
    assert isinstance(raised.value.__cause__, DatabaseError)
    with pytest.raises(CacheAway):
        cache.add("allauth:rl", 1)
