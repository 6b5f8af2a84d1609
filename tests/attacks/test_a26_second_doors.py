"""Does any door but the one login give a session to somebody who has a second factor?"""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from tests.attacks.people import KINDS, Cast
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

DOORS = ("/admin/login/", "/_util/login/", "/django-admin/login/", "/admin/", "/accounts/login/", "/api/auth/")


def test_a26_only_the_one_login_signs_in_and_it_asks_for_the_second_factor(cast: Cast) -> None:
    for kind in KINDS:
        user = cast.user(kind)
        if user is None:
            continue
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        TOTP.activate(user, "JBSWY3DPEHPK3PXP")
        form = {"login": user.email, "username": user.email, "email": user.email, "password": PASSWORD}
        for door in DOORS:
            client = Client()
            answer = client.post(door, form, follow=True)
            assert "_auth_user_id" not in client.session, (kind, door)
            assert answer.status_code in {200, 404}
        client = Client()
        assert client.post("/account/login/", form).url.startswith("/account/2fa/authenticate/")
        assert "_auth_user_id" not in client.session, kind
