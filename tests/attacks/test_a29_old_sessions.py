"""a29: whatever ends or lessens an account ends or lessens its sessions at the next request."""

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from kb.choices import Tlp
from tests.factories import PASSWORD, make_circle, make_entry, make_organisation, make_user

pytestmark = pytest.mark.django_db
MINE = "/you/"


def signed_in(user, **browser) -> Client:
    """Return a browser in which somebody signed in by the form."""
    EmailAddress.objects.get_or_create(user=user, email=user.email, verified=True, primary=True)
    client = Client(**browser)
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert client.get(MINE).status_code == 200
    return client


def is_dead(client: Client) -> bool:
    answer = client.get(MINE)
    return answer.status_code == 302 and "/account/login/" in answer.url


def test_a29_a_copied_session_is_dead_after_signing_out() -> None:
    client = signed_in(make_user())
    copied = Client()
    copied.cookies["sessionid"] = client.cookies["sessionid"].value
    client.post(reverse("account_logout"))
    assert is_dead(copied)


def test_a29_a_new_password_ends_every_session() -> None:
    user = make_user()
    here, there = signed_in(user), signed_in(user)
    new = "quite another long password"
    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert is_dead(there)
    assert is_dead(here)


def test_a29_another_address_ends_every_session() -> None:
    user = make_user()
    client = signed_in(user)
    user.email = "other@example.org"
    user.save()
    assert is_dead(client)


def test_a29_a_closed_account_ends_every_session() -> None:
    user = make_user()
    client = signed_in(user)
    user.is_active = False
    user.save()
    assert is_dead(client)


@pytest.mark.parametrize("change", ["membership", "circle", "role"])
def test_a29_what_was_taken_away_opens_nothing_any_more(change: str) -> None:
    circle = make_circle()
    user = make_user(roles=["curator"], organisation=make_organisation(circles=[circle]))
    entry = make_entry(label=Tlp.AMBER, circles=[circle])
    client = signed_in(user)
    path = "/admin/" if change == "role" else entry.get_absolute_url()
    assert client.get(path).status_code == 200
    if change == "membership":
        user.memberships.update(state="suspended")
    elif change == "circle":
        circle.organisations.clear()
    else:
        user.role_assignments.all().delete()
    assert client.get(path).status_code == 404


def test_a29_one_signs_out_one_other_browser_or_all_others() -> None:
    user = make_user()
    here, second, third = signed_in(user), signed_in(user), signed_in(user)
    row = UserSession.objects.get(session_key=second.session.session_key)
    here.post(reverse("people:end_visit", args=[row.pk]))
    assert is_dead(second)
    assert not is_dead(third)
    here.post(reverse("people:visits"))
    assert is_dead(third)
    assert not is_dead(here)


def test_a29_nobody_signs_out_somebody_else() -> None:
    owner = signed_in(make_user())
    row = UserSession.objects.get(session_key=owner.session.session_key)
    for wrong in (signed_in(make_user()), signed_in(make_user(superuser=True))):
        assert wrong.post(reverse("people:end_visit", args=[row.pk])).status_code == 404
    assert Client().post(reverse("people:end_visit", args=[row.pk])).status_code == 302
    assert not is_dead(owner)


def test_a29_the_list_holds_words_for_the_browser_and_no_address() -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    client = signed_in(make_user(), HTTP_USER_AGENT=agent, REMOTE_ADDR="192.0.2.77")
    row = UserSession.objects.get()
    assert (row.user_agent, row.ip) == ("Firefox, Linux", "192.0.2.0")
    page = client.get(reverse("people:visits")).content.decode()
    assert "Firefox, Linux" in page
    assert "192.0.2" not in page
