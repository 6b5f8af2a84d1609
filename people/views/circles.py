"""Circles as a contact point sees them: proposed, joined, left."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from people import circles, remit
from people.join_forms.answering import ProposeForm
from people.viewers import viewer_for
from people.views.doors import answering


@answering
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a circle and ask others into it."""
    user: Any = request.user
    viewer = viewer_for(request)
    place = get_object_or_404(remit.organisations(viewer), pk=pk)
    form = ProposeForm(request.POST or None, organisations=remit.may_be_asked(viewer, place))
    if request.method == "POST" and form.is_valid():
        try:
            circles.propose(organisation=place, by=user, **form.cleaned_data)
        except circles.CircleRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("The circle is there. Each organisation that you asked answers for itself."))
            return redirect("people:organisation", place.pk)
    return render(request, "people/circle_new.html", {"organisation": place, "form": form})


@answering
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Join the circle that the organisation was asked into, or stay out of it."""
    user: Any = request.user
    asked = get_object_or_404(remit.circle_invitations(viewer_for(request)), pk=pk)
    joins = "join" in request.POST
    try:
        (circles.accept if joins else circles.decline)(invitation=asked, by=user)
    except circles.CircleRefused as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("Your organisation is in the circle.") if joins else _("Your organisation stays out of the circle.")
        messages.success(request, said)
    return redirect("people:organisation", asked.organisation_id)


@answering
def leave(request: HttpRequest, pk: int, circle_pk: int) -> HttpResponse:
    """Say what leaving a circle does, then leave it."""
    user: Any = request.user
    place = get_object_or_404(remit.organisations(viewer_for(request)), pk=pk)
    circle = get_object_or_404(place.circles, pk=circle_pk)
    if request.method == "POST":
        try:
            circles.leave(circle=circle, organisation=place, by=user)
        except circles.CircleRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Your organisation has left the circle."))
        return redirect("people:organisation", place.pk)
    return render(request, "people/circle_leave.html", {"organisation": place, "circle": circle})
