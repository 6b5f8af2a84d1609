"""A security officer walks a spill to its end: told, purged, confirmed, closed; a false alarm comes back at once."""

import re

from playwright.sync_api import Page, expect

from tests import machine
from tests.journeys.conftest import Refused, Visit, problems
from tests.journeys.test_an_editor_uploads import upload
from tests.journeys.test_two_people_let_more_read import _amber, _found_again

OTHERS = ("", "member", "outsider", "curator", "reviewer", "contact", "administrator", "auditor")


def _fetch(page: Page, place: str) -> None:
    page.goto(place)
    with page.expect_download():
        page.get_by_role("button", name="Fetch the file").click()


def _report(page: Page, about: str) -> None:
    page.goto(f"/report/{about}/")
    page.get_by_role("link", name="It gives somebody or some place away").click()
    page.get_by_role("button", name="Send the report").click()
    expect(page.locator("main")).to_contain_text("hidden from everybody now")


def _open(officer: Page, key: str) -> str:
    """Open the spill about a thing, and return its address."""
    officer.goto("/spills/")
    officer.locator("main li", has_text=key).get_by_role("link").first.click()
    officer.wait_for_url(re.compile(r"/spills/\d+/"))
    return officer.url


def _press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()
    page.wait_for_load_state()


def test_a_file_is_reported_purged_and_closed_once_everybody_who_had_it_was_told(
    visit: Visit, refused: Refused
) -> None:
    title = "Rota of the night shift"
    file = upload(visit("/admin/", as_="curator"), "files", title, "TLP:AMBER", "Major events")
    place = f"/media/{file}/file"
    member, reporter = visit("/", as_="member", width=390, script=False), visit("/", as_="reviewer", width=390)
    _fetch(member, place)
    _fetch(reporter, place)
    _report(reporter, f"file/{file}")
    refused(place, *OTHERS, "security", words=(title,))

    officer = visit("/spills/", as_="security", width=390)
    spill = _open(officer, file)
    refused(spill, *OTHERS, words=(file,))
    assert title not in officer.content()
    officer.get_by_label("What do we learn from it?").fill("Rotas do not belong here.")
    _press(officer, "Close this spill")
    expect(officer.locator(".error-summary")).to_contain_text("Some steps are still to be taken")
    expect(officer.get_by_label("What do we learn from it?")).to_have_value("Rotas do not belong here.")
    assert problems(officer) == []
    _press(officer, "Tell them by the site")
    expect(officer.get_by_role("status")).to_contain_text("Told by the site: 1")
    _press(officer, "I informed the competent security authority")
    officer.get_by_label("Remove it and purge its whole text").check()
    _press(officer, "Decide")
    _press(officer, "Purge the whole text now")
    expect(officer.get_by_role("status")).to_contain_text("Its text is gone")
    _press(officer, "Backups are dealt with")
    _press(officer, "Tell all who are not told yet")
    expect(officer.locator("main")).to_contain_text("Demonstration member")
    expect(officer.locator("main")).to_contain_text("has not confirmed")
    assert problems(officer) == []

    member.goto("/spills/mine/")
    expect(member.locator("main")).to_contain_text(file)
    assert title not in member.content()
    _press(member, "I have deleted everything I had")
    expect(member.locator("main")).to_contain_text("You confirmed this on")
    source = visit("/spills/mine/", as_="contact", width=390)
    assert problems(source) == []
    expect(source.locator("main")).to_contain_text("may come from your organisation")
    source.get_by_role("button", name="I have taken note").first.click()
    assert file not in visit("/spills/mine/", as_="outsider").content()

    def cleaned() -> bool:
        officer.goto(spill)
        return officer.locator("dt", has_text="Not yet").count() == 0

    machine.wait_until(cleaned, why=lambda: officer.locator("dl.pairs").inner_text())
    officer.get_by_label("What do we learn from it?").fill("Rotas do not belong here.")
    _press(officer, "Close this spill")
    expect(officer.locator("main")).to_contain_text(file)
    officer.goto(spill)
    expect(officer.locator("main")).to_contain_text("Rotas do not belong here.")
    expect(officer.get_by_role("main").get_by_role("button")).to_have_count(0)
    assert problems(officer) == []
    refused(place, "member", "curator", "security")


def test_a_false_alarm_is_shown_again_at_once(visit: Visit, refused: Refused) -> None:
    reporter = visit("/", as_="contact", script=False)
    entry = _amber(reporter)
    reporter.goto(entry)
    title = reporter.locator("h1").inner_text()
    key = entry.strip("/").rpartition("/")[2]
    _report(reporter, f"entry/{key}")
    refused(entry, "member", "contact", "curator", "security", words=(title,))
    officer = visit("/spills/", as_="security")
    _open(officer, key)
    officer.get_by_label("False alarm: show it again").check()
    _press(officer, "Decide")
    member = visit(entry, as_="member")
    expect(member.locator("h1")).to_have_text(title)
    officer.get_by_label("What do we learn from it?").fill("A name of a street that every town has.")
    _press(officer, "Close this spill")
    expect(officer.locator("h1")).to_have_text("Spills")
    reporter.goto("/reports/")
    expect(reporter.locator("main li", has_text=key).first).to_contain_text("It gives somebody or some place away")
    _found_again(member, entry)
