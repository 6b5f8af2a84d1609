"""How do two entries of the fixtures become the text of a third one?"""

import random
import string
from typing import Any

from kb.corpus.pool import Source, sentences
from kb.outlines import OUTLINES

TITLE_LENGTH = 120
SUMMARY_LENGTH = 600
_KEPT = 0.8  # of a section's sentences: the corpus has 350 words to an entry, its sources a few more


def _mixed(rng: random.Random, own: list[Any], other: list[Any], count: int) -> list[Any]:
    """Return `count` pieces, about two of three from the first list, each list in its own order, none twice."""
    pool = [piece for piece in other if piece not in own]
    borrowed = min(len(pool), sum(rng.random() < 0.35 for _each in range(count)))
    kept = min(len(own), count - borrowed)
    first = sorted(rng.sample(range(len(own)), kept))
    second = sorted(rng.sample(range(len(pool)), borrowed))
    return [own[place] for place in first] + [pool[place] for place in second]


def _prose(rng: random.Random, own: str, other: str) -> str:
    mine = sentences(own)
    count = max(1, round(len(mine) * _KEPT * rng.uniform(0.75, 1.25)))
    chosen = _mixed(rng, mine, sentences(other) if other else [], count)
    if len(chosen) < 5:
        return " ".join(chosen)
    half = len(chosen) // 2
    return " ".join(chosen[:half]) + "\n\n" + " ".join(chosen[half:])


def _list(rng: random.Random, own: list[Any], other: list[Any]) -> list[Any]:
    count = max(2, min(len(own), round(len(own) * _KEPT * rng.uniform(0.7, 1.1))))
    return _mixed(rng, own, other, count)


def _section(rng: random.Random, name: str, own: Any, other: Any) -> Any:
    if name == "who_should_act":
        return sorted(set(rng.choice([own, other or own])))
    if isinstance(own, str):
        return _prose(rng, own, other or "")
    if isinstance(own, dict):
        return {part: rng.choice([value, (other or {}).get(part, value)]) for part, value in own.items()}
    rows = _list(rng, own, other or [])
    if name == "indicators":
        return [{**row, "code": letter} for row, letter in zip(rows, string.ascii_lowercase, strict=False)]
    return rows


def sections(rng: random.Random, own: Source, other: Source) -> dict[str, Any]:
    """Return the sections of a new text in the outline of its kind, in the form of the fixtures."""
    mine, theirs = own.row["sections"], other.row["sections"]
    return {
        section.name: _section(rng, section.name, mine[section.name], theirs.get(section.name))
        for section in OUTLINES[own.row["kind"]]
        if mine.get(section.name)
    }


def cut(text: str, length: int) -> str:
    """Return as many whole words of the text as the length holds."""
    if len(text) <= length:
        return text
    return text[: length + 1].rsplit(" ", 1)[0].rstrip(" ,;:–")


def title(own: Source, place: str, threat: str, number: int) -> str:
    """Return a title that no other number has: the advice, for which place, against what."""
    tail = f" (no. {number})"
    subject = cut(f"{place}, {threat}", 52)
    return f"{cut(own.row['title'], TITLE_LENGTH - len(tail) - len(subject) - 2)}: {subject}{tail}"


def summary(rng: random.Random, own: Source, other: Source) -> str:
    """Return two or three sentences, understandable alone."""
    chosen = _mixed(rng, sentences(own.row["summary"]), sentences(other.row["summary"]), 3)
    while len(" ".join(chosen)) > SUMMARY_LENGTH:
        chosen.pop()
    return " ".join(chosen) or cut(own.row["summary"], SUMMARY_LENGTH)


def conditions(rng: random.Random, own: Source, other: Source, name: str) -> str:
    """Return the lines of `works_when` or `not_when`."""
    mine = own.row[name]
    return "\n".join(_mixed(rng, mine, other.row.get(name, []), max(1, min(3, len(mine)))))
