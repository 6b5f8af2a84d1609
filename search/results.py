"""What does a page of results show? Hits that were asked for again, with what a reader decides by."""

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kb.models import Entry
from kb.reading import page_language, sources_of
from kb.reading_log import is_recorded
from kb.sharing import tlp
from kb.trust import trust_line
from kb.vocabulary import Vocabulary
from search import access
from search.access import Reach
from search.documents.entries import stamp_of
from search.engines import engine, fallback
from search.engines.base import Coverage, EngineUnavailable, Results
from search.facets import BY_PARAM, FACETS, FacetView, view_of
from search.query import MAX_PAGE, PER_PAGE, SearchQuery
from search.snippets import LENGTH

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Card:
    """One hit as it is shown."""

    entry: Entry
    places: list[str]
    threats: list[str]
    snippet: SafeString | str = ""
    trust_line: str = ""
    ticked: bool = False

    def __getitem__(self, name: str) -> Any:
        """Return a field: templates ask this way first, and a page has many cards."""
        return self.__dict__[name]


@dataclass(frozen=True)
class Link:
    """Words, where they lead, and how many entries are there."""

    label: str
    address: str
    count: int | None = None


@dataclass
class Found:
    """A page of results."""

    query: SearchQuery
    cards: list[Card]
    total: int
    total_visible: int
    page: int
    results: Results
    vocabulary: Vocabulary
    limited: bool = False

    @cached_property
    def facets(self) -> list[FacetView]:
        """What the filter shows, worked out where it is shown."""
        if self.limited:
            return []
        counts, selected = self.results.counts, self.query.selected
        views = (
            view_of(facet, counts.get(facet.param, {}), tuple(selected.get(facet.param, ())), self.vocabulary)
            for facet in FACETS
        )
        return [view for view in views if view is not None]

    @property
    def pages(self) -> int:
        """How many pages can be looked at."""
        return min(max(math.ceil(self.total / PER_PAGE), 1), MAX_PAGE)

    @property
    def primary(self) -> list[FacetView]:
        """The facets that stand open."""
        return [view for view in self.facets if view.facet.primary]

    @property
    def more(self) -> list[FacetView]:
        """The facets that open on demand."""
        return [view for view in self.facets if not view.facet.primary]

    @property
    def more_open(self) -> bool:
        """Is anything selected among the facets that open on demand?"""
        return any(view.selected for view in self.more)

    @property
    def highest_marking(self) -> str:
        """The highest label of all that the page shows."""
        return tlp.highest(card.entry.marking.label for card in self.cards)

    @property
    def chatham_house(self) -> bool:
        """Does anything that the page shows stand under the Chatham House rule?"""
        return tlp.withholds_source(card.entry.marking for card in self.cards)


def run(query: SearchQuery, reach: Reach, vocabulary: Vocabulary) -> tuple[Results, bool]:
    """Return what the engine finds, or what the database finds in its stead, and whether that was so."""
    try:
        return engine().search(query, reach.audience, vocabulary, hidden=reach.hidden), False
    except EngineUnavailable as error:
        logger.warning("The search index cannot be used: %s", error)
        return fallback.search(query, reach.viewer, vocabulary), True


def cards_of(
    rows: Sequence[Entry], vocabulary: Vocabulary, results: Results | None = None, ticked: Sequence[str] = ()
) -> list[Card]:
    """Return the cards of rows; with trust lines and marked sentences where there are results. One or two queries."""
    found = access.places_and_threats(rows, vocabulary)
    texts, references = ({hit.key: hit.texts for hit in results.hits}, sources_of(rows)) if results else ({}, {})
    labels, today = vocabulary.labels(), timezone.localdate()
    cards: list[Card] = []
    for row in rows:
        places, threats = found[str(row.translation_key)]
        cards.append(
            Card(
                entry=row,
                places=[labels[term.pk] for term in places],
                threats=[labels[term.pk] for term in threats],
                snippet=_snippet(row, texts, results) if results else "",
                trust_line=trust_line(row, references.get(row.pk, []), today) if results else "",
                ticked=row.public_id in ticked,
            )
        )
    return cards


