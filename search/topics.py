"""What belongs to a concept: its entries, its neighbours in the vocabulary, and what it often meets?"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from kb.choices import Axis
from kb.vocabulary import Term, Vocabulary
from search.access import Reach
from search.engines.base import Coverage
from search.facets import BY_AXIS, BY_PARAM, Facet
from search.query import SearchQuery
from search.results import Found, Link, find

BROWSED = (Axis.FACILITY, Axis.THREAT, Axis.MEASURE)
# With which other facets a concept's page shows what it often meets.
MET = {"place": ("threat", "measure"), "threat": ("place", "measure"), "measure": ("place", "threat")}
MET_AT_MOST = 6


@dataclass(frozen=True)
class Node:
    """A concept of a tree with its number of entries; None where nothing could be counted."""

    label: str
    address: str
    count: int | None
    children: "list[Node]"


@dataclass(frozen=True)
class Tree:
    """A vocabulary to browse."""

    facet: Facet
    roots: list[Node]


def address_of(term: Term) -> str:
    """Return the address of a concept's page."""
    return reverse("search:topic", args=[term.scheme, term.slug])


def _node(term: Term, counts: Mapping[str, int] | None, terms: Vocabulary) -> Node:
    return Node(
        label=term.label,
        address=address_of(term),
        count=None if counts is None else counts.get(str(term.pk), 0),
        children=[_node(terms.terms[pk], counts, terms) for pk in term.narrower if pk in terms.terms],
    )


def trees(numbers: Coverage | None, terms: Vocabulary) -> list[Tree]:
    """Return the vocabularies to browse, every concept with its number of entries."""
    found = []
    for axis in BROWSED:
        facet = BY_AXIS[axis]
        counts = numbers.counts.get(facet.param, {}) if numbers else None
        found.append(Tree(facet, [_node(root, counts, terms) for root in terms.roots(axis)]))
    return found


@dataclass(frozen=True)
class Meeting:
    """The values of another facet that a concept's entries carry most."""

    facet: Facet
    links: list[Link]


@dataclass(frozen=True)
class Topic:
    """The page of a concept."""

    facet: Facet
    found: Found
    results_address: str
    lineage: list[Term]
    narrower: list[Node]
    related: list[Node]
    meetings: list[Meeting]


def topic(term: Term, reach: Reach, terms: Vocabulary, language: str) -> Topic:
    """Return a concept's first entries, the best supported first, and its neighbours."""
    facet = BY_AXIS[Axis(term.scheme)]
    query = SearchQuery(selected={facet.param: (str(term.pk),)}, sort="evidence", language=language)
    found = find(query, reach, terms)
    counts = found.results.counts.get(facet.param) if not found.limited else None
    return Topic(
        facet=facet,
        found=found,
        results_address=query.address(terms, sort="relevance"),
        lineage=list(reversed(terms.lineage(term.pk)[1:])),
        narrower=[_node(terms.terms[pk], counts, terms) for pk in term.narrower if pk in terms.terms],
        related=[
            _node(terms.terms[pk], counts if terms.terms[pk].scheme == term.scheme else None, terms)
            for pk in term.related
            if pk in terms.terms
        ],
        meetings=[] if found.limited else _meetings(query, found, terms),
    )


def _meetings(query: SearchQuery, found: Found, terms: Vocabulary) -> list[Meeting]:
    param = next(iter(query.selected))
    meetings = []
    for other in MET.get(param, ("place", "threat")):
        facet = BY_PARAM[other]
        counts = found.results.counts.get(other, {})
        specific = [value for value in facet.order(counts, terms) if not terms.terms[int(value)].narrower]
        links = [
            Link(
                facet.label_of(value, terms),
                query.address(terms, selected={**query.selected, other: (value,)}, sort="relevance"),
                counts[value],
            )
            for value in specific[:MET_AT_MOST]
        ]
        if links:
            meetings.append(Meeting(facet, links))
    return meetings
