"""An auditor finds who read an AMBER entry; people read their notices and say what they want to be told."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit, problems
from tests.journeys.test_a_reviewer_publishes import _choose, _open_first

PAGES = ("/you/", "/you/inbox/", "/you/settings/", "/you/sign-ins/")


def _sound(page: Page, name: str) -> None:
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert problems(page) == [], f"{name}, {width} px, {scheme}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways at {width} px"


@pytest.mark.parametrize("width", [390, 1280])
def test_an_auditor_finds_who_read_an_amber_entry(visit: Visit, width: int) -> None:
    reader = visit("/search/?marking=amber", as_="member", width=width, script=False)
    link = reader.locator(".result-card h2 a").first
    title = link.inner_text()
    link.click()
    key = re.search(r"/entries/(\w+)/", reader.url)
    assert key is not None
    auditor = visit("/you/", as_="auditor", width=width, script=False)
    auditor.get_by_role("link", name="Read the audit log").click()
    auditor.get_by_label("What happened").select_option("view")
    auditor.get_by_label("Entry or other object").fill(key[1])
    auditor.get_by_role("button", name="Show the rows").click()
    row = auditor.locator("#rows + div li").first
    expect(row).to_contain_text("Demonstration member")
    expect(row).to_contain_text("TLP:AMBER")
    assert title not in auditor.content()
    with auditor.expect_download() as taken:
        auditor.get_by_role("link", name="table (CSV)").click()
    assert key[1] in taken.value.path().read_text()
    auditor.goto("/you/audit/?event=audit-exported")
    expect(auditor.locator("#rows + div li").first).to_contain_text("Demonstration auditor")


@pytest.mark.parametrize("who", ["", "learner", "member", "curator", "reviewer", "contact", "administrator"])
def test_nobody_else_finds_the_audit_log(visit: Visit, who: str) -> None:
    page = visit("/", as_=who)
    assert page.request.get("/you/audit/").status == 404
    assert page.request.get("/you/audit/export/csv/").status == 404
    if who:
        page.goto("/you/")
        assert page.get_by_role("link", name="Read the audit log").count() == 0


def test_a_reviewer_is_told_of_a_review_and_reads_the_notice(visit: Visit) -> None:
    curator = visit("/admin/", as_="curator")
    _open_first(curator, "crowd")
    title = curator.locator("#id_title").input_value()
    curator.locator("#id_title").fill("Zqdraft crowd lanes end in the open")
    _choose(curator, "Submit")
    curator.wait_for_load_state("networkidle")
    page = visit("/you/", as_="reviewer", width=390, script=False)
    notices = page.locator(".masthead").get_by_role("link", name=re.compile(r"\d+ notices?"))
    for _try in range(40):  # the worker tells
        if notices.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    before = notices.inner_text()
    notices.click()
    # Other journeys may have given the reviewer something to decide on as well.
    first = page.locator("#notices + div li").filter(has_text=f"“{title}” waits for its technical review").first
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    first.get_by_role("button", name=re.compile("^Mark as read")).click()
    expect(first).to_contain_text("Read")
    expect(page.locator(".masthead")).not_to_contain_text(before)
    other = visit("/you/inbox/", as_="curator")
    assert title not in other.content()


def test_a_person_says_languages_time_zone_and_mails_without_script(visit: Visit) -> None:
    page = visit("/you/settings/", as_="outsider", script=False)
    page.get_by_label("Name", exact=True).fill(" ")
    page.get_by_label("Time zone").select_option("Europe/Helsinki")
    page.get_by_label("suomi").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.get_by_label("suomi")).to_be_checked()
    page.get_by_label("Name", exact=True).fill("Demonstration member of another circle")
    page.get_by_label("Entries that you may review").select_option("weekly")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Helsinki")
    page.goto("/you/sign-ins/")
    expect(page.locator("#rows + div li").first).to_contain_text("Name or preferences changed")
    expect(page.locator("#rows + div")).to_contain_text("Signed in · password")
    assert page.locator("#rows + div time").first.get_attribute("datetime").endswith(("+02:00", "+03:00"))


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_of_a_person_are_accessible(visit: Visit, path: str) -> None:
    _sound(visit(path, as_="member"), path)


def test_the_audit_log_is_accessible(visit: Visit) -> None:
    page = visit("/you/audit/", as_="security")
    _sound(page, "audit log")
    page.goto("/you/audit/?person=nobody%40example.org")
    expect(page.locator(".error-summary")).to_be_visible()
    _sound(page, "audit log with an error")
