"""A curator uploads a picture and a file and shows them in an entry: readers of the entry get them, others do not."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Refused, Visit, problems
from tests.journeys.test_a_reviewer_publishes import _choose, _open_first
from tests.kb.anonymisation import specimens

PICTURE = {"name": "Main street 5.jpg", "mimeType": "image/jpeg"}
FILE = {"name": "plan.docx", "mimeType": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}


def fill_in(page: Page, kind: str, title: str, label: str, circle: str = "") -> None:
    """Open the form and describe what is uploaded."""
    page.goto(f"/admin/{kind}/new/")
    page.get_by_label("Title").fill(title)
    if kind == "pictures":
        page.get_by_label("Description").fill("A gate between two posts")
    page.get_by_label(re.compile(rf"{label} –")).check()
    if circle:
        page.get_by_label(circle).check()


def send(page: Page, name: dict[str, str], data: bytes) -> Any:
    """Choose a file and send the form; return the answer."""
    page.locator('input[type="file"]').set_input_files({**name, "buffer": data})
    with page.expect_navigation() as sent:
        page.get_by_role("button", name="Upload", exact=True).click()
    return sent.value


def upload(page: Page, kind: str, title: str, label: str, circle: str = "") -> str:
    """Take in a picture or file and return its identifier."""
    fill_in(page, kind, title, label, circle)
    picture = kind == "pictures"
    send(page, PICTURE if picture else FILE, specimens.picture() if picture else specimens.docx())
    expect(page.locator("body")).to_contain_text("Taken in.")
    return page.locator(".kb-facts code").inner_text()


def add_section(page: Page, section: str, field: str, value: str) -> None:
    """Put a section at the end of the text, as an editor does, and fill in its one field."""
    page.locator(".c-sf-add-button[title='Insert a block']").last.click()
    page.get_by_role("option", name=section, exact=True).click()
    page.locator(f'input[name$="-value-{field}"]').last.fill(value)


def test_a_picture_and_a_file_reach_those_who_may_read_the_entry_and_nobody_else(
    visit: Visit, refused: Refused
) -> None:
    curator = visit("/admin/", as_="curator")
    picture = upload(curator, "pictures", "Gate between posts", "TLP:GREEN")
    file = upload(curator, "files", "Checklist of a gate", "TLP:GREEN")
    curator.goto("/admin/pictures/")
    expect(curator.locator("main")).to_contain_text(picture)
    expect(curator.locator("main")).not_to_contain_text("Main street")

    reviewer = visit("/admin/", as_="reviewer")
    _open_first(reviewer, "radiation&label=TLP:GREEN")
    add_section(reviewer, "Pictures", "picture", picture)
    add_section(reviewer, "Files", "file", file)
    _choose(reviewer, "Publish")
    reviewer.wait_for_load_state("networkidle")
    expect(reviewer.locator(".messages")).to_contain_text("published")

    reader = visit("/search/?marking=green&q=radiation", as_="member", width=390, script=False)
    reader.locator(".result-card h2 a").first.click()
    shown = reader.locator("#pictures figure img")
    expect(shown).to_have_attribute("alt", "A gate between two posts")
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("complete", True)
    assert shown.evaluate("image => image.naturalWidth") > 0
    assert reader.evaluate("document.documentElement.scrollWidth") <= 390
    entry, address = reader.url, str(shown.get_attribute("src"))
    for kind, key in (("picture", picture), ("file", file)):
        expect(reader.locator(f"main a[href='/report/{kind}/{key}/']")).to_be_visible()
    with reader.expect_download() as taken:
        reader.get_by_role("link", name="Checklist of a gate", exact=True).click()
    given = taken.value
    assert given.suggested_filename == f"psa-commons-{file}.docx"
    for data in (given.path().read_bytes(), reader.request.get(address).body()):
        assert specimens.TELLING not in data
    assert visit(entry, as_="outsider").locator("#pictures img").count() == 1

    people = ("", "learner", "partner")
    for place in (entry, address, f"/media/{picture}/full", f"/media/{file}/file"):
        refused(place, *people, words=("Gate between posts", "Checklist of a gate", picture, file))


def test_a_file_for_a_circle_is_handed_out_after_a_word_about_what_that_means(visit: Visit, refused: Refused) -> None:
    curator = visit("/admin/", as_="curator")
    file = upload(curator, "files", "Gates at night", "TLP:AMBER", "Major events")
    place = f"/media/{file}/file"
    member = visit(place, as_="member", width=390)
    expect(member.locator("main")).to_contain_text("you answer for it")
    assert problems(member) == []
    report = member.get_by_role("link", name="Report something about this page")
    expect(report).to_have_attribute("href", f"/report/file/{file}/")
    with member.expect_download() as taken:
        member.get_by_role("button", name="Fetch the file").click()
    assert specimens.TELLING not in taken.value.path().read_bytes()
    refused(place, "", "learner", "outsider", "partner", "administrator", words=("Gates at night", "Major events"))
    refused(f"/report/file/{file}/", "", "outsider", words=("Gates at night",))
    curator.goto("/admin/files/")
    edit = str(curator.get_by_role("link", name="Gates at night").first.get_attribute("href"))
    refused(edit, "member", "outsider", "trainer", "contact", "administrator", words=("Gates at night", file))


def test_what_not_all_readers_of_an_entry_may_see_keeps_it_from_being_published(visit: Visit) -> None:
    picture = upload(visit("/admin/", as_="curator"), "pictures", "Narrow gate", "TLP:AMBER", "Major events")
    reviewer = visit("/admin/", as_="reviewer")
    _open_first(reviewer, "trade&label=TLP:GREEN")
    reviewer.locator("#id_summary").fill("Typed before it was refused")
    add_section(reviewer, "Pictures", "picture", picture)
    _choose(reviewer, "Publish")
    reviewer.wait_for_load_state("networkidle")
    expect(reviewer.locator("body")).to_contain_text("that all readers may see")
    assert reviewer.locator("#id_summary").input_value() == "Typed before it was refused"
    reader = visit("/search/?marking=green", as_="outsider")
    assert picture not in reader.content()
    reader.goto("/search/?q=dependencies")
    assert "Typed before it was refused" not in reader.content()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ({"name": "gate.jpg", "mimeType": "image/jpeg"}, b"No picture at all", "not taken in here"),
        ({"name": "gate.jpg", "mimeType": "image/jpeg"}, b"", "This file is empty"),
        ({"name": "gate.png", "mimeType": "image/png"}, specimens.pixels(60_000, 60_000), "too many points"),
        ({"name": "EU CONFIDENTIAL gate.jpg", "mimeType": "image/jpeg"}, specimens.picture(), "classified"),
    ],
    ids=["no picture", "empty", "swells", "classified"],
)
def test_what_is_wrong_with_a_file_is_said_and_what_was_typed_stays(
    visit: Visit, name: dict[str, str], data: bytes, words: str
) -> None:
    curator = visit("/admin/", as_="curator", width=390)
    fill_in(curator, "pictures", "A gate that is refused", "TLP:AMBER", "Major events")
    answer = send(curator, name, data)
    assert answer.status == 422
    expect(curator.locator("main")).to_contain_text(words)
    expect(curator.get_by_label("Title")).to_have_value("A gate that is refused")
    expect(curator.get_by_label("Description")).to_have_value("A gate between two posts")
    expect(curator.get_by_label(re.compile("TLP:AMBER –"))).to_be_checked()
    expect(curator.get_by_label("Major events")).to_be_checked()
    assert problems(curator) == []
    curator.goto("/admin/pictures/")
    expect(curator.locator("main")).not_to_contain_text("A gate that is refused")


@pytest.mark.parametrize("kind", ["pictures", "files"])
def test_those_who_edit_nothing_find_no_uploads(refused: Refused, kind: str) -> None:
    for path in (f"/admin/{kind}/", f"/admin/{kind}/new/"):
        refused(path, "", "member", "contact", "security", "auditor", "trainer")
