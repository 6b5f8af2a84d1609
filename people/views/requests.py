"""Requests for access: who asks, and the answer of somebody who answers for the organisation."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from people import remit, vetting
from people.join_forms.answering import ApproveForm, DeclineForm
from people.models import AccessRequest
from people.viewers import Viewer, viewer_for
from people.views.doors import answering


@answering
def requests(request: HttpRequest) -> HttpResponse:
    """List the requests that wait for this person."""
    return render(request, "people/requests.html", {"requests": remit.requests(viewer_for(request))})


@answering
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who asks, when and why, and the three answers."""
    viewer = viewer_for(request)
    asked = get_object_or_404(remit.requests(viewer), pk=pk)
    return _shown(request, viewer, asked)


def _shown(request: HttpRequest, viewer: Viewer, asked: AccessRequest, **forms: Any) -> HttpResponse:
    context = {
        "asked": asked,
        "approve": _approval(viewer, asked),
        "decline": DeclineForm(prefix="decline"),
        **forms,
    }
    context["form"] = next(iter(forms.values()), None)
    return render(request, "people/request.html", context)


def _approval(viewer: Viewer, asked: AccessRequest, data: Any = None) -> ApproveForm | None:
    """Return the form that names the organisation, where the request does not."""
    if asked.organisation_id is not None:
        return None
    return ApproveForm(data, organisations=remit.organisations(viewer), prefix="approve")


@answering
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the person a member."""
    viewer, user = viewer_for(request), _person(request)
    asked = get_object_or_404(remit.requests(viewer), pk=pk)
    form = _approval(viewer, asked, request.POST)
    if form is not None and not form.is_valid():
        return _shown(request, viewer, asked, approve=form)
    place = form.cleaned_data["organisation"] if form is not None else None
    try:
        vetting.approve(request=asked, by=user, organisation=place)
    except vetting.VettingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Approved: the person reads as a member from now on, for a year."))
    return redirect("people:requests")


@answering
@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline with a reason."""
    viewer = viewer_for(request)
    asked = get_object_or_404(remit.requests(viewer), pk=pk)
    form = DeclineForm(request.POST, prefix="decline")
    if not form.is_valid():
        return _shown(request, viewer, asked, decline=form)
    try:
        vetting.decline(request=asked, by=_person(request), reason=form.cleaned_data["reason"])
    except vetting.VettingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Declined: the person reads your reason on the site."))
    return redirect("people:requests")


@answering
@require_POST
def pass_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave the answer to the administrators."""
    asked = get_object_or_404(remit.requests(viewer_for(request)), pk=pk)
    try:
        vetting.pass_on(request=asked, by=_person(request))
    except vetting.VettingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Passed on: an administrator answers it."))
    return redirect("people:requests")


def _person(request: HttpRequest) -> Any:
    return request.user
