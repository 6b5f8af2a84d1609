"""What a journey needs: the demonstration site as an operator runs it, and a real browser."""

import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests import ground, machine

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PASSWORD = "demonstration-2026"
expect.set_options(timeout=30_000)  # as long as for anything else: the machine may be busy


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address + "/robots.txt", timeout=5).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="session")
def site_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment of the site that journeys walk through."""
    var = tmp_path_factory.mktemp("site")
    name = machine.database_name("journeys") if machine.on_postgresql() else ""
    return ground.environment(var, ground.demonstration().copy(var, name))


@pytest.fixture(scope="session")
def manage(site_environment: dict[str, str]) -> Callable[..., None]:
    """Give a way to run a command of that site."""

    def run(*words: str) -> None:
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=site_environment, capture_output=True, text=True
        )
        assert done.returncode == 0, f"manage.py {' '.join(words)}\n{done.stdout}\n{done.stderr}"

    return run


@pytest.fixture(scope="session")
def site(site_environment: dict[str, str]) -> Iterator[str]:
    """Serve the demonstration content with web server and worker; yields the address."""
    environment = site_environment
    var = Path(environment["VAR_DIR"])
    port = machine.free_port()
    log = (var / "server.log").open("w")
    children = [
        subprocess.Popen(words, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        for words in (
            machine.web_command(port),
            [sys.executable, "manage.py", "worker"],
        )
    ]
    address = f"http://localhost:{port}"
    try:
        machine.wait_until(lambda: _answers(address), why=(var / "server.log").read_text)
        yield address
    finally:
        for child in children:
            child.send_signal(signal.SIGTERM)
        for child in children:
            try:
                child.wait(timeout=20)
            except subprocess.TimeoutExpired:
                child.kill()
        log.close()
        if machine.on_postgresql():
            machine.drop_database(machine.database_name("journeys"))
        errors = [line for line in (var / "server.log").read_text().splitlines() if "Traceback" in line]
        assert not errors, (var / "server.log").read_text()[-4000:]


@pytest.fixture(scope="module")
def playwright_() -> Iterator[Playwright]:
    """Start the browser's driver once for a file: its event loop keeps Django from the database in this process."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def browser(playwright_: Playwright) -> Iterator[Browser]:
    """Start Chromium once for a file: the machine's own where there is one, else the one Playwright keeps."""
    own = shutil.which("chromium") or shutil.which("chromium-browser")
    running = playwright_.chromium.launch(executable_path=own) if own else playwright_.chromium.launch()
    yield running
    running.close()


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    """Give a way to open a fresh page of the site as somebody, for example as_="member", width=390, script=False."""
    contexts: list[Any] = []
    violations: list[str] = []

    def open_page(path: str = "/", *, as_: str = "", width: int = 1280, script: bool = True, **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 700 else 800},
            java_script_enabled=script,
            base_url=site,
            locale="en-GB",
            **options,
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda message: violations.append(message.text) if "Content Security Policy" in message.text else None,
        )
        page.on("pageerror", lambda error: violations.append(str(error)))
        page.on(
            "response",
            lambda answer: violations.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None,
        )
        if as_:
            sign_in(page, as_)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not violations, violations


Refused = Callable[..., None]


@pytest.fixture(scope="module")
def kept_pages(browser: Browser, site: str) -> Iterator[Callable[[str], Page]]:
    """Give a way to a page on which a person is signed in, the same in a whole file: for those who are turned away."""
    pages: dict[str, Page] = {}

    def page_of(who: str) -> Page:
        if who not in pages:
            pages[who] = browser.new_context(base_url=site, locale="en-GB").new_page()
        if who and pages[who].request.get("/you/visit/", max_redirects=0).status != 200:
            sign_in(pages[who], who)  # some journeys end everybody's visits
        return pages[who]

    yield page_of
    for page in pages.values():
        page.context.close()


@pytest.fixture
def refused(kept_pages: Callable[[str], Page]) -> Refused:
    """Give a way to see that each of these people finds nothing at an address, and comes upon none of these words."""

    def check(address: str, *people: str, words: Iterable[str] = ()) -> None:
        for who in people:
            page = kept_pages(who)
            answer = page.goto(address)
            assert answer is not None
            where = f"{who or 'anonymous'}: {address}"
            if page.url.endswith("/admin/") and not address.endswith("/admin/"):
                # Whoever has other work in the editing interface is sent back to its start.
                assert "you do not have permission" in page.locator("body").inner_text(), where
            elif who or "/account/login/" not in page.url:
                assert answer.status == 404, where
                assert page.locator("h1").inner_text() in {"There is nothing we can show you here", "Error 404"}, where
            shown = page.locator("body").inner_text()
            assert [word for word in words if word in shown] == [], where

    return check


Link = Callable[[str, str], str]


@pytest.fixture
def link_to(site_environment: dict[str, str]) -> Link:
    """Give a way to find the link with these words in the newest mail to an address."""
    folder = Path(site_environment["VAR_DIR"]) / "mail"

    def find(address: str, words: str) -> str:
        def found() -> str:
            mails = "".join(path.read_text() for path in sorted(folder.glob("*"))).replace("=\n", "").split("-" * 79)
            links = [re.search(rf"\S*({words}\S+)", mail) for mail in mails if f"To: {address}" in mail]
            return next((link[1] for link in reversed(links) if link), "")

        return str(machine.wait_until(found, why=f"No mail with {words} came to {address}"))

    return find


def sign_in(page: Page, who: str) -> None:
    """Sign in by the form, as a person does; where too many did so from here this minute, a little later."""
    for _try in range(8):
        page.goto("/account/login/")
        page.fill('input[name="login"]', f"{who}@example.org")
        page.fill('input[name="password"]', PASSWORD)
        with page.expect_navigation():
            page.click('main form button:not([type="button"])')
        if "/login" not in page.url:
            return
        page.wait_for_timeout(10_000)
    raise AssertionError(page.locator("main").inner_text())


ALL_RULES = """{runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    rules: {"color-contrast": {enabled: %s}}, resultTypes: ["violations"]}"""
CONTRAST_ALONE = '{runOnly: {type: "rule", values: ["color-contrast"]}, resultTypes: ["violations"]}'


def problems(page: Page, *, contrast: bool = True) -> list[str]:
    """Return what axe-core finds serious or critical on the page, with the places; contrast takes longest by far."""
    return _found(page, ALL_RULES % ("true" if contrast else "false"))


def faint(page: Page) -> list[str]:
    """Return what axe-core finds that stands out too little: all that can be wrong with a page in the dark alone."""
    return _found(page, CONTRAST_ALONE)


def _found(page: Page, options: str) -> list[str]:
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(
        f"""async () => (await axe.run(document, {options})).violations
        .map(v => v.impact + " " + v.id + ": " + v.nodes.slice(0, 4).map(n => n.html).join(" | "))"""
    )
    return [line for line in found if line.startswith(("serious", "critical"))]
