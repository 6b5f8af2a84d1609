"""Everybody sees what their clearance reaches, and nobody sees or counts more."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit


def _total(page: object) -> int:
    return int(page.locator(".found h1 strong").inner_text())


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_member_sees_green_and_anonymous_does_not(visit: Visit, width: int, script: bool) -> None:
    page = visit("/search/", as_="member", width=width, script=script)
    anonymous = visit("/search/", width=width, script=script)
    assert _total(page) > _total(anonymous)
    page.goto("/search/?marking=green")
    assert page.locator(".result-card").count() == 3
    page.locator(".result-card h2 a").first.click()
    expect(page.locator("main header .tlp-label").first).to_have_attribute("value", "TLP:GREEN")
    expect(page.locator("main")).to_contain_text("marked for show")
    assert anonymous.request.get(page.url).status == 404


def test_amber_is_seen_in_its_circle_and_neither_seen_nor_counted_outside(visit: Visit) -> None:
    inside, outside = visit("/search/", as_="member"), visit("/search/", as_="outsider")
    both = _total(inside) - _total(outside)
    inside.goto("/search/?marking=amber-strict")
    strict = _total(inside)
    inside.goto("/search/?marking=amber")
    assert both == _total(inside) + strict  # what other journeys hid meanwhile is missing in all of them
    amber = [link.get_attribute("href") for link in inside.locator(".result-card h2 a").all()]
    words = inside.locator(".result-card h2 a").all_inner_texts()
    assert len(amber) >= 2
    for href, title in zip(amber, words, strict=True):
        assert outside.request.get(href).status == 404
        outside.goto("/search/?q=" + title)
        assert title not in outside.locator(".found").inner_text()
    assert "TLP:AMBER" not in visit("/search/", as_="outsider").content()


@pytest.mark.parametrize("who", ["", "learner", "partner"])
def test_those_without_clearance_read_clear_only(visit: Visit, who: str) -> None:
    page = visit("/search/", as_=who)
    assert _total(page) == _total(visit("/search/"))
    assert not re.search(r"TLP:(GREEN|AMBER)", page.content())


def test_a_member_who_tries_the_editing_interface_finds_nothing(visit: Visit) -> None:
    page = visit("/", as_="member")
    assert page.request.get("/admin/").status == 404
    assert page.request.get("/admin/snippets/kb/entry/").status == 404


def test_wrong_password_keeps_the_address_and_says_what_to_do(visit: Visit) -> None:
    page = visit("/account/login/")
    page.fill('input[name="login"]', "member@example.org")
    page.fill('input[name="password"]', "not the password")
    page.click('main form button:not([type="button"])')
    assert page.input_value('input[name="login"]') == "member@example.org"
    expect(page.locator("main")).to_contain_text("not correct")


def test_signing_out_closes_what_was_open(visit: Visit) -> None:
    page = visit("/you/", as_="member")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/search/?marking=green")
    assert page.locator(".tlp-label[value='TLP:GREEN']").count() == 0
