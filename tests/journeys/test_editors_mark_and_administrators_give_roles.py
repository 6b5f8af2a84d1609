"""What the editing interface changes about markings and people holds at the next request; wrong persons find none."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Refused, Visit, problems
from tests.journeys.test_a_reviewer_publishes import LIST, _open_first
from tests.journeys.test_two_people_let_more_read import _found_again


def _press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).first.click()
    page.wait_for_load_state("networkidle")


def test_a_curator_asks_a_reviewer_agrees_and_takes_it_back(visit: Visit, refused: Refused) -> None:
    curator = visit("/admin/", as_="curator")
    _open_first(curator, "suspect+letter")
    title = curator.locator("#id_title").input_value()
    number = re.search(r"/edit/(\d+)/", curator.url)
    assert number is not None
    member = visit("/search/?marking=amber", as_="member")
    entry = str(member.get_by_role("link", name=title).first.get_attribute("href"))
    pages = {name: f"{LIST}{name}/{number[1]}/" for name in ("marking", "widen", "decide")}
    curator.goto(pages["widen"])
    curator.get_by_label(re.compile("TLP:GREEN –")).check()
    _press(curator, "Ask a second person")
    expect(
        curator.get_by_label(re.compile("TLP:GREEN –"))
    ).to_be_checked()  # a reason is missing; what was chosen stays
    assert problems(curator) == []
    curator.get_by_label("Why").fill("Every mail room could use it.")
    _press(curator, "Ask a second person")
    expect(curator.locator("body")).to_contain_text("Nothing changes before a second person has agreed")
    curator.goto(pages["decide"])
    expect(curator.get_by_role("button", name="Agree: it holds at once")).to_have_count(0)
    assert problems(curator) == []
    for place in pages.values():
        refused(place, "", "member", "outsider", "contact", "trainer", "administrator", "security", words=(title,))

    reviewer = visit("/admin/", as_="reviewer", width=390)
    reviewer.get_by_role("main").get_by_role("link", name=title).first.click()
    expect(reviewer.locator("main")).to_contain_text("Every mail room could use it.")
    assert problems(reviewer) == []
    _press(reviewer, "Agree: it holds at once")
    outsider = visit(entry, as_="outsider")
    expect(outsider.locator("h1")).to_have_text(title)
    refused(entry, "", "learner", "partner", words=(title,))

    reviewer.goto(pages["marking"])
    assert problems(reviewer) == []
    reviewer.get_by_label(re.compile("TLP:AMBER –")).check()
    _press(reviewer, "Change marking now")
    expect(reviewer.locator("main")).to_contain_text("circle")
    reviewer.get_by_label("Major events").check()
    _press(reviewer, "Change marking now")
    expect(reviewer.locator("body")).to_contain_text("The marking was changed")
    refused(entry, "outsider", words=(title,))
    _found_again(member, entry)


def test_an_administrator_gives_a_role_and_takes_it_away(visit: Visit, refused: Refused) -> None:
    administrator = visit("/admin/", as_="administrator")
    administrator.goto("/admin/users/?q=outsider")
    administrator.locator('table a[href*="/edit/"]').first.click()
    administrator.wait_for_url(re.compile("/edit/"))
    account = administrator.url
    refused(account, "", "member", "outsider", "curator", "contact", "trainer", words=("outsider@example.org",))
    outsider = visit("/", as_="outsider")
    assert outsider.request.get("/admin/").status == 404
    administrator.get_by_label("Trainer", exact=True).check()
    _press(administrator, "Save")
    try:
        outsider.goto("/admin/")
        expect(outsider.locator("body")).to_contain_text("Choose your work from the menu")
        assert outsider.request.get(LIST).status == 404
        outsider.goto("/search/?marking=amber")
        assert outsider.locator(".result-card").count() == 0  # no role lets anybody read more
    finally:
        administrator.goto(account)
        administrator.get_by_label("Trainer", exact=True).uncheck()
        _press(administrator, "Save")
    assert outsider.request.get("/admin/").status == 404
