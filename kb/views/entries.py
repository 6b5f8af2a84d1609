"""The page of one entry."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from kb.marking import options_for, tombstone_for
from kb.reading import read_entry
from kb.reading_log import note_reading
from kb.vocabulary import vocabulary
from people.viewers import Viewer, viewer_for


def entry(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show an entry; hidden and unknown ones answer alike."""
    viewer = viewer_for(request)
    reading = read_entry(public_id, viewer, vocabulary(request))
    if reading is None:
        return _tombstone(request, public_id, viewer)
    note_reading(entries=[reading.entry, *(row.entry for row in reading.related)], view="kb:entry")
    context = {
        "reading": reading,
        "entry": reading.entry,
        "works_when": reading.entry.conditions("works_when"),
        "not_when": reading.entry.conditions("not_when"),
        "viewer": viewer,
        "options": options_for(viewer, reading.entry),
        "section": "search",
        "highest_marking": reading.highest_marking,
        "chatham_house": reading.chatham_house,
    }
    return render(request, "kb/entry.html", context)


def _tombstone(request: HttpRequest, public_id: str, viewer: Viewer) -> HttpResponse:
    """Say that an entry was recalled, to those who could read it before; to everybody else there is none."""
    found = tombstone_for(public_id, viewer)
    if found is None:
        raise Http404
    marking = found.entry.marking
    context = {
        "entry": found.entry,
        "since": found.since,
        "options": options_for(viewer, found.entry),
        "highest_marking": marking.label,
        "chatham_house": marking.chatham_house,
        "section": "search",
    }
    return render(request, "kb/tombstone.html", context, status=410)
