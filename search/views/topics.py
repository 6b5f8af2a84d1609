"""The vocabularies as ways in: all concepts with their entries, and a page for each concept."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from kb.choices import Axis
from kb.reading import page_language
from kb.vocabulary import vocabulary
from people.viewers import viewer_for
from search import results, topics
from search.access import reach_of
from search.facets import BY_AXIS


def browse(request: HttpRequest) -> HttpResponse:
    """Show facility types, threats and measures as trees, counted under the reader's clearance."""
    reach, terms = reach_of(viewer_for(request)), vocabulary(request)
    context: dict[str, Any] = {"trees": topics.trees(results.coverage(reach), terms), "section": "browse"}
    return render(request, "search/browse.html", context)


def topic(request: HttpRequest, scheme: str, slug: str) -> HttpResponse:
    """Show a concept: its definition, its entries and its neighbours."""
    reach, terms = reach_of(viewer_for(request)), vocabulary(request)
    term = terms.get(scheme, slug)
    if term is None or scheme not in Axis.values or Axis(scheme) not in BY_AXIS:
        raise Http404
    page = topics.topic(term, reach, terms, page_language())
    context = {
        "topic": page,
        "term": term,
        "highest_marking": page.found.highest_marking,
        "chatham_house": page.found.chatham_house,
        "section": "browse",
    }
    return render(request, "search/topic.html", context)
