"""A contact point declines, suspends and confirms its people, shares a circle with a partner; nobody else can."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD, Link, Refused, Visit, problems
from tests.journeys.test_joining_and_leaving import MINISTRY, fill, press, total

Manage = Callable[..., None]
OTHERS = ("member", "outsider", "partner", "curator", "auditor", "security")


def _address(page: Page, name: str | re.Pattern[str]) -> str:
    """Follow the link to somebody or something, and return where it leads."""
    page.get_by_role("main").get_by_role("link", name=name).first.click()
    page.wait_for_load_state()
    return page.url


def test_a_request_is_passed_on_and_declined_and_the_applicant_alone_reads_why(visit: Visit, refused: Refused) -> None:
    point = visit("/you/requests/", as_="contact", width=390, script=False)
    request = _address(point, "Demonstration applicant")
    refused(request, "", "learner", "applicant", *OTHERS, words=("The head of the events unit knows me",))
    press(point, "Pass it on to the administrators")
    expect(point.get_by_role("status")).to_contain_text("Passed on")
    assert point.request.get(request).status == 404

    administrator = visit(request, as_="administrator")
    assert problems(administrator) == []
    administrator.get_by_label("Why not").fill(" ")
    press(administrator, "Decline")
    expect(administrator.locator(".error-summary")).to_be_visible()
    administrator.get_by_label("Why not").fill("The ministry asks you to come with a letter.")
    press(administrator, "Decline")
    expect(administrator.get_by_role("status")).to_contain_text("Declined")
    applicant = visit("/you/", as_="applicant", width=390, script=False)
    expect(applicant.locator("main")).to_contain_text("The ministry asks you to come with a letter.")
    applicant.goto("/join/request/")
    expect(applicant.locator("main")).to_contain_text("You may ask again from")
    expect(applicant.get_by_role("main").get_by_role("button")).to_have_count(0)
    for other in (visit("/you/", as_="member"), point):
        other.goto("/you/")
        assert "come with a letter" not in other.content()


def test_a_suspended_member_reads_as_everybody_does_until_somebody_vouches_again(
    visit: Visit, refused: Refused
) -> None:
    reviewer = visit("/", as_="reviewer", script=False)
    everything = total(reviewer)
    point = visit("/you/organisations/", as_="contact", width=390)
    membership = _address(point, "Demonstration reviewer")
    refused(membership, "", "learner", "reviewer", *OTHERS, words=("reviewer@example.org",))
    assert problems(point) == []
    press(point, "Suspend")
    expect(point.get_by_role("status")).to_contain_text("Suspended")
    try:
        assert total(reviewer) < everything
        assert reviewer.request.get("/admin/").status == 404
        assert reviewer.request.get("/marking/").status == 404
    finally:
        point.goto(membership)
        press(point, "Confirm for a year")
    expect(point.get_by_role("status")).to_contain_text("Confirmed for a year")
    assert total(reviewer) == everything


def test_a_membership_ends_by_itself_and_is_confirmed_on_one_page(
    visit: Visit, refused: Refused, manage: Manage
) -> None:
    partner = visit("/", as_="partner", script=False)
    point = visit("/you/organisations/", as_="administrator", width=390, script=False)
    place = _address(point, "Demonstration partner agency")
    refused(place, "", "partner", "contact", *OTHERS, words=("partner@example.org",))
    set_day = (
        "from people.models import Membership as M; from django.utils.timezone import localdate as day;"
        "from datetime import timedelta as d;"
        "M.objects.filter(user__email='partner@example.org').update(expires_date=day() - d(days=1))"
    )
    partner.goto("/marking/")
    expect(partner.locator("h1")).to_have_text("Markings: requests and answers")
    manage("shell", "-c", set_day)
    partner.goto("/marking/")
    expect(partner.locator("h1")).to_have_text("There is nothing we can show you here")
    point.reload()
    due = _address(point, "1 membership has to be confirmed")
    refused(due, "", "partner", "contact", "member", words=("partner@example.org",))
    point.get_by_label(re.compile("Demonstration partner, partner@example.org")).check()
    press(point, "Confirm for a year")
    expect(point.get_by_role("status")).to_contain_text("Confirmed for a year: 1")
    partner.goto("/marking/")
    expect(partner.locator("h1")).to_have_text("Markings: requests and answers")


def test_a_new_organisation_comes_in_by_its_contact_point_and_nobody_elses_account_takes_it_up(
    visit: Visit, refused: Refused, link_to: Link
) -> None:
    address = "harbour@example.com"
    administrator = visit("/you/organisations/", as_="administrator", script=False)
    _address(administrator, "Invite a new organisation")
    refused(administrator.url, "", "contact", *OTHERS)
    fill(administrator, name="Demonstration harbour", country="B1", email=address)
    press(administrator, "Set it up and invite")
    expect(administrator.locator(".error-summary")).to_be_visible()
    fill(administrator, country="BE")
    press(administrator, "Set it up and invite")
    expect(administrator.get_by_role("status")).to_contain_text("its contact point is invited")

    link = link_to(address, "/join/invited/")
    wrong = visit(link, as_="member", width=390)
    expect(wrong.locator("main")).to_contain_text("sent to another address")
    expect(wrong.get_by_role("main").get_by_role("button", name="Accept")).to_have_count(0)
    assert problems(wrong) == []
    assert address not in wrong.content()
    cut = visit(link[:-6], width=390)
    expect(cut.locator("h1")).to_have_text("This invitation no longer holds")
    assert problems(cut) == []

    point = visit(link, width=390)
    assert problems(point) == []
    fill(point, name="Harbour officer", password1=PASSWORD, password2=PASSWORD)
    press(point, "Make my account")
    fill(point, login=address, password=PASSWORD)
    press(point, "Sign in")
    point.goto("/you/organisations/")
    expect(point.locator("h1")).to_have_text("Demonstration harbour")
    expect(point.locator("main")).not_to_contain_text(MINISTRY)
    again = visit(link)
    expect(again.locator("h1")).to_have_text("This invitation no longer holds")


def test_a_circle_is_proposed_to_a_partner_joined_and_left(visit: Visit, refused: Refused) -> None:
    point = visit("/you/organisations/", as_="contact", width=390)
    place = point.url
    _address(point, "Propose a circle")
    assert problems(point) == []
    expect(point.locator("main")).not_to_contain_text(
        "Demonstration rail operator"
    )  # not listed, in no circle of theirs
    refused(point.url, "", *OTHERS)
    fill(point, name="Joint drills at sea", purpose="Those who practise together.")
    point.get_by_label("Demonstration partner agency").check()
    press(point, "Propose it")
    expect(point.locator("main")).to_contain_text("asked, not answered yet: Demonstration partner agency")
    partner = visit("/you/", as_="partner", script=False)
    expect(partner.locator("main")).not_to_contain_text("Joint drills at sea")

    administrator = visit("/you/organisations/", as_="administrator")
    _address(administrator, "Demonstration partner agency")
    expect(administrator.locator("main")).to_contain_text("asked into the circle Joint drills at sea")
    assert problems(administrator) == []
    administrator.get_by_role("button", name=re.compile("^Join.*Joint drills")).click()
    expect(administrator.get_by_role("status")).to_contain_text("in the circle")
    partner.reload()
    expect(partner.locator("main")).to_contain_text("Joint drills at sea")

    point.goto(place)
    expect(point.locator("main")).not_to_contain_text("asked, not answered yet: Demonstration partner agency")
    _address(point, re.compile("^Leave this circle.*Joint drills"))
    refused(point.url, "", *OTHERS, words=("Joint drills",))
    assert problems(point) == []
    press(point, "Leave it")
    expect(point.get_by_role("status")).to_contain_text("has left the circle")
    point.goto("/you/")
    expect(point.locator("main")).not_to_contain_text("Joint drills at sea")


@pytest.mark.parametrize("path", ["/you/organisations/", "/you/requests/", "/you/organisations/new/"])
def test_those_who_answer_for_nobody_find_no_people(refused: Refused, path: str) -> None:
    refused(path, "", "learner", "applicant", *OTHERS)
