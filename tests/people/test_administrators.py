"""The first administrator comes in by a link that holds once, for a day."""

import datetime
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from people import administrators
from people.choices import MembershipState, OrganisationKind, Role
from people.models import Membership, Organisation, User
from people.roles import Action
from people.viewers import viewer_of

pytestmark = pytest.mark.django_db
NEW = {"password1": "a new long password", "password2": "a new long password"}


def appoint(email: str = "boss@example.org", organisation: str = "Ministry") -> User:
    return administrators.appoint(email=email, organisation=organisation, kind=OrganisationKind.AUTHORITY)


def follow(client: Client, path: str) -> bool:
    """Open a link and choose a password; return whether the link still held."""
    page = client.get(path, follow=True)
    if not page.redirect_chain:
        assert "This link no longer works" in page.content.decode()
        return False
    client.post(page.redirect_chain[-1][0], NEW)
    return True


def test_the_account_administers_and_belongs_somewhere() -> None:
    user = appoint()
    assert viewer_of(user).may(Action.ADMINISTER)
    assert Membership.objects.get(user=user).state == MembershipState.ACTIVE
    assert not user.has_usable_password()
    assert administrators.has_administrator()


def test_the_link_sets_a_password_once(client: Client) -> None:
    user = appoint()
    path = administrators.path_of_link(user)
    assert follow(client, path)
    user.refresh_from_db()
    assert user.check_password(NEW["password1"])
    assert not follow(Client(), path)
    login = Client().post(reverse("account_login"), {"login": user.email, "password": NEW["password1"]})
    assert login.status_code == 302


def test_the_link_is_over_after_a_day(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.auth.tokens import PasswordResetTokenGenerator

    path = administrators.path_of_link(appoint())
    later = datetime.datetime.now() + datetime.timedelta(hours=24, minutes=1)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: later)
    assert not follow(client, path)


def test_another_call_renews_the_link_of_an_unused_account(client: Client) -> None:
    first = administrators.path_of_link(appoint())
    second = administrators.path_of_link(appoint())
    assert User.objects.count() == 1
    assert not follow(Client(), first)
    assert follow(client, second)


def test_an_account_in_use_is_left_alone() -> None:
    User.objects.create_user("boss@example.org", "a password in use")
    with pytest.raises(administrators.NotAppointed, match="in use"):
        appoint("Boss@example.org")
    assert not administrators.has_administrator()


def test_somebody_with_work_in_the_editing_interface_is_led_to_a_second_factor(client: Client, settings) -> None:
    user = appoint()
    follow(Client(), administrators.path_of_link(user))
    settings.DEMONSTRATION = False
    login = client.post(reverse("account_login"), {"login": user.email, "password": NEW["password1"]})
    assert login.url == reverse("mfa_activate_totp")


def test_a_mail_server_that_is_away_does_not_undo_the_password(client: Client, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    user = appoint()
    page = client.get(administrators.path_of_link(user), follow=True)
    assert client.post(page.redirect_chain[-1][0], NEW).status_code == 302
    user.refresh_from_db()
    assert user.check_password(NEW["password1"])


def test_the_command_prints_a_link_that_opens(client: Client) -> None:
    told = StringIO()
    call_command("create_administrator", " Boss@Example.org ", organisation="Ministry", country="pt", stdout=told)
    link = re.search(r"http://localhost:8000(/account/password/reset/key/\S+)", told.getvalue())
    assert link
    assert follow(client, link[1])
    assert Organisation.objects.get(name="Ministry").country == "PT"
    assert User.objects.get(email="boss@example.org").role_assignments.get().role == Role.ADMINISTRATOR


@pytest.mark.parametrize(
    ("email", "options"),
    [("nobody", {}), ("a@example.org", {"country": "PRT"}), ("a@example.org", {"organisation": " "})],
)
def test_the_command_says_what_is_no_address_no_country_or_no_name(email: str, options: dict[str, str]) -> None:
    with pytest.raises(CommandError):
        call_command("create_administrator", email, **options)
    assert User.objects.count() == 0
