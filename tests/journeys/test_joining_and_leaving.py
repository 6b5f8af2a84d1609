"""People come in by themselves and leave by themselves: asked for, confirmed, vetted, read at once, gone for good."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD, Link, Visit, problems

MINISTRY = "Demonstration ministry of the interior, south"


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.fill(f'main [name="{name}"]', value)


def press(page: Page, words: str) -> None:
    page.get_by_role("main").get_by_role("button", name=words, exact=True).click()


def total(page: Page) -> int:
    page.goto("/search/")
    return int(page.locator(".found h1 strong").inner_text())


@pytest.mark.parametrize(("width", "script"), [(390, False), (1280, True)], ids=["phone-no-script", "desk"])
def test_somebody_asks_is_vetted_by_the_contact_point_and_reads_green_at_once(
    visit: Visit, link_to: Link, width: int, script: bool
) -> None:
    address = f"newcomer{width}@example.com"
    page = visit("/", width=width, script=script)
    everybody = total(page)
    page.get_by_role("link", name="Take part").click()
    page.get_by_role("link", name="Ask for access").click()
    assert problems(page) == [] if script else True
    fill(page, name=f"Newcomer {width}", email=address, reason="I prepare events.", password1="x", password2="x")
    page.select_option('main [name="organisation"]', label=MINISTRY)
    press(page, "Ask for access")
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator('main [name="reason"]')).to_have_value("I prepare events.")
    fill(page, password1=PASSWORD, password2=PASSWORD)
    press(page, "Ask for access")
    expect(page.locator("h1")).to_have_text("Confirm your e-mail address")

    point = visit("/you/requests/", as_="contact", width=width, script=script)
    expect(point.get_by_text(f"Newcomer {width}")).to_have_count(0)  # nobody reads it before the address is confirmed
    page.goto(link_to(address, "/account/confirm-email/"))
    press(page, "Yes, confirm it")
    fill(page, login=address, password=PASSWORD)
    press(page, "Sign in")
    assert total(page) == everybody

    point.reload()
    point.get_by_role("link", name=f"Newcomer {width}").click()
    assert problems(point) == [] if script else True
    for wrong in ("member", "outsider", "curator"):
        assert visit("/", as_=wrong).request.get(point.url).status == 404
    press(point, "Approve")
    expect(point.get_by_role("status")).to_contain_text("Approved")
    assert total(page) > everybody
    page.goto("/search/?marking=green")
    assert page.locator(".result-card").count() == 3


def test_an_invited_person_makes_an_account_and_is_ended_at_once(visit: Visit, link_to: Link) -> None:
    point = visit("/you/organisations/", as_="contact", script=False)
    fill(point, email="guest@example.com")
    press(point, "Invite")
    page = visit(link_to("guest@example.com", "/join/invited/"), script=False)
    fill(page, name="Guest", password1=PASSWORD, password2=PASSWORD)
    press(page, "Make my account")
    fill(page, login="guest@example.com", password=PASSWORD)
    press(page, "Sign in")
    reads = total(page)
    point.reload()
    point.get_by_role("link", name="Guest").click()
    press(point, "End the membership")
    assert total(page) < reads


def test_a_learner_takes_the_data_along_and_leaves_for_good(visit: Visit, link_to: Link) -> None:
    page = visit("/account/signup/", script=False)
    fill(page, email="leaver@example.com", password1=PASSWORD, password2=PASSWORD)
    press(page, "Make my account")
    page.goto(link_to("leaver@example.com", "/account/confirm-email/"))
    press(page, "Yes, confirm it")
    fill(page, login="leaver@example.com", password=PASSWORD)
    press(page, "Sign in")
    page.goto("/you/leave/")
    fill(page, password=PASSWORD)  # once more
    page.locator('main form button:not([type="button"])').first.click()
    assert page.request.get("/you/data/").headers["content-type"] == "application/zip"
    page.goto("/you/leave/")
    fill(page, email="somebody@example.com")
    press(page, "Delete my account")
    expect(page.locator(".error-summary")).to_be_visible()
    fill(page, email="leaver@example.com")
    press(page, "Delete my account")
    expect(page.locator("h1")).to_have_text("Your account is deleted")
    page.goto("/account/login/")
    fill(page, login="leaver@example.com", password=PASSWORD)
    press(page, "Sign in")
    expect(page.locator(".error-summary")).to_be_visible()


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("", "/join/"),
        ("", "/join/request/"),
        ("", "/account/signup/"),
        ("", "/join/invited/"),
        ("contact", "/you/organisations/"),
        ("contact", "/you/requests/"),
        ("administrator", "/you/organisations/"),
        ("administrator", "/you/organisations/new/"),
    ],
)
def test_the_pages_of_joining_are_accessible(visit: Visit, who: str, path: str) -> None:
    page = visit(path, as_=who)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        assert problems(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
