"""What does a cell say: a date, a year, yes or no, one of a closed list, running text?"""

import datetime
import html
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation

from kb.importing.targets import normal
from kb.sanitising import clean_imported_html, plain_text

_MARKUP = re.compile(r"</?(?:p|br|b|strong|i|em|ul|ol|li|a|h[1-6]|div|span|table|tr|td)\b[^<>]*>", re.IGNORECASE)
_YES = {"yes", "true", "1", "y", "oui", "vrai", "ja", "wahr"}
_NO = {"no", "false", "0", "n", "non", "faux", "nein", "falsch"}
_EARLIEST = 1900


class Unreadable(ValueError):
    """A cell does not say what its field asks for; the message says what it should."""


def text_of(value: Any) -> str:
    """Return plain text; where a cell holds markup, the words of it."""
    text = value if isinstance(value, str) else "" if value is None else str(value)
    return plain_text(clean_imported_html(text)) if _MARKUP.search(text) else text.strip()


def line_of(value: Any) -> str:
    """Return plain text on one line."""
    return " ".join(text_of(value).split())


def prose_of(value: Any) -> str:
    """Return running text as safe HTML; in plain text, blank lines part paragraphs, else every line break does."""
    if isinstance(value, list):
        value = "\n\n".join(str(part) for part in value)
    text = value if isinstance(value, str) else str(value)
    if _MARKUP.search(text):
        cleaned = clean_imported_html(text)
        if not plain_text(cleaned):
            return ""
        return cleaned if cleaned.lstrip().startswith(("<p", "<ul", "<ol")) else f"<p>{cleaned.strip()}</p>"
    blocks = re.split(r"\n\s*\n", text) if re.search(r"\n\s*\n", text) else text.split("\n")
    lines = [" ".join(block.split()) for block in blocks]
    return "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines if line)


def list_of(value: Any, separator: str, *, words: bool) -> list[Any]:
    """Return the parts of a list: a list as it is, a text parted by its separator or by the usual signs."""
    if value is None:
        return []
    if isinstance(value, list):
        return [part for part in value if part not in ("", None)]
    if not isinstance(value, str):
        return [value]
    parts = re.split(re.escape(separator) if separator else r"[;|\n]" if words else r"\n", value)
    return [part.strip() for part in parts if part.strip()]


def date_of(value: Any, formats: Iterable[str]) -> datetime.date:
    """Return a date: a cell of that type, ISO 8601, or one of the formats. Raises Unreadable."""
    if isinstance(value, datetime.datetime):
        day = value.date()
    elif isinstance(value, datetime.date):
        day = value
    else:
        day = _date_in(str(value).strip(), formats)
    if not _EARLIEST <= day.year <= 2200:
        raise Unreadable(f"{day.isoformat()} is no likely date")
    return day


def _date_in(text: str, formats: Iterable[str]) -> datetime.date:
    for form in formats:
        try:
            return datetime.datetime.strptime(text, form).date()
        except ValueError:
            continue
    try:
        return datetime.date.fromisoformat(text[:10]) if re.match(r"\d{4}-\d\d-\d\d(?:[T ]|$)", text) else _fail(text)
    except ValueError:
        return _fail(text)


def _fail(text: str) -> datetime.date:
    raise Unreadable(f"{text[:30]!r} is no date such as 2026-05-31; other forms go into date_formats of the mapping")


def number_of(value: Any, least: int, most: int) -> int:
    """Return a whole number between two bounds. Raises Unreadable."""
    text = str(value).strip().removesuffix(".0")
    if not re.fullmatch(r"\d{1,6}", text) or not least <= int(text) <= most:
        raise Unreadable(f"{text[:30]!r} is no number from {least} to {most}")
    return int(text)


def yes_or_no(value: Any) -> bool:
    """Return whether a cell says yes. Raises Unreadable."""
    word = normal(str(value))
    if word in _YES or word in _NO:
        return word in _YES
    raise Unreadable(f"{str(value)[:30]!r} is neither yes nor no")


@lru_cache(maxsize=32)
def _words_of(choices: type[TextChoices]) -> Mapping[str, str]:
    """Return the values of a closed list by themselves and by their names in every language."""
    known: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for value, label in choices.choices:
                known.setdefault(normal(str(label)), value)
    for value in choices.values:
        known[normal(value)] = value
    return known


def choice_of(value: Any, choices: type[TextChoices]) -> str:
    """Return the value of a closed list that a cell names, by itself or by its name in any language.

    Raises Unreadable.
    """
    found = _words_of(choices).get(normal(str(value)))
    if found is None:
        raise Unreadable(f"{str(value)[:40]!r} is none of: {', '.join(choices.values)}")
    return found
