"""A member reports what gives somebody away; the security officer purges it; nobody else gets near it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit, problems


def _entry(page: Page) -> str:
    """Return the address of the last of all results: what other journeys look for stands before it."""
    page.goto("/search/?page=999")
    return str(page.locator(".result-card h2 a").last.get_attribute("href"))


@pytest.mark.parametrize(("width", "script"), [(390, False), (1280, True)], ids=["phone-no-script", "desk"])
def test_a_member_reports_and_the_security_officer_takes_the_words_out(visit: Visit, width: int, script: bool) -> None:
    member = visit("/", as_="member", width=width, script=script)
    address = _entry(member)
    member.goto(address)
    title = member.locator("h1").inner_text()
    member.get_by_role("link", name=re.compile("^Report: ")).click()
    member.get_by_role("link", name="It gives somebody or some place away").click()
    expect(member.locator("main")).to_contain_text("Do not repeat what you found")
    member.get_by_label("The title").check()
    member.get_by_role("button", name="Send the report").click()
    expect(member.locator("main")).to_contain_text("hidden from everybody now")
    for who in ("member", "curator", "reviewer", "administrator", ""):
        assert visit("/", as_=who).request.get(address).status == 404
    assert title not in visit("/search/?page=999", as_="reviewer").content()

    officer = visit("/spills/", as_="security", width=width, script=script)
    officer.get_by_role("link", name=re.compile(r"^Spill \d+")).first.click()
    assert title not in officer.content()
    place = officer.url
    for who in ("member", "curator", "reviewer", "administrator"):
        assert visit("/", as_=who).request.get(place).status == 404
    if script:
        assert problems(officer) == []
    officer.get_by_role("button", name="Open the text").click()
    expect(officer.locator("main")).to_contain_text(title)
    if script:
        assert problems(officer) == []
    officer.goto(place)
    officer.get_by_label("Take words out, then").check()
    officer.get_by_role("button", name="Decide").click()
    officer.get_by_label("Words to take out").fill(title)
    officer.get_by_role("button", name="Take them out everywhere").click()
    expect(officer.locator("body")).to_contain_text("Open the text to check")
    officer.get_by_role("button", name="Open the text").click()
    expect(officer.locator("main")).not_to_contain_text(title)
    expect(officer.locator("main")).to_contain_text("[…]")


def test_a_stranger_reports_what_is_out_of_date_without_a_cookie_and_an_editor_answers(visit: Visit) -> None:
    stranger = visit("/search/", script=False)
    stranger.locator(".result-card h2 a").first.click()
    stranger.get_by_role("link", name="Report something about this page").click()
    stranger.get_by_role("link", name="It is out of date").click()
    stranger.get_by_role("button", name="Send the report").click()
    stranger.get_by_label("What is the matter?").fill("The guide was replaced.")
    stranger.get_by_role("button", name="Send the report").click()
    expect(stranger.locator("main")).to_contain_text("Somebody who edits here looks at it")
    assert stranger.context.cookies() == []
    assert visit("/reports/", as_="member").get_by_text("Waiting for an answer").count() == 0

    curator = visit("/reports/", as_="curator")
    assert problems(curator) == []
    curator.get_by_role("link", name="It is out of date").first.click()
    expect(curator.locator("main")).to_contain_text("The guide was replaced.")
    curator.get_by_label("Put right").check()
    curator.get_by_role("button", name="Answer").click()
    assert curator.url.endswith("/reports/")
    expect(curator.locator("main")).to_contain_text("Nothing waits")
