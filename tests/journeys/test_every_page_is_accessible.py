"""Does axe-core find nothing serious on any page, light and dark, narrow and wide, and does nothing scroll sideways?"""

import pytest

from tests.journeys.conftest import Visit, problems

PAGES = {
    "home": "/",
    "results": "/search/?q=vehicle+barrier&kind=practice",
    "nothing found": "/search/?q=xyzzyxyzzy",
    "topics": "/topics/",
    "topic": "/topics/facility-types/christmas-market/",
    "sheet choice": "/assess/",
    "sheet": "/assess/?place=christmas-market",
    "briefing": "BRIEFING",
    "empty briefing": "/briefing/",
    "entry": "ENTRY practice",
    "lesson": "ENTRY lesson",
    "pattern": "ENTRY pattern",
    "guidance": "/guidance/markings/",
    "guidance list": "/guidance/",
    "French home": "/fr/",
    "German results": "/de/search/?q=Weihnachtsmarkt",
    "login": "/account/login/",
    "password reset": "/account/password/reset/",
    "not found": "/nowhere/",
}


def _address(page: object, path: str) -> str:
    if path == "BRIEFING":
        page.goto("/search/?kind=practice")
        keys = [tick.get_attribute("value") for tick in page.locator('.result-card input[name="e"]').all()[:3]]
        return "/briefing/?" + "&".join(f"e={key}" for key in keys)
    if path.startswith("ENTRY"):
        page.goto("/search/?kind=" + path.split()[1])
        return page.locator(".result-card h2 a").first.get_attribute("href")
    return path


@pytest.mark.parametrize("name", PAGES)
def test_nothing_serious_in_light_and_dark_at_both_widths(visit: Visit, name: str) -> None:
    page = visit("/")
    page.goto(_address(page, PAGES[name]))
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert problems(page) == [], f"{name}, {width} px, {scheme}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways at {width} px"
    page.set_viewport_size({"width": 320, "height": 600})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, f"{name} scrolls sideways at 320 px"


@pytest.mark.parametrize("path", ["/you/", "/you/visits/", "/you/kept/", "/account/2fa/", "/account/password/change/"])
def test_the_pages_of_an_account_are_accessible(visit: Visit, path: str) -> None:
    page = visit(path, as_="member")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert problems(page) == [], f"{path}, {width} px, {scheme}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_status_page_is_accessible_to_administrators(visit: Visit) -> None:
    page = visit("/admin/status/", as_="administrator")
    assert page.get_by_role("heading", name="Search index").is_visible()
    assert page.get_by_text("The worker is running.").first.is_visible()
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert problems(page) == [], f"status, {width} px, {scheme}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
