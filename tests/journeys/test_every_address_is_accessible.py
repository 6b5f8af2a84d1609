"""Does axe-core find nothing serious at any address of the site, whoever of several kinds of people asks for it?

The addresses come from the configuration and from where the pages lead, so that a new view is looked at without being
named here. Each is looked at once, and again by somebody to whom it shows what nobody was shown before.
"""

import html
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Page, expect

from tests.attacks.addresses import routes, translated
from tests.journeys.conftest import AXE, ROOT, Visit, faint, problems
from tests.journeys.test_signing_in import make_sure

# The officer comes first: later a code would be asked for. The administrator sees everything in the dark too.
PEOPLE = ("security", "", "learner", "member", "contact", "curator", "reviewer", "trainer", "administrator")
IN_THE_DARK = ("administrator",)
TRIES = 3  # addresses of one kind that are tried until one answers with a page
EDITING = "/admin/"
_TAG = re.compile(r"<([a-z][a-z0-9-]*)\b([^>]*)>")
_LOOK = re.compile(r'\b(class|type|role)="([^"]*)"')

# What leads to no page by being asked for.
NO_PAGES = {
    # Leads on elsewhere.
    "/account/",
    # Doors of allauth's that are closed here (people/urls_account.py), each under its own name and under ours.
    "/account/email/",
    "/account/login/code/confirm/",
    "/account/password/set/",
    "account_confirm_login_code",
    "account_email",
    "account_set_password",
    # Files.
    "mfa_download_recovery_codes",
    "people:audit_export",
    "people:export",
    "security_txt",
    # Answers to scripts.
    "people:visit",
    "search:suggest",
    # Only forms are sent there; they lead on, or show the page again on which they stand.
    "join:withdraw",
    "kb:spill_close",
    "kb:spill_decide",
    "kb:spill_redact",
    "kb:spill_step",
    "people:answer_circle",
    "people:approve",
    "people:change_membership",
    "people:decline",
    "people:end_visit",
    "people:inbox_read",
    "people:inbox_read_all",
    "people:invite",
    "people:pass_on",
    "people:revoke",
    # A form is sent there too, and a page of its own answers: test_a_report_becomes_a_spill.py has axe read it.
    "kb:spill_text",
    # Shown between the password and the code alone: test_signing_in.py has axe read it.
    "mfa_authenticate",
}
# Shows a page at once as it looks when its colours have faded into those of the other scheme. The policy on contents
# lets a script make a style sheet of this kind.
STILL = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("*, *::before, *::after { transition: none !important; animation: none !important; }");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""


def _name(path: str) -> str:
    """Return the name of the view behind an address of the site in English; nothing where there is none."""
    try:
        found = resolve(path.partition("?")[0])
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
        self.anywhere: set[str] = set()
        self.frame: set[str] = set()
        self.pages: dict[str, set[str]] = defaultdict(set)

    def adds(self, name: str, text: str) -> tuple[bool, bool]:
        """Note a page; return whether it shows what no page of its kind has shown, and what none at all has."""
        before, _separator, rest = text.partition("<main")
        inside, _separator, after = rest.partition("</main>")
        frame, parts = _parts(before + after), _parts(inside)
        new = name not in self.pages or not (frame <= self.frame and parts <= self.pages[name])
        never_seen = not frame | parts <= self.anywhere
        self.anywhere |= frame | parts
        self.frame |= frame
        self.pages[name] |= parts
        return new, never_seen


def _asked(page: Page, path: str) -> tuple[str, str]:
    """Return the page at an address, nothing where there is none, and where the address leads on to."""
    answer = page.request.get(path, max_redirects=0)
    if "/reauthenticate/?" in answer.headers.get("location", ""):
        page.goto(path)
        make_sure(page)
        answer = page.request.get(path, max_redirects=0)
    # What was taken back is gone, and says so on a page of its own.
    shown = answer.status in {200, 410} and "text/html" in answer.headers.get("content-type", "")
    return answer.text() if shown else "", answer.headers.get("location", "").partition("?")[0]


def _pages(page: Page, more: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Yield name, address and text of a page of each kind that this person is shown, these addresses among them."""
    waiting = deque([*more, "/", EDITING, *(route.template for route in routes() if not route.names)])
    tried: Counter[str] = Counter()
    shown: set[str] = set()
    asked: set[str] = set()
    while waiting:
        path = waiting.popleft()
        name = _name(path)
        if not name or path in asked or name in shown or tried[name] >= TRIES:
            continue
        if path.startswith(EDITING) and path != EDITING and _name(EDITING) not in shown:
            continue  # whoever does not get in there finds nothing behind it
        asked.add(path)
        tried[name] += 1
        text, onward = _asked(page, path)
        waiting.extend([*_links(text), onward] if onward.startswith("/") else _links(text))
        if "<html" in text:
            shown.add(name)
            yield name, path, text


def _faults(page: Page, path: str, *, dark: bool, phone: bool) -> Iterator[str]:
    """Yield what is wrong with a page at a desk, in the dark, and on a phone, where only the style sheet differs."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(path)
    if page.locator("#wagtail-sidebar").count():
        page.locator("#wagtail-sidebar a").first.wait_for(state="attached")
    for box in page.locator(".public-DraftEditor-content").all():
        expect(box).to_have_attribute("aria-labelledby", re.compile("."))
    yield from (f"1280 px: {fault}" for fault in problems(page))
    if dark:
        page.evaluate(STILL)
        page.emulate_media(color_scheme="dark")
        yield from (f"dark: {fault}" for fault in faint(page))
        page.emulate_media(color_scheme="light")
    ours = not path.startswith(EDITING)
    if ours or phone:
        page.set_viewport_size({"width": 390, "height": 844})
    if phone:  # the colours are those of the desk
        yield from (f"390 px: {fault}" for fault in problems(page, contrast=False))
    if ours and page.evaluate("document.documentElement.scrollWidth") > 390:
        yield "390 px: it scrolls sideways"


@pytest.fixture
def busy(site_environment: dict[str, str], site: str) -> Iterator[Callable[[], dict[str, list[str]]]]:
    """Give a way to let something wait for everybody, which says where; it is taken away again."""

    def run(word: str) -> str:
        words = [sys.executable, "-m", "tests.journeys.work_in_progress", word]
        done = subprocess.run(words, cwd=ROOT, env=site_environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    yield lambda: json.loads(run("begin"))
    run("end")


def test_nothing_serious_at_any_address_for_anybody(visit: Visit, busy: Callable[[], dict[str, list[str]]]) -> None:
    first = visit("/", as_=PEOPLE[0])
    more, seen, faults = busy(), Seen(), list[str]()
    for who in PEOPLE:
        page = first if who == PEOPLE[0] else visit("/", as_=who)
        page.context.add_init_script(AXE)
        for name, path, text in _pages(page, more.get(who, ())):
            new, phone = seen.adds(name, text)
            found = _faults(page, path, dark=who in IN_THE_DARK, phone=phone) if new else ()
            faults += [f"{who or 'anonymous'} {path} {fault}" for fault in found]
        page.close()
    ours = {route.label for route in routes() if translated(route)}
    faults += [f"{name}: is it no page? Then say so in NO_PAGES." for name in sorted(ours - set(seen.pages) - NO_PAGES)]
    faults += [f"{name}: it is a page." for name in sorted(NO_PAGES & set(seen.pages))]
    assert not faults, "\n".join(faults)
