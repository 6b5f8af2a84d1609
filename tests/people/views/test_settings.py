"""Does a person's own page of settings keep what is right, say what is wrong, and hold at the next request?"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from people import audit, preferences
from people.models import Profile, User
from tests.factories import make_user
from tests.people.audit import log

pytestmark = pytest.mark.django_db
ADDRESS = "/you/settings/"
RIGHT = {
    "name": "  Ada   Lovelace ",
    "languages": ["fr", "en"],
    "expertise": ["explosives"],
    "time_zone": "Europe/Helsinki",
    "mail-review": "weekly",
    **{f"mail-{name}": "at-once" for name in ("marking", "admission", "own-membership")},
}


@pytest.fixture(autouse=True)
def fresh(ground: None) -> Iterator[None]:
    log.empty()
    yield


@pytest.fixture
def ada(client: Client) -> User:
    user = make_user("ada@example.org", name="Ada")
    client.force_login(user)
    return user


@pytest.fixture
def area() -> str:
    from people import expertise

    return expertise.areas()[0][0]


def test_what_is_right_is_kept_and_recorded_without_saying_what(client: Client, ada: User, area: str) -> None:
    assert client.post(ADDRESS, {**RIGHT, "expertise": [area]}).status_code == 302
    ada.refresh_from_db()
    profile = Profile.objects.get(user=ada)
    assert (ada.name, ada.time_zone) == ("Ada Lovelace", "Europe/Helsinki")
    assert (profile.languages, profile.expertise, profile.mails) == (["fr", "en"], [area], {"review": "weekly"})
    (row,) = log.events("profile-changed")
    assert (row.actor, row.data) == (ada.pk, "{}")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "   "},
        {"name": "x" * 121},
        {"name": "Ada\u202eadA"},
        {"time_zone": "Europe/Atlantis"},
        {"time_zone": "../../etc/passwd"},
        {"languages": ["xx"]},
        {"expertise": ["spying"]},
        {"mail-review": "hourly"},
    ],
)
def test_what_is_wrong_is_said_and_the_rest_is_kept_in_the_form(
    client: Client, ada: User, area: str, wrong: dict[str, Any]
) -> None:
    page = client.post(ADDRESS, {**RIGHT, "expertise": [area], **wrong})
    text = page.content.decode()
    assert page.status_code == 200
    assert "error-summary" in text
    assert '<option value="weekly" selected>' in text or "mail-review" in wrong
    ada.refresh_from_db()
    assert (ada.name, ada.time_zone) == ("Ada", "")
    assert not Profile.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "fact"),
    [
        ({"name": " "}, preferences.NameMissing),
        ({"time_zone": "Mars/Base"}, preferences.UnknownTimeZone),
        ({"languages": ["xx"]}, preferences.UnknownLanguage),
        ({"areas": ["spying"]}, preferences.UnknownExpertise),
        ({"mails": {"audit-broken": "never"}}, preferences.UnknownRhythm),
        ({"mails": {"made-up": "never"}}, preferences.UnknownRhythm),
        ({"mails": {"review": "hourly"}}, preferences.UnknownRhythm),
    ],
)
def test_the_verb_refuses_what_no_form_would_send(ada: User, wrong: dict[str, Any], fact: type[Exception]) -> None:
    with pytest.raises(fact):
        preferences.change(user=ada, **{"name": "Ada", **wrong})
    assert not Profile.objects.exists()


def test_an_area_that_the_vocabulary_has_lost_is_still_offered_to_whoever_named_it(client: Client, ada: User) -> None:
    Profile.objects.create(user=ada, expertise=["gone-since"])
    assert 'value="gone-since"' in client.get(ADDRESS).content.decode()
    assert client.post(ADDRESS, {**RIGHT, "expertise": ["gone-since"]}).status_code == 302


def test_times_are_shown_in_the_persons_own_zone_at_the_next_request(client: Client, ada: User) -> None:
    log.empty()
    audit.record(event=audit.Event.LOGIN, actor=ada.pk, kind="person", ids=[ada.pk])
    row = log.events()[0]
    address = reverse("people:sign_ins")
    seen = set()
    for zone in ("Pacific/Auckland", "America/New_York", ""):
        User.objects.update(time_zone=zone)
        seen.add(client.get(address).content.decode().split('<time datetime="')[1].split('"')[0][-6:])
    assert len(seen) == 3, row.at
    User.objects.update(time_zone="Nowhere/At_all")
    assert client.get(address).status_code == 200


def test_a_person_sees_the_own_sign_ins_and_nobody_elses(client: Client, ada: User) -> None:
    other = make_user()
    log.empty()
    audit.record(event=audit.Event.LOGIN, actor=ada.pk, kind="person", ids=[ada.pk], data={"method": "totp"})
    audit.record(event=audit.Event.LOGIN_FAILED, kind="person", ids=[ada.pk], outcome=audit.Outcome.FAILED)
    audit.record(event=audit.Event.ROLE_GIVEN, kind="person", ids=[ada.pk], data={"role": "auditor"})
    audit.record(event=audit.Event.LOGIN, actor=other.pk, kind="person", ids=[other.pk])
    page = client.get(reverse("people:sign_ins"))
    assert [line.row.event for line in page.context["lines"]] == ["login-failed", "login"]
    assert "code from an app" in page.content.decode()
    assert json.loads(log.events("role-given")[0].data) == {"role": "auditor"}


def test_while_the_log_is_away_the_page_says_so(client: Client, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_user: User) -> list[Any]:
        raise DatabaseError("gone")

    monkeypatch.setattr("people.audit.reading.own_history", away)
    assert "cannot be read at the moment" in client.get(reverse("people:sign_ins")).content.decode()


@pytest.mark.parametrize("address", [ADDRESS, "/you/sign-ins/", "/you/inbox/"])
def test_whoever_is_not_signed_in_is_led_to_the_login(client: Client, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("account_login"))
