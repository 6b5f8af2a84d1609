"""Memberships as those see them who vouch: confirmed for a year, suspended, ended."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from people import memberships, remit
from people.viewers import viewer_for
from people.views.doors import answering

VERBS = {
    "confirm": (memberships.confirm, lambda: _("Confirmed for a year.")),
    "suspend": (memberships.suspend, lambda: _("Suspended: the person reads what everybody may read, from now on.")),
    "end": (memberships.end, lambda: _("The membership has ended, from now on.")),
}


@answering
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a membership and what can be done about it."""
    membership = get_object_or_404(remit.memberships(viewer_for(request)), pk=pk)
    return render(request, "people/membership.html", {"membership": membership})


@answering
@require_POST
def change(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Confirm, suspend or end a membership."""
    if verb not in VERBS:
        raise Http404
    user: Any = request.user
    membership = get_object_or_404(remit.memberships(viewer_for(request)), pk=pk)
    do, said = VERBS[verb]
    try:
        do(membership=membership, by=user)
    except memberships.MembershipRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("people:membership", membership.pk)
    messages.success(request, said())
    return redirect("people:organisation", membership.organisation_id)


@answering
def due(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm all memberships that end soon, on one page."""
    user: Any = request.user
    place = get_object_or_404(remit.organisations(viewer_for(request)), pk=pk)
    rows = [row for row in memberships.due(place) if row.user_id != user.pk]
    if request.method == "POST":
        chosen = set(request.POST.getlist("membership"))
        done = _confirmed([row for row in rows if str(row.pk) in chosen], user)
        messages.success(request, _("Confirmed for a year: %(count)s.") % {"count": done})
        return redirect("people:organisation", place.pk)
    return render(request, "people/memberships_due.html", {"organisation": place, "memberships": rows})


def _confirmed(rows: list[Any], user: Any) -> int:
    done = 0
    for row in rows:
        try:
            memberships.confirm(membership=row, by=user)
        except memberships.NotInForce:
            continue  # somebody ended it meanwhile
        done += 1
    return done
