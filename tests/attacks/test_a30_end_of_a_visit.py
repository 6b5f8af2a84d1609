"""a30: a visit ends without activity, and after some hours in any case; what was typed survives."""

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from people import kept_forms, visits
from tests.factories import make_user

pytestmark = pytest.mark.django_db
MINE = "/you/"
TYPED = "Slow down the vans at the corner of the market"


@pytest.fixture(autouse=True)
def empty_store() -> None:
    caches["visits"].clear()


def at_work(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def later(monkeypatch, seconds: float) -> None:
    """Move the clock of visits."""
    now = visits.time.time()
    monkeypatch.setattr(visits.time, "time", lambda: now + seconds)


def test_a30_a_visit_without_activity_ends(monkeypatch, settings) -> None:
    settings.VISIT_IDLE_SECONDS = 300
    client = at_work(make_user())
    later(monkeypatch, 280)
    assert client.get(MINE).status_code == 200
    later(monkeypatch, 301)
    answer = client.get(MINE)
    assert answer.url == f"{reverse('account_login')}?next={MINE}"
    assert "_auth_user_id" not in client.session


def test_a30_activity_prolongs_a_visit_but_not_for_ever(monkeypatch, settings) -> None:
    settings.VISIT_IDLE_SECONDS, settings.VISIT_SECONDS = 300, 1000
    client = at_work(make_user())
    for _step in range(4):
        later(monkeypatch, 240)
        assert client.get(MINE).status_code == 200
    later(monkeypatch, 100)
    assert client.get(MINE).status_code == 302


@pytest.mark.parametrize(
    ("path", "method", "headers"),
    [
        ("/you/visit/", "get", {}),
        ("/topics/", "get", {"X-Background": "1"}),
        ("/admin/editing-sessions/ping/kb/entry/1/1/", "post", {"Accept": "application/json"}),
        ("/admin/snippets/kb/entry/edit/1/", "post", {"Accept": "application/json"}),
    ],
)
def test_a30_what_pages_do_by_themselves_is_no_activity(monkeypatch, settings, path, method, headers) -> None:
    settings.VISIT_IDLE_SECONDS = 300
    client = at_work(make_user(roles=["curator"]))
    later(monkeypatch, 200)
    getattr(client, method)(path, headers=headers)
    later(monkeypatch, 150)
    assert client.get(MINE).status_code == 302


def test_a30_whoever_asks_to_stay_stays(monkeypatch, settings) -> None:
    settings.VISIT_IDLE_SECONDS = 300
    client = at_work(make_user())
    later(monkeypatch, 200)
    assert client.get("/you/visit/?stay=1").status_code == 200
    later(monkeypatch, 150)
    assert client.get(MINE).status_code == 200


def test_a30_the_last_activity_is_written_once_a_minute(monkeypatch) -> None:
    client = at_work(make_user())
    written = []
    monkeypatch.setattr(caches["visits"], "set", lambda *args, **kwargs: written.append(args))
    for _read in range(3):
        client.get(MINE)
    assert written == []
    later(monkeypatch, 61)
    client.get(MINE)
    assert len(written) == 1


def test_a30_a_session_from_before_visits_had_an_end_is_over() -> None:
    client = at_work(make_user())
    session = client.session
    del session[visits.STARTED]
    session.save()
    assert client.get(MINE).status_code == 302


def too_late(client: Client, monkeypatch, path: str = "/admin/snippets/kb/entry/add/practice/", **more):
    later(monkeypatch, 3600)
    return client.post(path, {"title": TYPED, "password": "not to be kept", **more})


@pytest.mark.parametrize("path", ["/admin/snippets/kb/entry/add/practice/", "/you/visits/"])
def test_a30_a_form_that_comes_too_late_waits_for_its_sender(monkeypatch, path: str) -> None:
    user = make_user(roles=["curator"])
    client = at_work(user)
    answer = too_late(client, monkeypatch, path)
    assert answer.status_code == 302
    assert "/account/login/" in answer.url
    assert TYPED not in answer.url
    client.force_login(user)
    page = client.get(reverse("people:kept_forms")).content.decode()
    assert f'action="{path}"' in page
    assert f'value="{TYPED}"' in page
    assert "not to be kept" not in page
    client.post(reverse("people:kept_forms"))
    assert TYPED not in client.get(reverse("people:kept_forms")).content.decode()


def test_a30_a_second_tab_loses_nothing_either(monkeypatch) -> None:
    user = make_user(roles=["curator"])
    client = at_work(user)
    too_late(client, monkeypatch)
    client.post("/admin/snippets/kb/entry/add/lesson/", {"title": "From the second tab"})
    client.force_login(user)
    page = client.get(reverse("people:kept_forms")).content.decode()
    assert TYPED in page
    assert "From the second tab" in page


@pytest.mark.parametrize("roles", [[], ["curator"], ["administrator"]])
def test_a30_nobody_else_is_shown_the_form(monkeypatch, roles: list[str]) -> None:
    client = at_work(make_user(roles=["curator"]))
    too_late(client, monkeypatch)
    client.force_login(make_user(roles=roles))
    assert TYPED not in client.get(reverse("people:kept_forms")).content.decode()


def test_a30_a_superuser_is_not_shown_it_either(monkeypatch) -> None:
    client = at_work(make_user(roles=["curator"]))
    too_late(client, monkeypatch)
    client.force_login(make_user(superuser=True))
    assert TYPED not in client.get(reverse("people:kept_forms")).content.decode()


def test_a30_what_is_kept_is_sealed(monkeypatch) -> None:
    client = at_work(make_user(roles=["curator"]))
    too_late(client, monkeypatch)
    (name,) = client.session[kept_forms.SESSION_KEY]
    sealed = caches["visits"].get(kept_forms.place_of(name))
    assert sealed and TYPED not in sealed


def test_a30_a_forged_form_is_not_kept(monkeypatch) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(roles=["curator"]))
    assert too_late(client, monkeypatch).status_code == 403
    assert kept_forms.SESSION_KEY not in client.session


def test_a30_a_script_is_told_that_the_visit_ended(monkeypatch) -> None:
    client = at_work(make_user(roles=["curator"]))
    later(monkeypatch, 3600)
    answer = client.post("/admin/snippets/kb/entry/edit/1/", {}, headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json()["error_code"] == "signed_out"
