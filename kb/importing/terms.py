"""Which concept does a word of a file mean, and which ones are near to a word that nobody knows?"""

import difflib
from dataclasses import dataclass, field

from kb.importing.targets import AXIS_OF, normal
from kb.vocabulary import Term, Vocabulary

_OFFERED = 3
_REMEMBERED = 5_000  # words whose neighbours are kept


@dataclass
class Unknown:
    """A word that names no concept: where it stood, and which concepts are near (identifier, label)."""

    count: int = 0
    lines: list[int] = field(default_factory=list)
    near: list[tuple[str, str]] = field(default_factory=list)


class Terms:
    """The concepts of each field by their identifiers and labels in every language."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Order the labels; an identifier goes before a label, a preferred label before another one."""
        self.named: dict[str, dict[str, Term]] = {}
        self.unknown: dict[tuple[str, str], Unknown] = {}
        for name, axis in AXIS_OF.items():
            known = self.named[name] = {}
            terms = vocabulary.of_scheme(axis)
            for term in terms:
                known.setdefault(normal(term.slug), term)
            for term in terms:
                for label in term.pref_label.values():
                    known.setdefault(normal(label), term)
            for term in terms:
                for _language, label in term.all_labels():
                    known.setdefault(normal(label), term)

    def find(self, name: str, text: str) -> Term | None:
        """Return the concept that a text names in a field, or None."""
        return self.named[name].get(normal(text))

    def miss(self, name: str, text: str, line: int) -> Unknown:
        """Note a text that names no concept, and return what is known of it."""
        key = (name, text[:100])
        seen = self.unknown.get(key)
        if seen is None:
            near = self._near(name, text) if len(self.unknown) < _REMEMBERED else []
            seen = Unknown(near=near)
            if len(self.unknown) < _REMEMBERED:
                self.unknown[key] = seen
        seen.count += 1
        if len(seen.lines) < 5:
            seen.lines.append(line)
        return seen

    def _near(self, name: str, text: str) -> list[tuple[str, str]]:
        known = self.named[name]
        wanted = normal(text)[:100]
        close = difflib.get_close_matches(wanted, known, n=2 * _OFFERED, cutoff=0.6)
        words = set(wanted.split())
        shared = sorted(
            (label for label in known if words & set(label.split())),
            key=lambda label: -len(words & set(label.split())) / len(words | set(label.split())),
        )
        found: dict[str, str] = {}
        for label in [*close, *shared]:
            term = known[label]
            found.setdefault(term.slug, term.pref_label.get("en") or term.slug)
        return list(found.items())[:_OFFERED]
