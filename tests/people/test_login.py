"""The door: signing in, losing a password, and which other doors are closed."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from people.choices import Role
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def with_address(**options):
    """Return an account whose address is confirmed."""
    user = make_user(**options)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(client, email, password=PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": email, "password": password, **extra})


def errors_of(response):
    return re.findall(r'<div class="error-summary.*?</div>', response.content.decode(), re.DOTALL)


def test_a_person_signs_in_by_e_mail_whatever_the_case(client: Client) -> None:
    user = with_address(email="ada@example.org")
    response = sign_in(client, "Ada@Example.org")
    assert response.status_code == 302
    assert response.url == reverse("search:home")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_wrong_password_and_an_unknown_address_get_the_same_words(client: Client) -> None:
    with_address(email="ada@example.org")
    wrong = sign_in(client, "ada@example.org", "not the password")
    unknown = sign_in(client, "nobody@example.org", "not the password")
    assert wrong.status_code == unknown.status_code == 200
    assert len(errors_of(wrong)) == 1
    assert errors_of(wrong) == errors_of(unknown)
    assert "_auth_user_id" not in client.session


def test_an_empty_form_says_at_each_field_what_is_missing(client: Client) -> None:
    page = sign_in(client, "", "").content.decode()
    for field in ("id_login", "id_password"):
        assert f'href="#{field}"' in page
        assert f'id="{field}_error"' in page
        assert re.search(rf'<input[^>]*aria-describedby="{field}_error"[^>]*id="{field}"', page)


def test_after_signing_in_one_is_led_back_inside_the_site_but_never_out_of_it(client: Client) -> None:
    with_address(email="ada@example.org")
    assert sign_in(client, "ada@example.org", next="/fr/topics/").url == "/fr/topics/"
    client.logout()
    assert sign_in(client, "ada@example.org", next="https://evil.example/").url == reverse("search:home")


def test_an_unconfirmed_address_gets_a_message_instead_of_a_session(client: Client) -> None:
    make_user(email="new@example.org")
    response = sign_in(client, "new@example.org")
    assert response.url == reverse("account_email_verification_sent")
    assert "_auth_user_id" not in client.session
    link = re.search(r"http://testserver(\S+)", mail.outbox[0].body)[1]
    assert client.get(link).status_code == 200
    client.post(link)
    assert sign_in(client, "new@example.org").url == reverse("search:home")


def test_a_closed_account_is_told_so_only_with_the_right_password(client: Client) -> None:
    user = with_address(email="gone@example.org")
    user.is_active = False
    user.save()
    assert sign_in(client, "gone@example.org", "not the password").status_code == 200
    response = sign_in(client, "gone@example.org")
    assert response.status_code == 302
    assert "_auth_user_id" not in client.session
    assert client.get(response.url).status_code == 200


def test_asking_for_a_new_password_answers_alike_for_known_and_unknown_addresses(client: Client) -> None:
    with_address(email="ada@example.org")
    known = client.post(reverse("account_reset_password"), {"email": "ada@example.org"}, follow=True)
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain

    def text(page):
        return re.sub(r'value="[^"]*"', "", page.content.decode())

    assert text(known) == text(unknown)
    assert [message.to for message in mail.outbox] == [["ada@example.org"], ["nobody@example.org"]]
    assert "password/reset/key" in mail.outbox[0].body
    assert "http" not in mail.outbox[1].body


def test_the_link_in_the_mail_leads_to_a_new_password_once(client: Client) -> None:
    with_address(email="ada@example.org")
    client.post(reverse("account_reset_password"), {"email": "ada@example.org"})
    link = re.search(r"http://testserver(\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True)
    address = form.redirect_chain[-1][0]
    assert client.post(address, {"password1": "short", "password2": "short"}).status_code == 200
    new = "quite another long password"
    done = client.post(address, {"password1": new, "password2": new}, follow=True)
    assert done.status_code == 200
    assert sign_in(Client(), "ada@example.org").status_code == 200
    assert sign_in(Client(), "ada@example.org", new).status_code == 302
    assert "no longer works" in Client().get(link, follow=True).content.decode()


def test_an_account_without_a_password_gets_its_first_one_by_the_same_link(client: Client) -> None:
    user = with_address(email="new@example.org")
    user.set_unusable_password()
    user.save()
    assert sign_in(client, "new@example.org", "").status_code == 200
    client.post(reverse("account_reset_password"), {"email": "new@example.org"})
    link = re.search(r"http://testserver(\S+)", mail.outbox[0].body)[1]
    address = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(address, {"password1": PASSWORD, "password2": PASSWORD})
    assert sign_in(Client(), "new@example.org").status_code == 302


def test_signing_out_takes_a_click_and_empties_what_the_browser_kept(client: Client) -> None:
    with_address(email="ada@example.org")
    sign_in(client, "ada@example.org")
    assert client.get(reverse("account_logout")).status_code == 200
    assert "_auth_user_id" in client.session
    response = client.post(reverse("account_logout"), follow=True)
    assert response.redirect_chain[-1][0] == reverse("people:signed_out")
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "data-signed-out" in response.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("path", ["/admin/login/", "/_util/login/"])
def test_wagtails_own_login_is_closed(client: Client, path: str) -> None:
    with_address(email="curator@example.org", roles=[Role.CURATOR])
    response = client.post(path, {"username": "curator@example.org", "password": PASSWORD, "next": "/admin/"})
    assert response.status_code == 302
    assert "/account/login/" in response.url
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("path", ["/admin/password_reset/", "/admin/account/change_password/"])
def test_wagtails_own_password_pages_are_closed(client: Client, path: str) -> None:
    client.force_login(make_user(roles=[Role.CURATOR]))
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "name", ["email/", "password/set/", "login/code/confirm/", "login/code/", "2fa/webauthn/login/"]
)
def test_what_is_not_used_of_allauth_is_closed(client: Client, name: str) -> None:
    assert client.get(f"/account/{name}").status_code == 404
    client.force_login(make_user())
    assert client.get(f"/account/{name}").status_code == 404


def test_an_account_that_somebody_makes_opens_nothing_before_the_address_is_confirmed(client: Client) -> None:
    data = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), data)
    assert sign_in(client, "new@example.org").status_code == 302
    assert client.get(reverse("people:account")).status_code == 302


@pytest.mark.parametrize("path", ["/admin/", "/admin/pages/", "/admin/nothing-here/"])
def test_a_member_finds_nothing_where_the_editing_interface_is(client: Client, path: str) -> None:
    client.force_login(make_user())
    assert client.get(path).status_code == 404
    assert client.get(path).content == client.get("/no-such-page/").content.replace(b"/no-such-page/", path.encode())


def test_a_stranger_at_the_editing_interface_is_asked_to_sign_in(client: Client) -> None:
    response = client.get("/admin/")
    assert response.status_code == 302
    assert response.url == f"{reverse('account_login')}?next=/admin/"


@pytest.mark.parametrize("language", ["fr", "de"])
def test_the_door_speaks_the_language_of_its_address(client: Client, language: str) -> None:
    page = client.get(f"/{language}/account/login/")
    assert f'<html lang="{language}">' in page.content.decode()
    assert f'action="/{language}/account/login/"' in page.content.decode()


def test_a28_a_strangers_wrong_tries_slow_the_stranger_and_the_owner_still_gets_in(client: Client, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "100/m/ip,3/5m/key"}
    with_address(email="ada@example.org")
    stranger = Client(REMOTE_ADDR="192.0.2.7")
    answers = [sign_in(stranger, "ada@example.org", "not the password") for _ in range(4)]
    assert "too many" in answers[-1].content.decode().lower()
    assert sign_in(stranger, "ada@example.org").status_code != 302
    assert sign_in(client, "ada@example.org").status_code == 302


def test_a28_a_colleague_behind_the_same_address_still_gets_in(client: Client, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "100/m/ip,3/5m/key"}
    with_address(email="ada@example.org")
    for number in range(12):
        sign_in(client, f"nobody{number}@example.org", "not the password")
    assert sign_in(client, "ada@example.org").status_code == 302


def test_whoever_asks_for_links_too_often_is_told_to_wait(client: Client, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "2/m/ip"}
    answers = [client.post(reverse("account_reset_password"), {"email": "ada@example.org"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "<h1>Too many tries</h1>" in answers[-1].content.decode()


def test_a_form_from_elsewhere_is_refused_with_words() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = sign_in(strict, "ada@example.org")
    assert answer.status_code == 403
    assert "<h1>This form has grown too old</h1>" in answer.content.decode()
    assert "<style" not in answer.content.decode()


def test_an_anonymous_reader_gets_no_cookie(client: Client) -> None:
    client.get(reverse("search:home"))
    assert not client.cookies
