"""What might be meant before the query is complete? Concepts and titles, within the reader's clearance."""

import logging

from django.urls import reverse
from django.utils.translation import gettext as _

from kb.choices import Axis
from kb.vocabulary import Term, Vocabulary
from search import access
from search.access import Reach
from search.analysis import words
from search.engines import engine
from search.engines.base import EngineUnavailable
from search.facets import BY_AXIS

logger = logging.getLogger(__name__)

MOST = 8
MOST_CONCEPTS = 4
LEAST_LETTERS = 2


def _begins(typed: list[str], label: str) -> bool:
    """Do the typed words stand in the label, the last of them perhaps unfinished?"""
    there = words(label)
    return all(word in there for word in typed[:-1]) and any(word.startswith(typed[-1]) for word in there)


def _concepts(typed: list[str], counts: "dict[str, dict[str, int]]", terms: Vocabulary) -> list[tuple[int, Term]]:
    """Return the concepts with entries that a label in any language names, those with most entries first."""
    found: list[tuple[int, Term]] = []
    for term in terms.searchable:
        facet = BY_AXIS.get(Axis(term.scheme)) if term.scheme in Axis.values else None
        count = counts.get(facet.param, {}).get(str(term.pk), 0) if facet else 0
        if count and any(_begins(typed, label) for _language, label in term.all_labels()):
            found.append((count, term))
    return sorted(found, key=lambda pair: (-pair[0], pair[1].label))[:MOST_CONCEPTS]


def suggestions(text: str, reach: Reach, terms: Vocabulary, language: str) -> list[dict[str, str]]:
    """Return at most eight of {text, note, url, lang}; none while the index cannot be used."""
    typed = words(text)
    if not typed or len(typed[-1]) < LEAST_LETTERS:
        return []
    try:
        counts = {param: dict(values) for param, values in engine().counts(reach.audience, hidden=reach.hidden).items()}
        keys = engine().suggest(text, reach.audience, MOST, hidden=reach.hidden)
    except EngineUnavailable as error:
        logger.warning("The search index cannot be used: %s", error)
        return []
    rows = [
        {
            "text": term.label,
            "note": _("Topic, %(count)d entries") % {"count": count},
            "url": reverse("search:topic", args=[term.scheme, term.slug]),
            "lang": language,
        }
        for count, term in _concepts(typed, counts, terms)
    ]
    for entry in access.readable(keys, reach.viewer, language)[: MOST - len(rows)]:
        rows.append(
            {
                "text": entry.title,
                "note": str(entry.get_kind_display()),
                "url": entry.get_absolute_url(),
                "lang": entry.locale.language_code,
            }
        )
    return rows
