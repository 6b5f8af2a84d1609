"""How are given passages taken out of a text, however it is spaced, set in tags or written in capitals?"""

import html
import re
from collections.abc import Iterable

TAKEN_OUT = "[…]"
SHORTEST = 3  # letters of a passage: a shorter one would tear up the text

_GAP = r"(?:\s|&nbsp;|&#160;|\u00a0|\u00ad|\u200b|<[^<>]{0,200}>)+"


class Redactor:
    """Takes passages out of texts, and counts how many it took out."""

    def __init__(self, passages: Iterable[str]) -> None:
        """Read the passages. Raises ValueError for one that is too short."""
        self.count = 0
        patterns: list[str] = []
        for passage in sorted({" ".join(text.split()) for text in passages if text.strip()}, key=len, reverse=True):
            if len(passage) < SHORTEST:
                raise ValueError(passage)
            words = [self._either(word) for word in passage.split()]
            patterns.append(_GAP.join(words))
        self._pattern = re.compile("|".join(patterns), re.IGNORECASE) if patterns else None

    @staticmethod
    def _either(word: str) -> str:
        """Return a pattern for a word as it stands in plain text and in HTML."""
        forms = dict.fromkeys([word, html.escape(word), html.escape(word, quote=False)])
        return f"(?:{'|'.join(re.escape(form) for form in forms)})"

    def apply(self, text: str) -> str:
        """Return the text without the passages."""
        if self._pattern is None:
            return text
        changed, count = self._pattern.subn(TAKEN_OUT, text)
        self.count += count
        return changed

    def holds(self, text: str) -> bool:
        """Does the text hold any of the passages?"""
        return self._pattern is not None and self._pattern.search(text) is not None
