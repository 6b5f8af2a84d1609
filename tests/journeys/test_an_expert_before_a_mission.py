"""An expert finds what fits, reads it, knows how far to trust it, and takes it along."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit

WIDTHS = pytest.mark.parametrize("width", [390, 1280])
SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])


def _search(page: Page, words: str) -> None:
    page.fill('main input[name="q"]', words)
    page.press('main input[name="q"]', "Enter")
    page.wait_for_url(re.compile("/search/"))


@WIDTHS
@SCRIPT
def test_anonymous_finds_filters_reads_and_takes_a_briefing_along(visit: Visit, width: int, script: bool) -> None:
    page = visit("/", width=width, script=script)
    _search(page, "vehicle barrier market")
    assert page.locator(".result-card").count() >= 5
    before = page.locator(".found h1 strong").inner_text()

    if width == 390:
        page.click(".open-filter")
    page.locator('.facet-list input[name="kind"][value="practice"]').check()
    page.locator(".facet-list .apply .button").click()
    expect(page.locator(".chosen")).to_contain_text("Good practice")
    assert int(page.locator(".found h1 strong").inner_text()) < int(before)
    filtered = page.url

    page.locator(".result-card h2 a").first.click()
    expect(page.locator(".conditions")).to_contain_text("Do not use it when")
    expect(page.locator("main")).to_contain_text("no use reported yet")
    expect(page.locator(".tlp-label").first).to_have_text("TLP:CLEAR")
    page.go_back()
    assert page.url.split("#")[0] == filtered.split("#")[0]

    titles = page.locator(".result-card h2 a").all_inner_texts()
    for number in (0, 1):
        page.locator('.result-card input[name="e"]').nth(number).check()
    page.locator(".briefing-bar button").click()
    page.wait_for_url(re.compile("/briefing/"))
    assert [text.strip() for text in page.locator("article h2").all_inner_texts()] == [
        text.strip() for text in titles[:2]
    ]
    expect(page.locator("svg.qr")).to_be_visible()

    page.locator("article").nth(1).get_by_role("link", name="Move up").click()
    assert page.locator("article h2").first.inner_text().strip() == titles[1].strip()


@WIDTHS
@SCRIPT
def test_an_assessment_sheet_counts_in_the_browser_and_sends_nothing(visit: Visit, width: int, script: bool) -> None:
    page = visit("/assess/", width=width, script=script)
    page.select_option('select[name="place"]', "christmas-market")
    page.get_by_role("button", name="Make the sheet").click()
    expect(page.locator("main")).to_contain_text("Your answers stay in this browser tab.")
    sent: list[str] = []
    # The browser fetches the site's icon when it likes; whatever else is asked for would be something sent.
    page.on("request", lambda request: None if "/static/" in request.url else sent.append(request.url))
    questions = page.locator('[role="radiogroup"]')
    assert questions.count() >= 4
    questions.nth(0).get_by_label("No", exact=True).check()
    questions.nth(1).get_by_label("Yes", exact=True).check()
    questions.nth(1).get_by_label("Yes", exact=True).press("Enter")
    assert "a1" not in page.url
    assert sent == []
    page.locator(".checklist").get_by_role("link").last.click()
    expect(page.locator("main")).to_contain_text("As of")


def test_a_briefing_prints_with_its_marking_on_every_sheet(visit: Visit) -> None:
    page = visit("/search/?kind=lesson&kind=practice&marking=green", as_="member")
    keys = [tick.get_attribute("value") for tick in page.locator('.result-card input[name="e"]').all()[:6]]
    page.goto("/briefing/?" + "&".join(f"e={key}" for key in keys))
    page.emulate_media(media="print")
    strips = page.locator(".page-marking")
    assert strips.count() == 2
    for strip in strips.all():
        # A fixed box stands at the same place of every sheet.
        assert strip.evaluate("element => getComputedStyle(element).position") == "fixed"
        assert "TLP:GREEN" in strip.inner_text()
    assert page.locator(".masthead").is_hidden()
    assert page.pdf(format="A4", prefer_css_page_size=True).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Weihnachtsmarkt", "Christmas market"),
        ("marché de Noël", "Christmas market"),
        ("HVM", "vehicle"),
        ("Drohne", "drone"),
    ],
)
def test_words_of_other_languages_and_abbreviations_find_english_entries(
    visit: Visit, words: str, expected: str
) -> None:
    page = visit("/")
    _search(page, words)
    expect(page.locator(".result-card").first).to_contain_text(re.compile(expected, re.IGNORECASE))


def test_a_misspelt_word_still_finds(visit: Visit) -> None:
    page = visit("/")
    _search(page, "vehicel bariers")
    assert page.locator(".result-card").count() >= 1


def test_the_map_leads_from_a_number_to_the_entries_it_counts(visit: Visit) -> None:
    page = visit("/")
    cell = page.locator(".coverage-map td a:not(.none):not(.sum)").first
    count = cell.inner_text().strip()
    cell.click()
    page.wait_for_url(re.compile("/search/"))
    assert page.locator(".found h1 strong").inner_text() == count


def test_an_empty_cell_invites_a_contribution(visit: Visit) -> None:
    page = visit("/")
    page.locator(".coverage-map td a.none").first.click()
    expect(page.locator("main .invitation")).to_be_visible()
    assert page.locator(".result-card").count() == 0


def test_french_and_german_readers_get_their_language(visit: Visit) -> None:
    page = visit("/fr/search/?language=fr")
    page.locator(".result-card h2 a").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert page.locator("main header").get_attribute("lang") == "fr"
    page.goto("/de/guidance/markings/")
    expect(page.locator("html")).to_have_attribute("lang", "de")
