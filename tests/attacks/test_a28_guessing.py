"""a28: guessing is slowed by account, whatever the addresses, and the owner still gets in."""

import re
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.core.cache.backends.db import DatabaseCache
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string

from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
OWNER = "owner@example.org"


@pytest.fixture(autouse=True)
def limits(settings) -> None:
    from config.settings import base

    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS
    user = make_user(OWNER)
    EmailAddress.objects.create(user=user, email=OWNER, verified=True, primary=True)


def attempt(client: Client, password: str) -> bool:
    """Try to sign in; return whether that worked."""
    client.post(reverse("account_login"), {"login": OWNER, "password": password})
    worked = "_auth_user_id" in client.session
    if worked:
        client.post(reverse("account_logout"))
    return worked


def guess_from_many_addresses(times: int = 12) -> None:
    for number in range(times):
        assert not attempt(Client(REMOTE_ADDR=f"198.51.100.{number}"), "wrong")


def test_a28_many_addresses_do_not_get_more_tries_at_one_account() -> None:
    guess_from_many_addresses()
    assert not attempt(Client(REMOTE_ADDR="203.0.113.9"), PASSWORD)


def test_a28_the_owners_browser_gets_in_meanwhile() -> None:
    owner = Client(REMOTE_ADDR="192.0.2.1")
    assert attempt(owner, PASSWORD)
    guess_from_many_addresses()
    assert attempt(owner, PASSWORD)


def test_a28_a_made_up_cookie_makes_no_browser_known(settings) -> None:
    guess_from_many_addresses()
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    stranger.cookies[settings.KNOWN_BROWSER_COOKIE] = "WyJ4IixbIngiXV0:1abc:forged"
    assert not attempt(stranger, PASSWORD)


def test_a28_the_cookie_of_one_account_opens_no_other(settings) -> None:
    other = make_user("other@example.org")
    EmailAddress.objects.create(user=other, email=other.email, verified=True, primary=True)
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    stranger.post(reverse("account_login"), {"login": other.email, "password": PASSWORD})
    stranger.post(reverse("account_logout"))
    assert settings.KNOWN_BROWSER_COOKIE in stranger.cookies
    guess_from_many_addresses()
    assert not attempt(stranger, PASSWORD)


def test_a28_a_known_browser_has_limits_of_its_own() -> None:
    owner = Client(REMOTE_ADDR="192.0.2.1")
    assert attempt(owner, PASSWORD)
    for number in range(12):
        owner.defaults["REMOTE_ADDR"] = f"192.0.2.{number + 1}"
        assert not attempt(owner, "wrong")
    assert not attempt(owner, PASSWORD)


def test_a28_whoever_reads_the_mail_of_the_account_gets_in_meanwhile() -> None:
    guess_from_many_addresses()
    owner = Client(REMOTE_ADDR="192.0.2.1")
    owner.post(reverse("account_reset_password"), {"email": OWNER})
    link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
    form = owner.get(link.removeprefix("http://testserver"), follow=True).redirect_chain[-1][0]
    new = "quite another long password"
    owner.post(form, {"password1": new, "password2": new})
    assert "_auth_user_id" in owner.session
    owner.post(reverse("account_logout"))
    assert attempt(owner, new)


def test_a28_one_address_does_not_get_more_tries_by_changing_accounts() -> None:
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    for number in range(101):
        stranger.post(reverse("account_login"), {"login": f"nobody{number}@example.org", "password": "wrong"})
    assert not attempt(stranger, PASSWORD)
    assert attempt(Client(REMOTE_ADDR="192.0.2.1"), PASSWORD)


def test_a28_all_processes_of_a_site_count_together() -> None:
    """The cache in which tries are counted is a table; one in the memory of each process would multiply the limits."""
    where = Path(settings.BASE_DIR) / "config" / "settings"
    for name in ("demo", "production"):
        caches = re.search(r"^CACHES = {.*?^}", (where / f"{name}.py").read_text("utf-8"), re.MULTILINE | re.DOTALL)
        assert caches, name
        backends = re.findall(r'"BACKEND": "([\w.]+)"', caches[0])
        assert backends, name
        assert all(issubclass(import_string(backend), DatabaseCache) for backend in backends), name
