"""What can the database answer alone, while the index cannot be used? Less, but under the same rule of access."""

import math
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Max, Q

from kb.choices import SourceReliability, Tlp
from kb.models import Entry, EntryConcept
from kb.vocabulary import Vocabulary
from people.viewers import Viewer
from search.engines.base import Hit, Results
from search.facets import BY_PARAM
from search.query import MAX_PAGE, PER_PAGE, SearchQuery

MOST_WORDS = 8  # each is a scan over the titles and summaries


def _holds(text: str) -> Q:
    return Q(title__icontains=text) | Q(summary__icontains=text)


def _narrowed(param: str, values: list[str], vocabulary: Vocabulary) -> Q:
    """Return the condition that a facet's values set."""
    facet = BY_PARAM[param]
    if facet.axis is not None:
        wanted = {pk for value in values for pk in vocabulary.with_narrower(int(value))}
        works = EntryConcept.objects.filter(axis=facet.axis, concept_id__in=wanted)
        return Q(translation_key__in=works.values("entry__translation_key"))
    if param == "marking":
        return Q(
            marking__label__in=[label for label in Tlp.values if facet.token_of_choice(label).split(":")[1] in values]
        )
    if param == "evidence":
        return Q(evidence_source__in=[grade for grade in SourceReliability.values if grade.lower() in values])
    if param == "language":
        return Q(locale__language_code__in=values)
    return Q(**{f"{param}__in": values})


def _by_param(tokens: tuple[str, ...]) -> list[tuple[str, list[str]]]:
    return [(param, [value]) for param, _colon, value in (token.partition(":") for token in tokens)]


def search(query: SearchQuery, viewer: Viewer, vocabulary: Vocabulary) -> Results:
    """Return the works whose title or summary holds any of the words, the newest first; three queries."""
    visible: Any = Entry.objects.visible_to(viewer)
    found = visible
    words = [*query.words, *query.title_words][:MOST_WORDS]
    if words:
        found = found.filter(reduce(or_, (_holds(word) for word in words)))
    elif query.text and not (query.phrases or query.filters or query.excluded or query.excluded_filters):
        found = found.none()
    for phrase in query.phrases[:MOST_WORDS]:
        found = found.filter(_holds(" ".join(phrase)))
    for phrase in query.excluded[:MOST_WORDS]:
        found = found.exclude(_holds(" ".join(phrase)))
    for param, chosen in [
        *((name, list(values)) for name, values in query.selected.items()),
        *_by_param(query.filters),
    ]:
        found = found.filter(_narrowed(param, chosen, vocabulary))
    for param, chosen in _by_param(query.excluded_filters):
        found = found.exclude(_narrowed(param, chosen, vocabulary))
    works = found.order_by().values("translation_key").annotate(newest=Max("published_date"))
    total = works.count()
    page = min(query.page, max(math.ceil(total / PER_PAGE), 1), MAX_PAGE)
    start = (page - 1) * PER_PAGE
    keys = [
        str(row["translation_key"]) for row in works.order_by("-newest", "translation_key")[start : start + PER_PAGE]
    ]
    return Results(
        hits=[Hit(key) for key in keys],
        total=total,
        total_visible=visible.order_by().values("translation_key").distinct().count(),
        page=page,
    )
