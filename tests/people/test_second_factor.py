"""The second factor: setting it up, being asked for it, losing it."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client
from django.urls import reverse

from people.choices import Role
from people.models import RoleAssignment
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client: Client):
    """Return somebody who has just signed in and proved it once more, as changing the factors asks for."""
    user = make_user(email="ada@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    proof = {"password": PASSWORD, "next": reverse("mfa_index")}
    assert client.post(reverse("account_reauthenticate"), proof).url == reverse("mfa_index")
    return user


def test_changing_the_factors_asks_for_the_password_once_more(client: Client) -> None:
    user = make_user(email="bob@example.org")
    client.force_login(user)
    assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def set_up(client: Client) -> str:
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r"<code>(\w+)</code>", page)[1]
    response = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert response.url == reverse("mfa_view_recovery_codes")
    return secret


@pytest.mark.django_db(transaction=True)
def test_an_app_is_set_up_with_a_code_and_gives_recovery_codes(client: Client, ada) -> None:
    set_up(client)
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"totp", "recovery_codes"}
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert len(re.findall(r"<li><code>\w+</code>", page)) == 10
    assert mail.outbox[-1].to == ["ada@example.org"]
    assert mail.outbox[-1].subject.startswith("PSA Commons: ")
    assert "tell the administrators" in mail.outbox[-1].body


def test_a_wrong_code_sets_up_nothing_and_says_so_at_the_field(client: Client, ada) -> None:
    client.get(reverse("mfa_activate_totp"))
    response = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert 'id="id_code_error"' in response.content.decode()
    assert not Authenticator.objects.exists()


def test_the_password_alone_no_longer_signs_in(client: Client, ada) -> None:
    set_up(client)
    other = Client()
    response = other.post(reverse("account_login"), {"login": ada.email, "password": PASSWORD})
    assert response.url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in other.session
    assert other.get(reverse("people:account")).status_code == 302
    wrong = other.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert 'id="id_code_error"' in wrong.content.decode()
    recovery = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    assert other.post(reverse("mfa_authenticate"), {"code": recovery}).status_code == 302
    assert other.session["_auth_user_id"] == str(ada.pk)


PAGES = [
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "account_change_password",
    "account_reauthenticate",
    "account_logout",
]
WITH_APP = ["mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_reauthenticate"]


def assert_ours(response) -> None:
    page = response.content.decode()
    assert response.status_code == 200
    assert '<header class="masthead">' in page
    assert page.count("<h1>") == 1
    assert not re.search(r'\sstyle="', page)
    # Under the site's policy only data may stand inside a script element.
    inline = re.findall(r"<script(?![^>]*\ssrc=)([^>]*)>", page)
    assert all('type="application/json"' in attributes for attributes in inline)
    assert not re.search(r"\son\w+=", page)
    assert "placeholder=" not in page


@pytest.mark.parametrize("name", PAGES)
def test_each_page_of_the_account_is_one_of_ours(client: Client, ada, name: str) -> None:
    assert_ours(client.get(reverse(name)))


@pytest.mark.parametrize("name", WITH_APP)
def test_each_page_that_needs_an_app_is_one_of_ours(client: Client, ada, name: str) -> None:
    set_up(client)
    assert_ours(client.get(reverse(name)))


@pytest.mark.parametrize(
    "name", ["account_login", "account_reset_password", "account_reset_password_done", "account_inactive"]
)
def test_each_page_before_the_door_is_one_of_ours(client: Client, name: str) -> None:
    assert_ours(client.get(reverse(name)))


def test_the_codes_can_be_downloaded_as_text(client: Client, ada) -> None:
    set_up(client)
    response = client.get(reverse("mfa_download_recovery_codes"))
    assert response.headers["Content-Type"].startswith("text/plain")
    assert len(response.content.split()) == 10


@pytest.mark.django_db(transaction=True)
def test_the_first_factor_ends_the_visits_that_began_without_one(client: Client, ada, settings) -> None:
    settings.DEMONSTRATION = False
    thief, other = Client(), Client()
    for browser in (thief, other):
        browser.post(reverse("account_login"), {"login": ada.email, "password": PASSWORD})
        assert browser.get(reverse("people:account")).status_code == 200
    set_up(client)
    RoleAssignment.objects.create(user=ada, role=Role.CURATOR)
    assert "_auth_user_id" not in thief.session
    assert thief.get("/admin/").status_code == 302
    assert client.get("/admin/").status_code == 200
    # Who signed in with one stays when another one is added.
    recovery = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    other.post(reverse("account_login"), {"login": ada.email, "password": PASSWORD})
    other.post(reverse("mfa_authenticate"), {"code": recovery})
    assert other.get("/admin/").status_code == 200
    added = Authenticator.objects.create(user=ada, type="webauthn", data={"name": "x", "credential": {}})
    authenticator_added.send(sender=Authenticator, request=None, user=ada, authenticator=added)
    assert other.get("/admin/").status_code == 200
