"""A reviewer edits an entry in the editing interface, publishes it, and readers find the change."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit

LIST = "/admin/snippets/kb/entry/"


def _open_first(page: Page, words: str) -> None:
    page.goto(f"{LIST}?q={words}")
    page.locator('table a[href*="/edit/"]').first.click()
    page.wait_for_url(re.compile("/edit/"))
    page.wait_for_load_state("networkidle")


def _choose(page: Page, action: str) -> None:
    """Open the menu of the foot and press one of its buttons."""
    if not page.locator(f"footer button:has-text('{action}')").first.is_visible():
        page.locator("footer [data-w-dropdown-target='toggle'], footer button[aria-label*='ctions']").first.click()
    page.locator(f"footer button:has-text('{action}')").first.click()


def _found(page: Page, words: str, seconds: float = 6) -> bool:
    """Does a search find the words within the time that publishing may take?"""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        page.goto(f"/search/?q=%22{words}%22")
        if page.locator(".result-card").count():
            return True
        page.wait_for_timeout(250)
    return False


def test_a_reviewer_edits_and_publishes_and_readers_find_the_change(visit: Visit) -> None:
    page = visit("/admin/", as_="reviewer")
    _open_first(page, "bleeding")
    title = page.locator("#id_title")
    title.fill("Quetzalcode kits hang beside every public defibrillator")
    _choose(page, "Publish")
    page.wait_for_load_state("networkidle")
    expect(page.locator("body")).to_contain_text("published")
    reader = visit("/")
    assert _found(reader, "quetzalcode")


def test_a_draft_of_a_curator_reaches_no_reader(visit: Visit) -> None:
    page = visit("/admin/", as_="curator")
    _open_first(page, "insider")
    page.locator("#id_title").fill("Zyxdraft roles are rated for the board")
    page.locator("footer button:has-text('Save draft')").first.click()
    page.wait_for_load_state("networkidle")
    assert page.locator("footer button:has-text('Publish')").count() == 0
    reader = visit("/")
    assert not _found(reader, "zyxdraft", seconds=2.5)


def test_an_incomplete_entry_is_kept_as_a_draft_and_says_what_is_missing(visit: Visit) -> None:
    page = visit("/admin/", as_="reviewer")
    _open_first(page, "trial")
    page.locator("#id_not_when").fill("")
    page.locator("#id_title").fill("Trial day without its limits")
    _choose(page, "Publish")
    page.wait_for_load_state("networkidle")
    expect(page.locator("body")).to_contain_text("Say when not to use it")
    assert page.locator("#id_title").input_value() == "Trial day without its limits"
    assert not _found(visit("/"), "without its limits", seconds=2)


@pytest.mark.parametrize("who", ["curator", "reviewer", "trainer", "administrator"])
def test_people_of_the_editing_interface_see_only_their_part(visit: Visit, who: str) -> None:
    page = visit("/admin/", as_=who)
    expect(page.locator("body")).to_contain_text("PSA Commons")
    may_edit = who in {"curator", "reviewer"}
    assert (page.request.get(LIST).status == 200) is may_edit
    if not may_edit:
        assert "marked for show" not in page.content()
