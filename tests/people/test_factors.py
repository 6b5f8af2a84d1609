"""Who must have a second factor, and what opens before one is there?"""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from people import factors
from people.choices import Role
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def real(settings):
    settings.DEMONSTRATION = False


def give(user, kind: str = Authenticator.Type.TOTP) -> Authenticator:
    return Authenticator.objects.create(user=user, type=kind, data={"secret": "x"})


@pytest.mark.parametrize("role", list(Role))
def test_every_role_is_led_to_a_second_factor_from_every_page(client: Client, real, role: str) -> None:
    user = make_user(roles=[role])
    client.force_login(user)
    for path in ("/", "/you/", "/topics/", "/admin/" if role == Role.CURATOR else "/search/"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers.get("Location")) == (302, reverse("mfa_index")), path
    page = client.get(reverse("mfa_index")).content.decode()
    assert "Set up one of these two now." in page
    give(user)
    assert client.get("/you/").status_code == 200


def test_a_superuser_without_any_role_needs_one_too(client: Client, real) -> None:
    client.force_login(make_user(superuser=True, member=False))
    assert client.get("/").status_code == 302


def test_recovery_codes_alone_are_no_factor(client: Client, real) -> None:
    user = make_user(roles=[Role.REVIEWER])
    give(user, Authenticator.Type.RECOVERY_CODES)
    client.force_login(user)
    assert client.get("/").status_code == 302


def test_members_and_those_whose_membership_ended_need_none(client: Client, real) -> None:
    for user in (make_user(), make_user(roles=[Role.CURATOR], state="ended"), make_user(member=False)):
        client.force_login(user)
        assert client.get("/you/").status_code == 200


def test_in_the_demonstration_it_is_left_to_everybody(client: Client) -> None:
    client.force_login(make_user(roles=[Role.ADMINISTRATOR]))
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("name", ["mfa_index", "account_logout"])
def test_enrolment_and_the_way_out_stay_open(client: Client, real, name: str) -> None:
    client.force_login(make_user(roles=[Role.CURATOR]))
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("kind", factors.STRONG)
def test_the_last_factor_of_a_privileged_person_stays(real, kind: str) -> None:
    user = make_user(roles=[Role.CURATOR])
    only = give(user, kind)
    assert not factors.FactorAdapter().can_delete_authenticator(only)
    give(user, next(other for other in factors.STRONG if other != kind))
    assert factors.FactorAdapter().can_delete_authenticator(only)


def test_a_member_may_take_the_last_factor_away(real) -> None:
    assert factors.FactorAdapter().can_delete_authenticator(give(make_user()))


def test_the_last_key_is_not_removed_by_its_own_page(client: Client, real, monkeypatch) -> None:
    user = make_user(roles=[Role.CURATOR])
    only = give(user, Authenticator.Type.WEBAUTHN)
    client.force_login(user)
    flow = "allauth.account.internal.flows.reauthentication.is_reauthentication_required"
    monkeypatch.setattr(flow, lambda *args, **kwargs: False)
    address = reverse("mfa_remove_webauthn", args=[only.pk])
    assert client.post(address).url == reverse("mfa_list_webauthn")
    assert Authenticator.objects.filter(pk=only.pk).exists()
    give(user)
    client.post(address)
    assert not Authenticator.objects.filter(pk=only.pk).exists()
