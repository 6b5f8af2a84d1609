"""Which sentence shows why an entry was found? Marked, escaped and of bounded length."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

LENGTH = 240  # characters

_WORD = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")


@dataclass(frozen=True)
class Highlighter:
    """What matched, by language, and how a word of a text is brought to its forms.

    `forms` are single words; `names` are the words of names of concepts, marked only where they stand together,
    by their first one.
    """

    forms: Mapping[str, frozenset[str]] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, Sequence[tuple[str, ...]]]] = field(default_factory=dict)
    analyse: Callable[[str, str], tuple[str, ...]] = lambda _language, word: (word,)
    # Whether anything sought begins with a word, by language: most words of a text stand in many texts.
    _known: dict[str, dict[str, bool]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def seeks(self) -> bool:
        """Is there anything to be marked in any language?"""
        return any(self.forms.values()) or any(self.names.values())

    def _spans(self, text: str, language: str) -> list[tuple[int, int, str]]:
        """Return start, end and sought form of every word or name that matches, in order, none overlapping."""
        wanted = self.forms.get(language, frozenset())
        names = self.names.get(language, {})
        if not wanted and not names:
            return []
        known = self._known.setdefault(language, {})
        longest = max((len(name) for named in names.values() for name in named), default=1)
        found = list(_WORD.finditer(text))
        spans: list[tuple[int, int, str]] = []
        position = 0
        for start, match in enumerate(found):
            word = match.group()
            sought = known.get(word)
            if sought is None:
                sought = known[word] = any(
                    form in wanted or form in names for form in self.analyse(language, word.lower())
                )
            if not sought or start < position:
                continue
            forms = [self.analyse(language, near.group().lower()) for near in found[start : start + longest]]
            length, form = self._match(forms, 0, wanted, names)
            if length:
                spans.append((match.start(), found[start + length - 1].end(), form))
                position = start + length
        return spans

    @staticmethod
    def _match(
        forms: Sequence[tuple[str, ...]],
        position: int,
        wanted: frozenset[str],
        names: Mapping[str, Sequence[tuple[str, ...]]],
    ) -> tuple[int, str]:
        best = (0, "")
        for form in forms[position]:
            for name in names.get(form, ()):
                there = forms[position : position + len(name)]
                if (
                    len(name) > best[0]
                    and len(there) == len(name)
                    and all(part in word for part, word in zip(name, there, strict=True))
                ):
                    best = (len(name), " ".join(name))
            if form in wanted and not best[0]:
                best = (1, form)
        return best

    def best_sentence(self, text: str, language: str) -> SafeString | None:
        """Return the sentence with most of the sought words, the earliest of equals; None where no word occurs."""
        spans = self._spans(text, language)
        if not spans:
            return None
        best: tuple[int, int, int, int] | None = None
        start = 0
        ends = [match.span() for match in _SENTENCE_END.finditer(text)] + [(len(text), len(text))]
        position = 0
        for end, following in ends:
            inside: set[str] = set()
            first = end
            while position < len(spans) and spans[position][0] < end:
                inside.add(spans[position][2])
                first = min(first, spans[position][0])
                position += 1
            if inside and (best is None or len(inside) > best[0]):
                best = (len(inside), start, end, first)
            start = following
        if best is None:
            return None
        _count, start, end, first = best
        return self._marked(text, language, *_window(text, start, end, first))

    def marked(self, text: str, language: str) -> SafeString:
        """Return the whole text, escaped, with the sought words marked."""
        return self._marked(text, language, 0, len(text))

    def _marked(self, text: str, language: str, start: int, end: int) -> SafeString:
        parts: list[str] = []
        if start > 0 and not _SENTENCE_END.match(text, max(start - 1, 0)):
            parts.append("… ")
        position = start
        piece = text[start:end]
        for begin, stop, _form in self._spans(piece, language):
            parts.append(str(conditional_escape(text[position : start + begin])))
            parts.append(f"<mark>{conditional_escape(text[start + begin : start + stop])}</mark>")
            position = start + stop
        parts.append(str(conditional_escape(text[position:end])))
        if end < len(text) and text[end - 1 : end] not in ".!?":
            parts.append(" …")
        return mark_safe("".join(parts))  # noqa: S308  (every piece is escaped above)


def _window(text: str, start: int, end: int, first: int) -> tuple[int, int]:
    """Return where to cut a sentence that is too long, so that its first sought word is in sight."""
    if end - start <= LENGTH:
        return start, end
    if first - start > LENGTH // 2:
        cut = text.rfind(" ", start, first - LENGTH // 4)
        start = cut + 1 if cut > start else max(start, first - LENGTH // 4)
    if end - start > LENGTH:
        cut = text.rfind(" ", start, start + LENGTH)
        end = cut if cut > start else start + LENGTH
    return start, end