def _snippet(row: Entry, texts: Any, results: Results) -> SafeString | str:
    """Return the sentence that shows why the row was found, else the beginning of its summary.

    Indexed prose of another state of the row is not shown: words may have been taken out since. Nor is that of what
    is recorded when it is read: lists are not, and whoever asks often enough would read all of it here.
    """
    if not results.highlighter.seeks:
        return _shortened(row.summary)
    language = row.locale.language_code.split("-")[0]
    indexed = texts.get(str(row.translation_key), {}).get(language)
    prose = row.summary
    if indexed is not None and indexed.stamp == stamp_of(row) and not is_recorded(row.marking.label):
        prose = f"{row.summary}\n{indexed.text}"
    sentence = results.highlighter.best_sentence(prose, language)
    return sentence if sentence is not None else _shortened(row.summary)


def find(query: SearchQuery, reach: Reach, vocabulary: Vocabulary) -> Found:
    """Return a page of results that the reader may see."""
    results, limited = run(query, reach, vocabulary)
    rows = access.readable([hit.key for hit in results.hits], reach.viewer, query.language)
    dropped = len(results.hits) - len(rows)
    return Found(
        query=query.with_page(results.page),
        cards=cards_of(rows, vocabulary, results, query.ticked),
        total=max(results.total - dropped, len(rows)),
        total_visible=max(results.total_visible - dropped, len(rows)),
        page=results.page,
        results=results,
        vocabulary=vocabulary,
        limited=limited,
    )


def chosen(query: SearchQuery, vocabulary: Vocabulary) -> list[Link]:
    """Return each selected value with the address that leaves it out."""
    return [
        Link(
            BY_PARAM[param].label_of(value, vocabulary),
            query.address(vocabulary, selected=_without(query, param, value)),
        )
        for param, values in query.selected.items()
        for value in values
    ]


def _without(query: SearchQuery, param: str, value: str, instead: str = "") -> dict[str, tuple[str, ...]]:
    rest = tuple(other for other in query.selected.get(param, ()) if other != value) + ((instead,) if instead else ())
    return {**query.selected, param: rest}


def _shortened(text: str) -> str:
    """Return the text cut after a word where it is too long."""
    if len(text) <= LENGTH:
        return text
    return text[:LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:–") + " …"


def ways_out(query: SearchQuery, reach: Reach, vocabulary: Vocabulary) -> list[Link]:
    """Return what finds something where this query finds nothing: one value less or wider, the most telling first."""
    tries: list[tuple[str, SearchQuery]] = []
    for param, values in query.selected.items():
        facet = BY_PARAM[param]
        for value in values:
            label = facet.label_of(value, vocabulary)
            tries.append(
                (_("Without “%(label)s”") % {"label": label}, replace(query, selected=_without(query, param, value)))
            )
            broader = vocabulary.terms[int(value)].broader if facet.axis is not None else None
            if broader is not None:
                wider = replace(query, selected=_without(query, param, value, str(broader)))
                tries.append((_("Wider: %(label)s") % {"label": vocabulary.terms[broader].label}, wider))
    if query.text and query.narrowed:
        without_words = replace(
            query, text="", words=(), phrases=(), title_words=(), filters=(), excluded=(), excluded_filters=()
        )
        tries.append((_("Without “%(label)s”") % {"label": query.text}, without_words))
    links = []
    for label, other in tries[:8]:
        total = run(other.with_page(1), reach, vocabulary)[0].total
        if total:
            links.append(Link(label, other.address(vocabulary), total))
    return sorted(links, key=lambda link: -(link.count or 0))


def listed(keys: Sequence[str], reach: Reach, vocabulary: Vocabulary) -> list[Card]:
    """Return the works of these keys that the reader may read, as short rows; two queries."""
    return cards_of(access.readable(keys, reach.viewer, page_language()), vocabulary) if keys else []


def best_and_latest(reach: Reach, vocabulary: Vocabulary, number: int = 4) -> tuple[list[str], list[str]]:
    """Return the keys of the latest and of the best supported works."""
    orders = []
    for sort in ("newest", "evidence"):
        results, _limited = run(SearchQuery(sort=sort), reach, vocabulary)
        orders.append([hit.key for hit in results.hits[:number]])
    return orders[0], orders[1]


def coverage(reach: Reach) -> Coverage | None:
    """Return the numbers of the coverage map, or None while the index cannot be used."""
    try:
        return engine().coverage(reach.audience, hidden=reach.hidden)
    except EngineUnavailable as error:
        logger.warning("The search index cannot be used: %s", error)
        return None
