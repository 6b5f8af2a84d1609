"""Does a text use the words by which classified documents are marked? Nothing classified may be here.

A text that teaches about markings uses the same words; no program can tell. So a finding stops, until somebody
explains it and a second person agrees (kb.marking_words).
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kb.anonymisation.findings import Finding, Level

RESOURCE = Path(__file__).resolve().parent.parent / "resources" / "marking_words.json"

# Between the parts of a word, and inside what was spaced out or hyphenated: any of these, or nothing.
_JOINT = r"[\s\-‐‑‒–—−_/.:|·]{0,3}"
_STROKE = r"\s?[-‐‑‒–—−/]\s?"
_SEPARATORS = re.compile(r"[\s\-/:]+")
_UNSEEN = {"\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"}
_CAPITALS = re.compile(r"[A-Z]{2,}")


@dataclass(frozen=True)
class MarkingWord:
    """A word, what it stands for, and how it is told from ordinary words."""

    word: str
    level: Level
    source: str
    upper: bool
    alone: bool
    stem: str  # its longest part in capitals: a text without it does not have the word
    pattern: re.Pattern[str]


_DROPPED = dict.fromkeys([*map(ord, _UNSEEN), *range(0x300, 0x370)])


def _plain(text: str) -> str:
    """Return the text without accents and unseen characters: quick, and without its places."""
    return text if text.isascii() else unicodedata.normalize("NFKD", text).translate(_DROPPED)


def _folded(text: str) -> tuple[str, list[int]]:
    """Return the text without accents and unseen characters, and where each character of it stood."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character in _UNSEEN:
            continue
        for part in unicodedata.normalize("NFKD", character):
            if not unicodedata.combining(part):
                letters.append(part)
                places.append(place)
    return "".join(letters), places


def _pattern(word: str, *, upper: bool) -> re.Pattern[str]:
    parts = [re.escape(part) for part in _SEPARATORS.split(_folded(word)[0]) if part]
    # A short form with a single letter is only one with a stroke between its parts.
    joint = _STROKE if min(map(len, parts)) == 1 else _JOINT
    return re.compile(rf"(?<![^\W_]){joint.join(parts)}(?![^\W_])", 0 if upper else re.IGNORECASE)


@lru_cache(maxsize=1)
def marking_words() -> tuple[MarkingWord, ...]:
    """Return the words of the list, the longest first: a part of a longer word is not found again."""
    rows: list[Mapping[str, object]] = json.loads(RESOURCE.read_text(encoding="utf-8"))["words"]
    found = [
        MarkingWord(
            word=str(row["word"]),
            level=Level(str(row["level"])),
            source=str(row["source"]),
            upper=row.get("case") == "upper",
            alone=bool(row.get("alone")),
            stem=max(_SEPARATORS.split(_plain(str(row["word"])).upper()), key=len),
            pattern=_pattern(str(row["word"]), upper=row.get("case") == "upper"),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: -len(one.word)))


@lru_cache(maxsize=1)
def _single_words() -> frozenset[str]:
    return frozenset(part for one in marking_words() for part in _SEPARATORS.split(one.word))


def _beside_capitals(text: str, start: int, end: int) -> bool:
    """Does another word in capitals stand beside it, as in a title that is written in capitals?"""
    before = re.search(r"(\w+)[\s,;]+$", text[max(0, start - 40) : start])
    after = re.match(r"[\s,;]+(\w+)", text[end : end + 40])
    beside = [match[1] for match in (before, after) if match is not None]
    return any(_CAPITALS.fullmatch(word) and word not in _single_words() for word in beside)


def find(text: str) -> list[Finding]:
    """Return the marking words of a plain text, in the order in which they stand there."""
    plain = _plain(text)
    capitals = plain.upper()
    likely = [one for one in marking_words() if one.stem in (plain if one.upper else capitals)]
    if not likely:
        return []
    folded, places = _folded(text)
    taken: list[tuple[int, int]] = []
    findings: list[Finding] = []
    for one in likely:
        for match in one.pattern.finditer(folded):
            start, end = match.span()
            if any(start < last and first < end for first, last in taken):
                continue
            if one.alone and _beside_capitals(folded, start, end):
                continue
            taken.append((start, end))
            first, last = places[start], places[end - 1] + 1
            findings.append(Finding(first, last, text[first:last], one.word, one.source, one.level))
    return sorted(findings, key=lambda finding: finding.start)
