"""The page of one entry."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from kb.reading import read_entry
from kb.reading_log import note_reading
from kb.vocabulary import vocabulary
from people.viewers import viewer_for


def entry(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show an entry; hidden and unknown ones answer alike."""
    viewer = viewer_for(request)
    reading = read_entry(public_id, viewer, vocabulary(request))
    if reading is None:
        raise Http404
    note_reading(entries=[reading.entry, *(row.entry for row in reading.related)], view="kb:entry")
    context = {
        "reading": reading,
        "entry": reading.entry,
        "works_when": reading.entry.conditions("works_when"),
        "not_when": reading.entry.conditions("not_when"),
        "viewer": viewer,
        "section": "search",
        "highest_marking": reading.highest_marking,
    }
    return render(request, "kb/entry.html", context)
