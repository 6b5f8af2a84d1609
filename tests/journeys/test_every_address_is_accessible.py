"""Does axe-core find nothing serious at any address of the site, whoever of several kinds of people asks for it?

The addresses come from the configuration and from where the pages lead, so that a new view is looked at without being
named here. Each is looked at once, and again by somebody to whom it shows what nobody was shown before.
"""

import html
import re
import subprocess
import sys
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Page, expect

from tests.attacks.addresses import routes, translated
from tests.journeys.conftest import ROOT, Visit, problems

# The officer has an app for codes, which changes more than one page; the administrator sees everything in the dark too.
PEOPLE = ("", "learner", "member", "contact", "security", "curator", "reviewer", "trainer", "administrator")
IN_THE_DARK = ("administrator",)
TRIES = 3  # addresses of one kind that are tried until one answers with a page
_TAG = re.compile(r"<([a-z][a-z0-9-]*)\b([^>]*)>")
_LOOK = re.compile(r'\b(class|type|role)="([^"]*)"')

# What leads to no page by being asked for: files, answers to scripts, what only takes forms, what leads on elsewhere,
# and the ends of ways that other journeys walk (links of mails, keys, what was recalled).
NO_PAGES: set[str] = set()


def _name(path: str) -> str:
    """Return the name of the view behind an address of the site in English; nothing where there is none."""
    try:
        found = resolve(path)
    except Resolver404:
        return ""
    return found.view_name or found.route


def _links(text: str) -> Iterator[str]:
    for link in re.findall(r'(?:href|data-url)="(/[^"?#]*)', text):
        path = html.unescape(link)
        if not path.startswith(("/static/", "/fr/", "/de/", "//")):
            yield path


def _parts(text: str) -> set[str]:
    """Return what something is made of: its kinds of elements, by which two pages look alike or differ."""
    return {f"{tag} {sorted(_LOOK.findall(rest))}" for tag, rest in _TAG.findall(text)}


class Seen:
    """What was looked at already: the frame that all pages have, and of each kind of page what it holds."""

    def __init__(self) -> None:
        self.frame: set[str] = set()
        self.pages: dict[str, set[str]] = defaultdict(set)

    def adds(self, name: str, text: str) -> bool:
        """Note a page; return whether it shows anything that was not there before."""
        before, _separator, rest = text.partition("<main")
        inside, _separator, after = rest.partition("</main>")
        frame, parts = _parts(before + after), _parts(inside)
        new = name not in self.pages or not (frame <= self.frame and parts <= self.pages[name])
        self.frame |= frame
        self.pages[name] |= parts
        return new


def _pages(page: Page) -> Iterator[tuple[str, str, str]]:
    """Yield name, address and text of a page of each kind that this person is shown."""
    waiting = deque(["/", *(route.template for route in routes() if not route.names)])
    tried: Counter[str] = Counter()
    shown: set[str] = set()
    asked: set[str] = set()
    while waiting:
        path = waiting.popleft()
        name = _name(path)
        if not name or path in asked or name in shown or tried[name] >= TRIES:
            continue
        asked.add(path)
        tried[name] += 1
        answer = page.request.get(path, max_redirects=0)
        if answer.status != 200 or "text/html" not in answer.headers.get("content-type", ""):
            continue
        text = answer.text()
        waiting.extend(_links(text))
        if "<html" in text:
            shown.add(name)
            yield name, path, text


def _faults(page: Page, path: str, *, dark: bool) -> Iterator[str]:
    """Yield what is wrong with a page at a desk and on a phone."""
    admin = path.startswith("/admin/")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(path)
    if page.locator("#wagtail-sidebar").count():
        page.locator("#wagtail-sidebar a").first.wait_for(state="attached")
    for box in page.locator(".public-DraftEditor-content").all():
        expect(box).to_have_attribute("aria-labelledby", re.compile("."))
    yield from (f"1280 px: {fault}" for fault in problems(page))
    if dark:
        page.emulate_media(color_scheme="dark")
        page.goto(path)  # anew: colours that fade into each other are neither
        yield from (f"dark: {fault}" for fault in problems(page))
        page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 844})
    # The colours are those of the desk; other journeys look at what only a phone shows.
    yield from (f"390 px: {fault}" for fault in problems(page, contrast=False))
    if not admin and page.evaluate("document.documentElement.scrollWidth") > 390:
        yield "390 px: it scrolls sideways"


@pytest.fixture
def busy(site_environment: dict[str, str], site: str) -> Iterator[Callable[[], None]]:
    """Give a way to let something wait for everybody; it is taken away again."""

    def run(word: str) -> None:
        words = [sys.executable, "-m", "tests.journeys.work_in_progress", word]
        done = subprocess.run(words, cwd=ROOT, env=site_environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    yield lambda: run("begin")
    run("end")


def test_nothing_serious_at_any_address_for_anybody(visit: Visit, busy: Callable[[], None]) -> None:
    pages = {who: visit("/", as_=who) for who in PEOPLE}
    busy()  # only now: the officer would be asked for a code
    seen = Seen()
    faults: list[str] = []
    for who, page in pages.items():
        for name, path, text in _pages(page):
            if not seen.adds(name, text):
                continue
            faults += [f"{who or 'anonymous'} {path} {fault}" for fault in _faults(page, path, dark=who in IN_THE_DARK)]
    ours = {route.label for route in routes() if translated(route)}
    faults += [f"{name}: is it no page? Then say so in NO_PAGES." for name in sorted(ours - set(seen.pages) - NO_PAGES)]
    faults += [f"{name}: it is a page." for name in sorted(NO_PAGES & set(seen.pages))]
    assert not faults, "\n".join(faults)
