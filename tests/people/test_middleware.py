"""Which doors to the editing interface stand open, and to whom?"""

import pytest
from django.test import Client

from people.choices import Role
from tests.factories import make_user

ADMIN = ("/admin/", "/admin/snippets/kb/entry/", "/admin/pages/", "/admin/no-such-page/", "/admin/users/")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ADMIN)
def test_somebody_without_an_account_is_led_to_the_login(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert "/account/login/" in response["Location"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ADMIN)
@pytest.mark.parametrize("roles", [[], [Role.CONTACT_POINT], [Role.AUDITOR], [Role.SECURITY_OFFICER]])
def test_a_member_without_work_there_gets_a_404_as_for_an_unknown_address(
    client: Client, path: str, roles: list[str]
) -> None:
    client.force_login(make_user(roles=roles))
    response, unknown = client.get(path), client.get("/no-such-address/")
    assert response.status_code == unknown.status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.CURATOR, Role.REVIEWER, Role.TRAINER, Role.ADMINISTRATOR])
def test_those_with_work_there_come_in(client: Client, role: str) -> None:
    client.force_login(make_user(roles=[role]))
    assert client.get("/admin/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["requested", "suspended", "ended"])
def test_a_role_without_an_active_membership_opens_no_door(client: Client, state: str) -> None:
    client.force_login(make_user(roles=[Role.CURATOR], state=state))
    assert client.get("/admin/").status_code == 404


@pytest.mark.django_db
def test_taking_a_role_away_closes_the_door_at_the_next_request(client: Client) -> None:
    user = make_user(roles=[Role.REVIEWER])
    client.force_login(user)
    assert client.get("/admin/").status_code == 200
    user.role_assignments.all().delete()
    assert client.get("/admin/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/login/", "/_util/login/"])
def test_wagtails_own_login_gives_no_session(client: Client, path: str) -> None:
    user = make_user(roles=[Role.REVIEWER], password="right password 1234")
    response = client.post(path, {"username": user.email, "password": "right password 1234"})
    assert response.status_code in {302, 404}
    assert "sessionid" not in client.cookies


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/admin/password_reset/", "/admin/reports/site-history/", "/admin/tag-autocomplete/kb/keyword/"]
)
def test_doors_that_are_closed_stay_closed_to_those_inside(client: Client, path: str) -> None:
    client.force_login(make_user(roles=list(Role), superuser=True))
    assert client.get(path).status_code == 404


@pytest.mark.django_db
def test_without_a_second_factor_a_privileged_person_sets_one_up_first(client: Client, settings: object) -> None:
    settings.DEMONSTRATION = False  # type: ignore[attr-defined]  # our own setting
    client.force_login(make_user(roles=[Role.REVIEWER]))
    response = client.get("/admin/")
    assert response.status_code == 302
    assert "2fa" in response["Location"] or "mfa" in response["Location"]


@pytest.mark.django_db
def test_what_a_signed_in_person_sees_is_kept_out_of_caches(client: Client) -> None:
    client.force_login(make_user(roles=[Role.REVIEWER]))
    assert "no-store" in client.get("/admin/")["Cache-Control"]
