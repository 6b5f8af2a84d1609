"""What is a finding: which words stand where, why were they found, and how grave is it?"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How grave a finding is: of handling words, the level that they stand for."""

    TOP_SECRET = "top secret"  # noqa: S105  (a word of a list)
    SECRET = "secret"  # noqa: S105  (a word of a list)
    CONFIDENTIAL = "confidential"
    RESTRICTED = "restricted"
    SENSITIVE = "sensitive, not classified"


@dataclass(frozen=True)
class Finding:
    """Words of a text: `start` and `end` as in slices, `text` as it stands there, `word` by which it is known."""

    start: int
    end: int
    text: str
    word: str
    why: str
    level: Level


def words_of(findings: Iterable[Finding]) -> list[str]:
    """Return each word once, in the order in which they were found."""
    return list(dict.fromkeys(finding.word for finding in findings))
