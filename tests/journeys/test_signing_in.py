"""People come in by app, by passkey and by an identity provider, and the wrong people do not; nothing typed is lost."""

import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Page

from tests.identity_provider import CLIENT, SECRET, next_time, running
from tests.journeys.conftest import PASSWORD, ROOT, Visit, problems
from tests.journeys.conftest import sign_in as by_password
from tests.machine import free_port

TYPED = "Typed before the visit had ended"


def give_password(page: Page, who: str, password: str = PASSWORD) -> None:
    page.goto("/account/login/")
    page.fill('input[name="login"]', f"{who}@example.org")
    page.fill('input[name="password"]', password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()


def code_for(secret: str, step: int = 0) -> str:
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[0] + step))


def make_sure(page: Page) -> None:
    """Give the password once more where the site asks for it."""
    if "/reauthenticate/" in page.url:
        page.fill('input[name="password"]', PASSWORD)
        page.locator("main form button").first.click()
        page.wait_for_load_state()


def forget_factors(manage: Callable[..., None], who: str) -> None:
    words = "from allauth.mfa.models import Authenticator as A;"
    manage("shell", "-c", f"{words} A.objects.filter(user__email='{who}@example.org').delete()")


def test_a_person_sets_up_an_app_and_signs_in_with_it_and_nobody_else_does(visit: Visit, manage) -> None:
    page = visit("/account/2fa/totp/activate/", as_="trainer", width=390)
    make_sure(page)
    secret = page.locator("code").first.inner_text()
    page.fill('input[name="code"]', code_for(secret))
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    assert page.locator("ol code").count() == 10
    recovery = page.locator("ol code").first.inner_text()
    page.reload()
    assert recovery not in page.content(), "recovery codes are shown once"
    try:
        stranger = visit("/", script=False)
        give_password(stranger, "trainer")
        assert "/2fa/authenticate/" in stranger.url
        stranger.fill('input[name="code"]', "000000")
        stranger.locator("main form button").first.click()
        assert stranger.locator("#id_code_error").is_visible()
        stranger.goto("/you/")
        assert "/account/2fa/authenticate/" in stranger.url

        # The code that set it up is used; a recovery code opens once.
        owner = visit("/", script=False, width=390)
        give_password(owner, "trainer")
        owner.fill('input[name="code"]', recovery)
        owner.locator("main form button").first.click()
        owner.wait_for_load_state()
        owner.goto("/you/")
        assert owner.get_by_role("heading", name="Your account", exact=True).is_visible()
        thief = visit("/", script=False)
        give_password(thief, "trainer")
        thief.fill('input[name="code"]', recovery)
        thief.locator("main form button").first.click()
        assert thief.locator("#id_code_error").is_visible()
    finally:
        forget_factors(manage, "trainer")


def virtual_key(page: Page) -> None:
    """Put a key into the browser that answers by itself."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_person_signs_in_with_a_passkey_and_nobody_elses_key_fits(visit: Visit, manage) -> None:
    page = visit("/", as_="reviewer")
    virtual_key(page)
    page.goto("/account/2fa/webauthn/add/")
    make_sure(page)
    page.fill('input[name="name"]', "The key of the test")
    page.locator("#mfa_webauthn_add, main form button").first.click()
    page.wait_for_url(re.compile("recovery-codes|2fa/$"))
    try:
        page.goto("/account/logout/")
        page.locator("main form button").first.click()
        give_password(page, "reviewer")
        assert "/2fa/authenticate/" in page.url
        assert problems(page) == []
        page.get_by_role("button", name="Use a security key or passkey").click()
        page.wait_for_url(lambda url: "/account/" not in url)
        page.goto("/you/")
        assert "/account/login/" not in page.url

        stranger = visit("/")
        virtual_key(stranger)
        give_password(stranger, "reviewer")
        stranger.get_by_role("button", name="Use a security key or passkey").click()
        stranger.wait_for_timeout(1500)
        stranger.goto("/you/")
        assert "/account/2fa/authenticate/" in stranger.url
    finally:
        forget_factors(manage, "reviewer")


def send_too_late(page: Page, manage: Callable[..., None]) -> None:
    """Type into a form of the editing interface, let the visit end, and send it."""
    page.goto("/admin/snippets/kb/entry/")
    page.locator("a[href*='/edit/']").first.click()
    page.wait_for_load_state()
    page.fill('input[name="title"]', TYPED)
    manage("shell", "-c", "from django.core.cache import caches; caches['visits'].clear()")
    form = page.locator('input[name="title"]').locator("xpath=ancestor::form")
    form.locator('button[type="submit"]').first.click(no_wait_after=True, force=True)
    page.wait_for_url(re.compile("/account/login/"))
    assert TYPED.replace(" ", "+") not in page.url


def test_what_was_typed_comes_back_after_the_visit_has_ended(visit: Visit, manage) -> None:
    page = visit("/", as_="curator")
    send_too_late(page, manage)
    page.fill('input[name="login"]', "curator@example.org")
    page.fill('input[name="password"]', PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile("/you/kept/"))
    assert TYPED in page.content()
    assert problems(page) == []
    page.get_by_role("button", name="Send again").first.click()
    page.wait_for_load_state()
    assert "/admin/" in page.url
    assert TYPED in page.content()


def test_somebody_else_at_the_same_browser_does_not_see_it(visit: Visit, manage) -> None:
    page = visit("/", as_="curator")
    send_too_late(page, manage)
    by_password(page, "member")
    page.goto("/you/kept/")
    assert page.get_by_role("heading", name="Nothing is waiting here").is_visible()
    assert TYPED not in page.content()


def test_a_page_says_that_the_visit_is_about_to_end_and_goes_on(visit: Visit) -> None:
    page = visit("/", as_="member", width=390)
    page.route("**/you/visit/", lambda route: route.fulfill(json={"seconds": 60}))
    page.goto("/you/")
    notice = page.get_by_role("alert")
    notice.wait_for(state="visible")
    assert problems(page) == []
    page.unroute("**/you/visit/")
    notice.get_by_role("button", name="Stay signed in").click()
    notice.wait_for(state="hidden")


@pytest.fixture
def provided(site: str, site_environment: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Serve the same site once more, with an identity provider; yields its address and the provider's."""
    with running() as issuer:
        port = free_port()
        environment = {
            **site_environment,
            "OIDC_ISSUER": issuer,
            "OIDC_CLIENT_ID": CLIENT,
            "OIDC_CLIENT_SECRET": SECRET,
        }
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        try:
            for _attempt in range(150):
                try:
                    urllib.request.urlopen(f"http://localhost:{port}/robots.txt", timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.2)
            yield f"http://localhost:{port}", issuer
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=20)


@pytest.mark.parametrize("script", [True, False])
def test_a_person_signs_in_by_the_identity_provider(visit: Visit, provided: tuple[str, str], script: bool) -> None:
    address, issuer = provided
    page = visit("/", script=script, width=390)
    page.goto(f"{address}/account/login/?next=/topics/")
    page.get_by_role("button", name="Sign in with EU Login").click()
    page.wait_for_url(f"{address}/topics/")
    page.goto(f"{address}/you/")
    assert page.get_by_text("ada@example.org").is_visible()

    next_time(issuer, claims={"nonce": "another"})
    wrong = visit("/", script=script)
    wrong.goto(f"{address}/account/login/")
    wrong.get_by_role("button", name="Sign in with EU Login").click()
    assert wrong.get_by_role("heading", name="Signing in did not work").is_visible()
    if script:
        assert problems(wrong) == []
    wrong.goto(f"{address}/you/")
    assert "/account/login/" in wrong.url
