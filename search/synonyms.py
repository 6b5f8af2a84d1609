"""Which concepts do the words of a query name, in whatever language they are typed?"""

import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.choices import Axis
from kb.vocabulary import Term, Vocabulary
from search.analysis import raw_words, stop_words, words
from search.facets import BY_AXIS, token

Stem = Callable[[str, str], str]
LONGEST = 7  # words of a label
MOST = 8  # concepts of one query


@lru_cache(maxsize=16_384)
def words_of(label: str) -> tuple[str, ...]:
    """Return the folded words of a label; labels are asked for again and again."""
    return tuple(words(label))


@dataclass(frozen=True)
class Named:
    """A concept that words `start` to `end` (exclusive) of a query name."""

    start: int
    end: int
    term: Term
    preferred: bool

    @property
    def token(self) -> str:
        """The facet token of the concept."""
        return token(BY_AXIS[Axis(self.term.scheme)].param, self.term.pk)

    def labels(self, languages: Sequence[str]) -> list[tuple[str, ...]]:
        """Return the folded words of the concept's labels in these languages, without repetition."""
        found = [words_of(label) for language, label in self.term.all_labels() if language in languages]
        return [label for label in dict.fromkeys(found) if label]


class Synonyms:
    """The labels of one state of the vocabularies, ready to be looked up by stems."""

    def __init__(self, vocabulary: Vocabulary, stem: Stem) -> None:
        """Read all labels once."""
        self.version = vocabulary.version
        self.stem = stem
        self.languages: set[str] = set()
        self._found: dict[tuple[str, tuple[str, ...]], dict[int, bool]] = defaultdict(dict)
        self._longest: dict[tuple[str, str], int] = {}  # how long labels are that begin with a stem
        self._terms = vocabulary.terms
        for term in vocabulary.searchable:
            if term.scheme not in set(BY_AXIS):
                continue
            for language, label in term.all_labels():
                key = tuple(stem(language, word) for word in raw_words(label))
                if key and len(key) <= LONGEST:
                    preferred = label == term.pref_label.get(language)
                    known = self._found[language, key]
                    known[term.pk] = known.get(term.pk, False) or preferred
                    self.languages.add(language)
                    first = (language, key[0])
                    self._longest[first] = max(self._longest.get(first, 0), len(key))

    def name(self, typed: Sequence[str]) -> list[Named]:
        """Return the concepts that the typed words name, the longest labels first, none inside another one."""
        stems = {language: [self.stem(language, word) for word in typed] for language in self.languages}
        longest = [0] * len(typed)
        for language, of_language in stems.items():
            for start, word in enumerate(of_language):
                longest[start] = max(longest[start], self._longest.get((language, word), 0))
        taken: set[int] = set()
        found: list[Named] = []
        for length in range(min(LONGEST, len(typed), max(longest, default=0)), 0, -1):
            for start in range(len(typed) - length + 1):
                if longest[start] < length:
                    continue
                span = set(range(start, start + length))
                if span & taken or (length == 1 and self._is_stop_word(typed[start])):
                    continue
                concepts: dict[int, bool] = {}
                for language in self.languages:
                    for pk, preferred in self._found.get(
                        (language, tuple(stems[language][start : start + length])), {}
                    ).items():
                        concepts[pk] = concepts.get(pk, False) or preferred
                if concepts:
                    taken |= span
                    found += [Named(start, start + length, self._terms[pk], was) for pk, was in concepts.items()]
        return found[:MOST]

    def _is_stop_word(self, word: str) -> bool:
        return any(word in stop_words(language) for language in self.languages)


_lock = threading.Lock()
_current: Synonyms | None = None


def synonyms(vocabulary: Vocabulary, stem: Stem) -> Synonyms:
    """Return the labels as they are in this state of the vocabularies."""
    global _current
    with _lock:
        if _current is None or _current.version != vocabulary.version or _current._terms is not vocabulary.terms:
            _current = Synonyms(vocabulary, stem)
        return _current
