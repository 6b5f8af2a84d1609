"""a27: a new password by mail does not replace the second factor, and unknown addresses get the same answer."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("roles", [[], ["curator"], ["reviewer"], ["administrator"]])
def test_a27_the_second_factor_is_still_asked_for(client: Client, roles: list[str]) -> None:
    user = make_user("owner@example.org", roles=roles)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
    form = client.get(link.removeprefix("http://testserver"), follow=True).redirect_chain[-1][0]
    new = "quite another long password"
    answer = client.post(form, {"password1": new, "password2": new})
    assert answer.url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    client.post(reverse("account_login"), {"login": user.email, "password": new})
    assert "_auth_user_id" not in client.session
    assert client.get("/you/").status_code == 302


def test_a27_an_unknown_address_gets_the_same_page(client: Client) -> None:
    make_user("owner@example.org")
    answers = [
        client.post(reverse("account_reset_password"), {"email": address})
        for address in ("owner@example.org", "nobody@example.org")
    ]
    told = [(answer.status_code, answer.headers.get("Location"), answer.content) for answer in answers]
    assert told == [(302, reverse("account_reset_password_done"), b"")] * 2
    # Both write a mail, so that both take as long.
    assert [message.to for message in mail.outbox] == [["owner@example.org"], ["nobody@example.org"]]
