"""What does one person come upon who asks for everything? Every answer is read; what does not belong there is kept."""

import re
import zipfile
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from urllib.parse import unquote_plus, urlsplit

from django.core import mail
from django.db import transaction
from django.test import Client

from tests.attacks.people import Work
from tests.attacks.world import AUDITORS, Planted, World

ORIGIN = "http://testserver"
_SECRET = re.compile(r"zq[a-z]+")
_TOKEN = re.compile(r"(?<![0-9a-z])[0-9a-z]{8}(?![0-9a-z])")
_NUMBERS = re.compile(r"\d+")
AUDIT_PAGES = re.compile(r"GET (/\w\w)?/you/audit/")
MOST_ALIKE = 2  # addresses of one shape that links lead to; the places behind them differ in their records only


def words_in(text: str) -> set[str]:
    """Return everything in a text that could be something planted."""
    small = text.lower()
    return set(_SECRET.findall(small)) | set(_TOKEN.findall(small))


def body_of(response: Any) -> str:
    """Return the text of an answer; of a workbook or another packed file, of everything in it."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if not body.startswith(b"PK\x03\x04"):
        return str(body.decode("utf-8", "replace"))
    with zipfile.ZipFile(BytesIO(body)) as packed:
        parts = [name + packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
    return "\n".join(parts)


@dataclass
class Form:
    """A form of a page, as a browser would send it without anything being typed."""

    action: str
    post: bool
    data: dict[str, Any] = field(default_factory=dict)


class Reader(HTMLParser):
    """Finds where a page leads to: links, pictures, scripts, forms."""

    def __init__(self, page: str) -> None:
        """Read the page."""
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._text: str | None = None
        self._select: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note addresses and fields."""
        given = {name: value or "" for name, value in attrs}
        self.links += [given[name] for name in ("href", "src", "data-url", "data-src") if given.get(name)]
        self.links += [part.split()[0] for part in given.get("srcset", "").split(",") if part.split()]
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower() == "post")
            self.forms.append(self._form)
        elif self._form is not None and given.get("name"):
            self._field(tag, given)
        elif tag == "option" and self._form is not None and self._select is not None and "selected" in given:
            self._form.data.setdefault(self._select, []).append(given.get("value", ""))

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name, data = given["name"], self._form.data if self._form else {}
        if tag == "textarea":
            self._text = name
            data[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "button":
            data.setdefault(name, given.get("value", ""))
        elif given.get("type") in {"checkbox", "radio"}:
            if "checked" in given:
                data.setdefault(name, []).append(given.get("value", "on"))
        elif given.get("type") != "file":
            data[name] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        """Keep what stands in a box for text."""
        if self._text is not None and self._form is not None:
            self._form.data[self._text] += data

    def handle_endtag(self, tag: str) -> None:
        """Close what was open."""
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._text = None
        elif tag == "select":
            self._select = None


class Crawler:
    """One person who asks for everything, and what came back that should not."""

    def __init__(self, world: World, kind: str) -> None:
        """Sign in."""
        self.world, self.kind = world, kind
        self.client: Client = world.cast.fresh_client(kind, raise_request_exception=False)
        self.seen: dict[str, str] = {}
        self.leaks: list[str] = []
        self.broken: list[str] = []
        self.asked: set[str] = set()
        self.forms: dict[tuple[str, tuple[str, ...]], Form] = {}
        self._waiting: list[str] = []
        self._shapes: dict[tuple[str, tuple[str, ...]], int] = {}

    def ask(self, address: str, data: dict[str, Any] | None = None) -> Any:
        """Ask for an address, or send a form there, and read the answer."""
        post = data is not None
        self.asked.add(address)
        cookies = deepcopy(self.client.cookies)
        response = self.client.post(address, data) if post else self.client.get(address)
        # Whoever is shown out comes back in with the same session.
        self.client.cookies = cookies
        text = body_of(response)
        where = f"{'POST' if post else 'GET'} {address} → {response.status_code}"
        if response.status_code >= 500:
            self.broken.append(f"{self.kind}: {where}")
        # What a person asks with is no news to that person.
        own = words_in(f"{unquote_plus(address)} {data}")
        self.note(words_in(f"{text} {sorted(response.headers.items())} {response.cookies.output()}") - own, where)
        if response.status_code == 200 and "text/html" in response.headers.get("Content-Type", ""):
            self._read(address, text)
        if "Location" in response.headers:
            self._link(address, response.headers["Location"])
        return response

    def note(self, words: Iterable[str], where: str) -> None:
        """Keep which planted words were come upon, and which of them do not belong there."""
        for word in words:
            planted = self.world.words.get(word)
            if planted is None:
                continue
            self.seen.setdefault(word, where)
            if self.kind not in planted.may and not self._is_audit(planted, where):
                self.leaks.append(f"{self.kind} sees “{planted.place}” ({word}) at {where}")

    def _is_audit(self, planted: Planted, where: str) -> bool:
        """Is it an identifier in the audit log? Those who read the log are told what was done to what, never a text."""
        return (
            self.kind in AUDITORS
            and planted.place.endswith(("identifier", "identifier of an upload"))
            and AUDIT_PAGES.match(where) is not None
        )

    def send(self, address: str, data: dict[str, Any]) -> None:
        """Send a form, read the answer and what it brought about, and undo it."""
        before = len(mail.outbox)
        with transaction.atomic():
            self.ask(address, data)
            self._read_mails(mail.outbox[before:], f"the mail after POST {address}")
            transaction.set_rollback(True)

    def send_forms(self) -> None:
        """Send one form of each shape that was found, as it stood there."""
        for (path, _names), form in list(self.forms.items()):
            self.send(path, form.data)

    def follow(self, most: int) -> None:
        """Ask for what the answers led to, at most so many."""
        for _step in range(most):
            if not self._waiting:
                return
            address = self._waiting.pop(0)
            if address not in self.asked:
                self.ask(address)

    def _read_mails(self, mails: list[Any], where: str) -> None:
        """A mail leaves the library: of an entry nothing may stand in it, not even for its reader."""
        for each in mails:
            text = f"{each.subject} {each.body} {getattr(each, 'alternatives', '')} {each.extra_headers}"
            found = [self.world.words[word].place for word in words_in(text) if word in self.world.words]
            self.leaks += [f"{where} ({self.kind}): {place}" for place in found if not place.startswith("e-mail")]

    def _read(self, address: str, page: str) -> None:
        reader = Reader(page)
        for link in reader.links:
            self._link(address, link)
        for form in reader.forms:
            target = self._inside(address, form.action)
            if not target:
                continue
            form.data.pop("csrfmiddlewaretoken", None)
            if form.post:
                self.forms.setdefault((_shape(target)[0], tuple(sorted(form.data))), Form(target, True, form.data))

    def _inside(self, address: str, link: str) -> str:
        """Return the address of this site that a link means; empty for any other."""
        link = link.removeprefix(ORIGIN)
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or link.startswith(("//", "#")):
            return ""
        if not parts.path:
            return urlsplit(address).path + (f"?{parts.query}" if parts.query else "")
        path = (
            parts.path if parts.path.startswith("/") else urlsplit(address).path.rpartition("/")[0] + "/" + parts.path
        )
        return path + (f"?{parts.query}" if parts.query else "")

    def _link(self, address: str, link: str) -> None:
        target = self._inside(address, link)
        if not target or target.startswith("/static/") or "/logout" in target:
            return
        shape = _shape(target)
        self._shapes[shape] = self._shapes.get(shape, 0) + 1
        if self._shapes[shape] <= MOST_ALIKE and target not in self.asked:
            self._waiting.append(target)


def _shape(address: str) -> tuple[str, tuple[str, ...]]:
    """Return what two addresses have in common that differ in keys and values only."""
    parts = urlsplit(address)
    path = _TOKEN.sub("ID", _NUMBERS.sub("N", parts.path))
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
    return path, tuple(names)


def hidden_from(work: Work, kind: str) -> bool:
    """May this person not even know that the entry is there?"""
    return not work.is_read_by(kind)
