"""The results of a search, and suggestions while somebody types."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from kb.reading import page_language
from kb.vocabulary import Vocabulary, vocabulary
from people.viewers import viewer_for
from search import results as found_results
from search.access import reach_of
from search.paging import pages_of
from search.query import SORTS, SearchQuery, cleaned, parse
from search.suggestions import suggestions


def _sorts(query: SearchQuery, terms: Vocabulary) -> list[tuple[str, str, bool]]:
    """Return name, address and whether it is in use of each order; without words there is no best match."""
    in_use = query.sort if query.asks or query.sort != "relevance" else "newest"
    return [
        (name, query.address(terms, sort=name), name == in_use) for name in SORTS if query.asks or name != "relevance"
    ]


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show a page of results; whatever is wrong with the address is ignored."""
    reach, terms = reach_of(viewer_for(request)), vocabulary(request)
    query = parse(request.GET, terms, page_language())
    found = found_results.find(query, reach, terms)
    did_you_mean = found.results.did_you_mean
    here = {card.entry.public_id for card in found.cards}
    context = {
        "found": found,
        "query": found.query,
        "chosen": found_results.chosen(query, terms),
        "sorts": _sorts(query, terms),
        "pages": pages_of(found, terms),
        "ways": found_results.ways_out(query, reach, terms) if not found.total and not found.limited else [],
        "did_you_mean": did_you_mean,
        "did_you_mean_address": query.address(terms, text=did_you_mean) if did_you_mean else "",
        "all_address": reverse("search:results"),
        "ticked_elsewhere": [key for key in query.ticked if key not in here],
        "highest_marking": found.highest_marking,
        "chatham_house": found.chatham_house,
        "section": "search",
    }
    return render(request, "search/results.html" if found.total else "search/empty.html", context)


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """Return titles and concepts that begin like the typed words, as JSON."""
    typed = cleaned(request.GET.get("q", ""))
    reach, terms = reach_of(viewer_for(request)), vocabulary(request)
    return JsonResponse({"suggestions": suggestions(typed, reach, terms, page_language())})
