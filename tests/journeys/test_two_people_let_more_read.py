"""More readers, a question to the source, a recall: each in a browser, and each tried by the wrong person."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import machine
from tests.journeys.conftest import Visit, problems


def _amber(page: Page) -> str:
    """Return the address of an AMBER entry that the person may read."""
    page.goto("/search/?marking=amber")
    return str(page.locator(".result-card h2 a").first.get_attribute("href"))


def _found_again(page: Page, entry: str) -> None:
    """Wait until the index holds the entry as it was before the journey: other journeys count what is there."""

    def found() -> bool:
        page.goto("/search/?marking=amber")
        return page.locator(f".result-card a[href='{entry}']").count() > 0

    machine.wait_until(found, why=lambda: page.url)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_the_source_asks_and_a_second_person_agrees(visit: Visit, script: bool) -> None:
    first = visit("/", as_="contact", width=390, script=script)
    entry = _amber(first)
    first.goto(entry)
    first.get_by_role("link", name="Change who may read").click()
    first.get_by_role("link", name="Let more people read").click()
    first.locator("form label", has_text="TLP:GREEN").click()
    first.get_by_label("Why").fill("Every advisor can use it.")
    if script:
        assert problems(first) == []
    first.get_by_role("button", name="Ask a second person").click()
    expect(first.get_by_role("status")).to_contain_text("Nothing changes before")
    # The one who asked finds no way to agree, and others find nothing at all.
    first.goto("/marking/")
    request = str(first.locator("main a[href*='/marking/requests/']").first.get_attribute("href"))
    first.goto(request)
    expect(first.get_by_role("button", name="Agree")).to_have_count(0)
    for stranger in ("member", "outsider", "auditor"):
        assert visit("/", as_=stranger).request.get(request).status == 404
    assert visit("/").request.get(request).status == 404
    assert visit("/", as_="outsider").request.get(entry).status == 404

    second = visit("/marking/", as_="reviewer", script=script)
    second.locator(f"main a[href='{request}']").click()
    expect(second.locator("main")).to_contain_text("Every advisor can use it.")
    if script:
        assert problems(second) == []
    second.get_by_role("button", name="Agree").click()
    expect(second.get_by_role("status")).to_contain_text("It holds from now on")
    assert visit("/", as_="outsider").request.get(entry).status == 200
    assert visit("/").request.get(entry).status == 404

    first.goto(f"{entry}marking/narrow/")
    first.locator("form label", has_text="TLP:AMBER –").click()
    first.get_by_label("Major events").check()
    first.get_by_role("button", name="Change the marking now").click()
    assert visit("/", as_="outsider").request.get(entry).status == 404
    _found_again(first, entry)


def test_a_reader_asks_the_source_and_neither_is_named(visit: Visit) -> None:
    reader = visit("/", as_="member", width=390)
    entry = _amber(reader)
    reader.goto(entry)
    reader.get_by_role("link", name="Ask for wider sharing").click()
    reader.get_by_label("Whom should it reach?").fill("Operators of stadiums")
    reader.get_by_label("Why would it help?").fill("They build the gates.")
    assert problems(reader) == []
    reader.get_by_role("button", name="Ask the source").click()
    expect(reader.locator("main")).to_contain_text("Waits for an answer")

    assert "wider sharing" not in visit("/marking/", as_="outsider").locator("#answer").all_inner_texts()
    source = visit("/marking/", as_="contact")
    source.locator("section:has(#answer) a").first.click()
    expect(source.locator("main")).to_contain_text("Operators of stadiums")
    expect(source.locator("main")).not_to_contain_text("Demonstration member")
    assert problems(source) == []
    source.get_by_label("Why not").fill("The host has not agreed yet.")
    source.get_by_role("button", name="Decline").click()
    reader.goto("/marking/")
    expect(reader.locator("main")).to_contain_text("The host has not agreed yet.")
    expect(reader.locator("main")).not_to_contain_text("Demonstration contact point")


def test_the_source_recalls_and_those_who_could_read_it_see_that_alone(visit: Visit) -> None:
    member = visit("/", as_="member")
    entry = _amber(member)
    member.goto(entry)
    title = member.locator("h1").inner_text()
    expect(member.get_by_role("link", name="Change who may read")).to_have_count(0)
    recall = re.sub(r"/$", "/recall/", entry)
    assert member.request.get(recall).status == 404

    source = visit(entry, as_="contact", width=390, script=False)
    source.get_by_role("link", name="Change who may read").click()
    source.get_by_role("link", name="Recall this entry").click()
    source.get_by_role("button", name="Recall it now").click()
    assert member.request.get(entry).status == 410
    member.goto(entry)
    expect(member.locator("h1")).to_have_text("Recalled")
    assert title not in member.content()
    assert problems(member) == []
    for stranger in ("", "outsider", "partner", "security"):
        assert visit("/", as_=stranger).request.get(entry).status == 404
    member.goto("/search/?q=" + title)
    assert member.locator(f".result-card a[href='{entry}']").count() == 0

    source.goto(entry)
    source.get_by_role("link", name="Ask that it comes back").click()
    source.get_by_label("Why").fill("It was recalled by mistake.")
    source.get_by_role("button", name="Ask a second person").click()
    second = visit("/marking/", as_="reviewer")
    second.get_by_role("link", name="A recalled entry comes back").click()
    second.get_by_role("button", name="Agree").click()
    assert member.request.get(entry).status == 200
    _found_again(member, entry)
