"""The assessment sheet: the common questions for a place under its threats, answered in the browser or on paper."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.assessment import make_sheet
from kb.choices import Axis
from kb.reading import page_language
from kb.reading_log import note_reading
from kb.vocabulary import vocabulary
from people.viewers import viewer_for

ANSWERS = (("yes", _("Yes")), ("partly", _("Partly")), ("no", _("No")), ("unseen", _("Not seen")))


def sheet(request: HttpRequest) -> HttpResponse:
    """Ask for a facility type and threats, then show the sheet; unknown words are passed over."""
    words = vocabulary(request)
    place = words.get(Axis.FACILITY, request.GET.get("place", ""))
    chosen = [words.get(Axis.THREAT, slug) for slug in request.GET.getlist("threat")[:20]]
    threats = [term for term in chosen if term is not None]
    context = {
        "places": [(root, words.below(root.pk)) for root in words.roots(Axis.FACILITY)],
        "threat_choices": words.roots(Axis.THREAT),
        "answers": ANSWERS,
        "place": place,
        "threats": threats,
        "today": timezone.localdate(),
        "section": "sheet",
    }
    if place is not None:
        made = make_sheet(place, threats, viewer_for(request), words, page_language())
        note_reading(entries=[*(group.pattern for group in made.groups), *made.options], view="kb:sheet")
        context["sheet"] = made
        context["highest_marking"] = made.highest_marking if made.groups else None
        context["chatham_house"] = made.chatham_house
        context["options_address"] = (
            f"{reverse('kb:briefing')}?{urlencode([('e', row.public_id) for row in made.options])}"
        )
    return render(request, "kb/sheet.html", context)
