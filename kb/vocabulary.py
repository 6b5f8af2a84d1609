"""Which concept is which? The vocabularies in memory, read again only after they changed."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import get_language

from kb.choices import Axis
from kb.models.taxonomy import Concept, ConceptScheme, StateVersion, localised


@dataclass(frozen=True, eq=False)
class Term:
    """A concept as readers meet it. Labels are dictionaries by language code."""

    pk: int
    scheme: str
    slug: str
    pref_label: dict[str, str]
    alt_labels: dict[str, list[str]]
    short_label: dict[str, str]
    definitions: dict[str, str]
    notation: str
    broader: int | None
    narrower: tuple[int, ...]
    related: tuple[int, ...]

    @property
    def label(self) -> str:
        """The preferred label in the language of the page."""
        return str(localised(self.pref_label)) or self.slug

    @property
    def short(self) -> str:
        """The label for the head of a column."""
        return str(localised(self.short_label)) or self.label

    @property
    def definition(self) -> str:
        """The definition in the language of the page."""
        return str(localised(self.definitions))

    def all_labels(self) -> Iterator[tuple[str, str]]:
        """Yield (language, label) of every preferred and alternative label."""
        yield from self.pref_label.items()
        for language, labels in self.alt_labels.items():
            for label in labels:
                yield language, label


class Vocabulary:
    """All concepts of one state of the vocabularies."""

    def __init__(self, version: int, terms: Iterable[Term], schemes: dict[str, ConceptScheme]) -> None:
        """Keep the terms in their order."""
        self.version = version
        self.terms = {term.pk: term for term in terms}
        self.schemes = schemes
        self._by_slug = {(term.scheme, term.slug): term for term in self.terms.values()}
        self._labels: dict[str, dict[int, str]] = {}

    def get(self, scheme: str, slug: str) -> Term | None:
        """Return the term of a vocabulary by its identifier, or None."""
        return self._by_slug.get((scheme, slug))

    def labels(self) -> dict[int, str]:
        """Return the preferred labels of all terms in the language of the page, by key; for what shows hundreds."""
        language = get_language() or "en"
        if language not in self._labels:
            self._labels[language] = {pk: term.label for pk, term in self.terms.items()}
        return self._labels[language]

    def of_scheme(self, scheme: str) -> list[Term]:
        """Return the terms of a vocabulary in order."""
        return [term for term in self.terms.values() if term.scheme == scheme]

    def roots(self, scheme: str) -> list[Term]:
        """Return the terms of a vocabulary that have none above them."""
        return [term for term in self.of_scheme(scheme) if term.broader is None]

    def lineage(self, pk: int) -> list[Term]:
        """Return the term and those above it, the nearest first."""
        found: list[Term] = []
        current = self.terms.get(pk)
        while current is not None and current not in found:
            found.append(current)
            current = self.terms.get(current.broader) if current.broader else None
        return found

    def root(self, pk: int) -> Term:
        """Return the uppermost term above this one. Raises KeyError for an unknown key."""
        return self.lineage(pk)[-1] if pk in self.terms else self.terms[pk]

    def with_narrower(self, pk: int) -> set[int]:
        """Return the keys of the term and of all below it."""
        found: set[int] = set()
        waiting = [pk]
        while waiting:
            key = waiting.pop()
            if key in self.terms and key not in found:
                found.add(key)
                waiting.extend(self.terms[key].narrower)
        return found

    def below(self, pk: int) -> list[Term]:
        """Return all terms below this one, in the order of the vocabulary."""
        found: list[Term] = []
        for key in self.terms[pk].narrower:
            found += [self.terms[key], *self.below(key)]
        return found

    @cached_property
    def searchable(self) -> list[Term]:
        """The terms whose labels are synonyms in search."""
        return [term for term in self.terms.values() if self.schemes[term.scheme].synonym_search]


_lock = threading.Lock()
_current: Vocabulary | None = None


def _read(version: int) -> Vocabulary:
    schemes = {scheme.slug: scheme for scheme in ConceptScheme.objects.all()}
    concepts = list(Concept.objects.select_related("scheme"))
    narrower: dict[int, list[int]] = {}
    for concept in concepts:
        if concept.broader_id:
            narrower.setdefault(concept.broader_id, []).append(concept.pk)
    related: dict[int, list[int]] = {}
    through: Any = Concept.related.through
    for one, other in through.objects.values_list("from_concept_id", "to_concept_id"):
        related.setdefault(one, []).append(other)
    return Vocabulary(
        version,
        (
            Term(
                pk=concept.pk,
                scheme=concept.scheme.slug,
                slug=concept.slug,
                pref_label=concept.pref_label,
                alt_labels=concept.alt_labels,
                short_label=concept.short_label,
                definitions=concept.definition,
                notation=concept.notation,
                broader=concept.broader_id,
                narrower=tuple(narrower.get(concept.pk, ())),
                related=tuple(related.get(concept.pk, ())),
            )
            for concept in concepts
        ),
        schemes,
    )


def state_versions(request: Any = None) -> dict[str, int]:
    """Return the counters of `StateVersion` by name: one query, kept on the request where one is given."""
    versions: dict[str, int] | None = getattr(request, "_state_versions", None)
    if versions is None:
        versions = StateVersion.numbers()
        if request is not None:
            request._state_versions = versions
    return versions


def vocabulary(request: Any = None) -> Vocabulary:
    """Return the vocabularies as they are now; at most one query while they have not changed."""
    global _current
    version = state_versions(request).get("vocabulary", 0)
    with _lock:
        if _current is None or _current.version != version:
            _current = _read(version)
        return _current


def expertise_areas() -> list[tuple[str, str]]:
    """Return slug and label of every area of expertise, for people to choose from."""
    return [(term.slug, term.label) for term in vocabulary().of_scheme(Axis.EXPERTISE)]


def forget() -> None:
    """Drop what is in memory, for tests that throw their database away."""
    global _current
    _current = None
