"""Is there one door only? Every way in that Wagtail brings along is closed, in every language."""

import pytest
from django.test import Client

from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("prefix", ["", "/fr", "/de"])
@pytest.mark.parametrize(
    "path", ["/admin/login/", "/_util/login/", "/django-admin/login/", "/_util/authenticate_with_password/1/1/"]
)
def test_a26_a_right_password_opens_no_second_door(prefix: str, path: str) -> None:
    user = make_user("reviewer@example.org", roles=["reviewer"])
    client = Client()
    answer = client.post(prefix + path, {"username": user.email, "login": user.email, "password": PASSWORD})
    assert answer.status_code in {302, 404}
    if answer.status_code == 302:
        assert "/account/login/" in answer.headers["Location"]
    assert "_auth_user_id" not in client.session
