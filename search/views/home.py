"""The first page: search, place and threat, the latest, the best supported, and the map of what is known."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kb.choices import Maturity
from kb.models.pages import HomePage
from kb.reading import page_language
from kb.sharing import tlp
from kb.vocabulary import vocabulary
from people.viewers import viewer_for
from search import coverage as maps
from search import results
from search.access import reach_of
from search.query import SearchQuery


def _examples() -> tuple[str, ...]:
    """Return queries that show what the search box understands."""
    return (_("vehicle barrier market"), _("queue bag search"), "HVM")


def home(request: HttpRequest) -> HttpResponse:
    """Show the ways in, counted under the reader's own clearance."""
    reach, terms, language = reach_of(viewer_for(request)), vocabulary(request), page_language()
    latest, best = results.best_and_latest(reach, terms)
    cards = {str(card.entry.translation_key): card for card in results.listed([*latest, *best], reach, terms)}
    numbers = results.coverage(reach)
    best_cards = [cards[key] for key in best if key in cards]
    context = {
        "page": HomePage.objects.live().filter(locale__language_code=language).first(),
        "latest": [cards[key] for key in latest if key in cards],
        "best": best_cards,
        "best_address": SearchQuery(sort="evidence").address(terms),
        "newest_address": SearchQuery(sort="newest").address(terms),
        "validated": bool(best_cards) and all(card.entry.maturity == Maturity.VALIDATED for card in best_cards),
        "numbers": numbers,
        "map": maps.coverage_map(numbers, terms) if numbers else None,
        "places": maps.chooser("place", numbers, terms),
        "threats": maps.chooser("threat", numbers, terms),
        "highest_marking": tlp.highest(card.entry.marking.label for card in cards.values()),
        "chatham_house": tlp.withholds_source(card.entry.marking for card in cards.values()),
        "examples": [(text, SearchQuery(text=text).address(terms)) for text in _examples()],
        "section": "home",
    }
    return render(request, "search/home.html", context)
