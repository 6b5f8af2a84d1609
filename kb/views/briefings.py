"""The briefing: chosen entries, cut to what is taken along. The choice lives in the address."""

from datetime import date
from urllib.parse import urlencode

import qrcode
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from kb.choices import Standing
from kb.models import Entry
from kb.reading import Brief, page_language, read_briefing
from kb.reading_log import note_reading
from kb.sharing import tlp
from kb.vocabulary import vocabulary
from people.viewers import viewer_for

MAX_ASKED = 500  # identifiers looked at; more than a person can tick


def _address(public_ids: list[str], **extra: str) -> str:
    return f"{reverse('kb:briefing')}?{urlencode([*(('e', key) for key in public_ids), *extra.items()])}"


def _moves(briefs: list[Brief]) -> list[dict[str, object]]:
    """Return each brief with the addresses that move it up, down or out."""
    keys = [brief.entry.public_id for brief in briefs]
    rows: list[dict[str, object]] = []
    for position, brief in enumerate(briefs):
        without = [*keys[:position], *keys[position + 1 :]]
        key = keys[position]
        up = [*without[: position - 1], key, *without[position - 1 :]] if position else None
        down = [*without[: position + 1], key, *without[position + 1 :]] if position < len(keys) - 1 else None
        rows.append(
            {
                "brief": brief,
                "up": _address(up) if up else "",
                "down": _address(down) if down else "",
                "out": _address(without) if without else reverse("kb:briefing"),
            }
        )
    return rows


def _qr_path(address: str) -> tuple[str, int]:
    """Return the path of a QR code of unit squares and the number of squares along its side."""
    code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_L)
    code.add_data(address)
    code.make(fit=True)
    squares = [
        f"M{column} {row}h1v1h-1z"
        for row, line in enumerate(code.get_matrix())
        for column, dark in enumerate(line)
        if dark
    ]
    return "".join(squares), code.modules_count


def _since(request: HttpRequest) -> date | None:
    try:
        return parse_date(request.GET.get("since", ""))
    except ValueError:
        return None


def _changed(entry: Entry, since: date) -> bool:
    """Is what was printed no longer what holds: revised or reviewed since, or replaced?"""
    revised = entry.last_published_at is not None and timezone.localdate(entry.last_published_at) > since
    reviewed = entry.reviewed_date is not None and entry.reviewed_date > since
    return revised or reviewed or entry.standing == Standing.SUPERSEDED


def briefing(request: HttpRequest) -> HttpResponse:
    """Show the readable entries among those asked for, in their order, as one printable briefing."""
    asked = [key for key in request.GET.getlist("e")[:MAX_ASKED] if len(key) <= 12 and key.isalnum()]
    briefs = read_briefing(asked, viewer_for(request), vocabulary(request), page_language())
    note_reading(entries=[brief.entry for brief in briefs], view="kb:briefing")
    keys = [brief.entry.public_id for brief in briefs]
    today = timezone.localdate()
    since = _since(request)
    qr_path, qr_side = (
        _qr_path(request.build_absolute_uri(_address(keys, since=today.isoformat()))) if keys else ("", 0)
    )
    context = {
        "rows": _moves(briefs),
        "keys": keys,
        "today": today,
        "since": since,
        "changed": [brief.entry for brief in briefs if since and _changed(brief.entry, since)],
        "highest_marking": tlp.highest(brief.entry.marking.label for brief in briefs) if briefs else None,
        "chatham_house": tlp.withholds_source(brief.entry.marking for brief in briefs),
        "qr_path": qr_path,
        "qr_side": qr_side,
        "add_address": f"{reverse('search:results')}?{urlencode([('e', key) for key in keys])}",
        "section": "search",
    }
    return render(request, "kb/briefing.html", context)
