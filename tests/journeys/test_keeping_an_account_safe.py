"""A person sees where the account is open, closes it, looks after keys and recovery codes; nobody else does."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit, problems
from tests.journeys.test_signing_in import code_for, forget_factors, give_password, make_sure, virtual_key

Manage = Callable[..., None]


def _press(page: Page, words: str) -> None:
    page.get_by_role("main").get_by_role("button", name=words, exact=True).click()
    page.wait_for_load_state()


def _signed_in(page: Page) -> bool:
    page.goto("/you/")
    return "/account/login/" not in page.url


def _sent(page: Page, address: str) -> int:
    """Send an empty form there, as a page of the site would, and return the status."""
    page.goto("/you/")
    token = str(page.locator('input[name="csrfmiddlewaretoken"]').first.get_attribute("value"))
    return page.request.post(address, form={"csrfmiddlewaretoken": token}, max_redirects=0).status


def test_a_person_signs_out_a_lost_telephone_and_then_everywhere_else(visit: Visit) -> None:
    here = visit("/", as_="auditor", width=390, script=False)
    lost = visit("/", as_="auditor", user_agent="Telephone of the test")
    office = visit("/", as_="auditor")
    here.goto("/you/visits/")
    row = here.locator("main li", has_text="Telephone of the test")
    expect(row).to_have_count(1)
    end = str(row.locator("form").get_attribute("action"))
    # To somebody else that visit does not exist, neither to be seen nor to be ended.
    stranger = visit("/you/visits/", as_="member")
    assert "Telephone of the test" not in stranger.content()
    assert problems(stranger) == []
    assert _sent(stranger, end) == 404
    assert _signed_in(lost)
    row.get_by_role("button", name=re.compile("^Sign out")).click()
    expect(here.locator("main")).not_to_contain_text("Telephone of the test")
    assert not _signed_in(lost)
    assert _signed_in(office)
    here.goto("/you/visits/")
    _press(here, "Sign out everywhere else")
    assert not _signed_in(office)
    assert _signed_in(here)
    assert _signed_in(stranger)


def test_a_key_is_named_and_removed_and_is_nobody_elses_to_remove(visit: Visit, manage: Manage) -> None:
    page = visit("/", as_="security", width=390)
    virtual_key(page)
    try:
        page.goto("/account/2fa/webauthn/add/")
        make_sure(page)
        assert problems(page) == []
        page.fill('input[name="name"]', "Key at the desk")
        _press(page, "Add the key")
        page.wait_for_url(re.compile("recovery-codes"))
        codes = page.locator("ol code").all_inner_texts()
        page.goto("/account/2fa/webauthn/")
        assert problems(page) == []
        remove = str(page.get_by_role("link", name="Remove Key at the desk").get_attribute("href"))
        page.get_by_role("link", name="Rename Key at the desk").click()
        make_sure(page)
        rename = page.url
        page.get_by_label("Name of the key").fill("Key at home")
        _press(page, "Save the name")
        expect(page.locator("main")).to_contain_text("Key at home")

        stranger = visit("/account/2fa/", as_="contact")
        for address in (remove, rename):
            stranger.goto(address)
            make_sure(stranger)
            assert stranger.goto(address).status == 404
            assert _sent(stranger, address) == 404
            assert "Key at home" not in stranger.content()

        # New recovery codes make the old ones worthless.
        page.goto("/account/2fa/recovery-codes/generate/")
        make_sure(page)
        assert problems(page) == []
        _press(page, "Make new codes")
        fresh = page.locator("ol code").all_inner_texts()
        assert len(fresh) == 10
        assert not set(fresh) & set(codes)
        other = visit("/", script=False)
        give_password(other, "security")
        other.fill('input[name="code"]', codes[0])
        _press(other, "Sign in")
        expect(other.locator("#id_code_error")).to_be_visible()
        other.fill('input[name="code"]', fresh[0])
        _press(other, "Sign in")
        assert _signed_in(other)

        page.goto(remove)
        make_sure(page)
        assert problems(page) == []
        _press(page, "Remove the key")
        expect(page.locator("main")).not_to_contain_text("Key at home")
        last = visit("/", script=False)
        give_password(last, "security")
        assert _signed_in(last)
    finally:
        forget_factors(manage, "security")


def test_an_app_is_removed_by_whoever_can_prove_to_own_the_account(visit: Visit, manage: Manage) -> None:
    page = visit("/account/2fa/totp/activate/", as_="auditor", script=False)
    make_sure(page)
    try:
        secret = page.locator("code").first.inner_text()
        page.fill('input[name="code"]', "000000")
        _press(page, "Switch it on")
        expect(page.locator(".error-summary")).to_be_visible()
        assert page.locator("code").first.inner_text() == secret, "the app has read this key already"
        page.fill('input[name="code"]', code_for(secret))
        _press(page, "Switch it on")
        page.goto("/account/2fa/totp/deactivate/")
        make_sure(page)
        _press(page, "Remove the app")
        page.goto("/account/2fa/")
        expect(page.get_by_role("link", name="Set up an app")).to_be_visible()
    finally:
        forget_factors(manage, "auditor")


SIGNED_IN_LONG_AGO = """
from django.contrib.sessions.models import Session
from people.models import User
person = str(User.objects.get(email="outsider@example.org").pk)
for row in Session.objects.all():
    data = row.get_decoded()
    if data.get("_auth_user_id") == person:
        data.pop("account_authentication_methods", None)
        row.session_data = Session.objects.encode(data)
        row.save()
"""


def test_whoever_comes_upon_an_open_browser_does_not_get_past_the_password(visit: Visit, manage: Manage) -> None:
    page = visit("/", as_="outsider", script=False)
    manage("shell", "-c", SIGNED_IN_LONG_AGO)
    for path in ("/account/2fa/totp/activate/", "/account/2fa/webauthn/add/", "/you/leave/", "/you/data/"):
        page.goto(path)
        assert "/reauthenticate/" in page.url, path
        page.fill('input[name="password"]', "not the password")
        page.locator("main form button").first.click()
        expect(page.locator(".error-summary")).to_be_visible()
        page.goto(path)
        assert "/reauthenticate/" in page.url, path
    page.goto("/account/password/change/")
    expect(page.get_by_label("Password now")).to_be_visible()
