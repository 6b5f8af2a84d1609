"""Does anything in a file say that its records are not for everybody: a column, its name, a word of a text?

A file brings public records only. What may be a marking and cannot be proved to say CLEAR keeps its record out.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Dictionary
from typing import Any

from kb.choices import Tlp
from kb.importing.files.base import PROBLEM, shown
from kb.importing.targets import BY_NAME, normal
from kb.sharing import tlp

# Parts of column names behind which a marking may stand, in the languages of the site, as `normal` gives them.
_TELLING = (
    *("tlp", "marking", "classif", "klassif", "restrict", "handling", "caveat", "confidential", "secret"),
    *("dissemination", "distribution", "releasab", "marquage", "diffusion", "confidentiel", "mention de protection"),
    *("einstufung", "kennzeichnung", "vs grad", "vsgrad", "verschluss", "vertraulich", "geheim", "weitergabe"),
)
_LABEL = re.compile(
    r"(?<![^\W_])TLP(?:\s*[:=]\s*(RED|AMBER|GREEN)|[\s_.\-\u2010-\u2015\u2212]*(RED|AMBER|GREEN)(?![^\W\d_]))",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]{0,500}>")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_FORM = re.compile(r"\s*TLP[\s:_\-]*", re.IGNORECASE)


def names_marking(name: str) -> bool:
    """Does a column of this name hold the marking, as the list of names says?"""
    return BY_NAME.get(normal(name)) == "marking"


def names_tlp(name: str) -> bool:
    """Does the name speak of the Traffic Light Protocol itself?"""
    return "tlp" in normal(name)


def may_mark(name: str) -> bool:
    """May a column of this name hold a marking or a classification?"""
    folded = normal(name)
    return names_marking(name) or any(part in folded for part in _TELLING)


def label_in(text: str) -> str:
    """Return the first label above CLEAR that a text names, whatever its case, signs and markup; else nothing."""
    plain = unicodedata.normalize("NFKC", html.unescape(text) if "&" in text else text)
    found = _LABEL.search(_UNSEEN.sub("", _TAG.sub("", plain)))
    return f"TLP:{(found[1] or found[2]).upper()}" if found else ""


def says_clear(value: Any, translations: Dictionary[str, str]) -> bool:
    """Is a cell empty, CLEAR in one of its forms, or a text that the mapping translates to it?

    A label of the protocol cannot be translated into another one.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return True
    if not isinstance(value, str):
        return False
    try:
        return tlp.parse(_FORM.sub("TLP:", value, count=1)) == Tlp.CLEAR
    except tlp.RedNotStorable:
        return False
    except ValueError:
        return not label_in(value) and translations.get(normal(value)) in {"clear", "CLEAR", str(Tlp.CLEAR.value)}


def texts_in(value: Any) -> Iterator[str]:
    """Yield every text in a cell, however deep, the names in it included."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            waiting.extend(part)
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)


def _inside(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield (name, value) of everything that has a name within a cell."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield from ((str(name), each) for name, each in part.items())
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)


def problems_of(
    cells: Dictionary[str, Any],
    *,
    markings: Sequence[str],
    suspects: Sequence[str],
    constants: Iterable[Any],
    translations: Dictionary[str, str],
) -> list[str]:
    """Return in words what in a record is not for everybody, as far as names and labels tell.

    `markings` are the columns that hold a marking, `suspects` those that may hold one and about which nothing was said.
    """
    why = "A file brings public records only; marked content is contributed by a person."
    constants = list(constants)
    found = [
        f"{name}: {shown(str(cells[name]))[:30]} is not TLP:CLEAR. {why}"
        for name in markings
        if not says_clear(cells.get(name), translations)
    ]
    found += [
        f"{name}: this may be a marking. Say in the mapping which field the column feeds, or name it in “ignore”."
        for name in suspects
        if cells.get(name) not in ("", None, [], {})
    ]
    for column, cell in cells.items():
        if column == PROBLEM:
            continue  # what an earlier import said, which never comes in
        found += [
            f"{column}: “{name[:30]}” in it may be a marking. {why}"
            for name, value in _inside(cell)
            if may_mark(name) and value not in ("", [], {}) and not says_clear(value, translations)
        ]
        label = next((label for text in texts_in(cell) if (label := label_in(text))), "")
        if label and column not in markings:
            found.append(f"{column}: it names {label}. {why}")
    if any(label_in(text) for text in texts_in(constants)):
        found.append(f"constants: one names a label above TLP:CLEAR. {why}")
    return found
