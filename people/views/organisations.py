"""An organisation as its contact point sees it: members, invitations, circles."""

from typing import Any

from allauth.decorators import rate_limit
from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from people import invitations, memberships, remit
from people.choices import MembershipState
from people.join_forms.answering import FoundForm, InviteForm
from people.models import CircleInvitation, Membership, Organisation
from people.roles import Action
from people.viewers import Viewer, viewer_for
from people.views.doors import answering


@answering
def organisations(request: HttpRequest) -> HttpResponse:
    """List the organisations that somebody answers for; with one alone, lead there."""
    viewer = viewer_for(request)
    rows = list(remit.organisations(viewer).order_by("name"))
    if len(rows) == 1 and not viewer.may(Action.ADMINISTER):
        return redirect("people:organisation", rows[0].pk)
    return render(request, "people/organisations.html", {"organisations": rows, "administers": _administers(viewer)})


@answering
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an organisation with everybody in it."""
    viewer = viewer_for(request)
    place = get_object_or_404(remit.organisations(viewer), pk=pk)
    return _shown(request, viewer, place, InviteForm(administers=_administers(viewer)))


def _shown(request: HttpRequest, viewer: Viewer, place: Organisation, form: InviteForm) -> HttpResponse:
    asked = Prefetch("invitations", CircleInvitation.objects.select_related("organisation"))
    context = {
        "organisation": place,
        "memberships": _members(place),
        "points": remit.contact_points(place),
        "due": len([row for row in memberships.due(place) if row.user_id != viewer.user_id]),
        "invitations": remit.invitations(viewer).filter(organisation=place),
        "circles": place.circles.prefetch_related("organisations", asked),
        "asked_into": remit.circle_invitations(viewer).filter(organisation=place),
        "requests": remit.requests(viewer).filter(organisation=place).count(),
        "form": form,
    }
    return render(request, "people/organisation.html", context)


def _members(place: Organisation) -> QuerySet[Membership]:
    shown = Membership.objects.filter(organisation=place).exclude(state=MembershipState.ENDED)
    return shown.select_related("user").order_by("user__name", "user__email")


def _administers(viewer: Viewer) -> bool:
    return viewer.may(Action.ADMINISTER)


@answering
@require_POST
@rate_limit(action="invite")
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite an address into an organisation."""
    user: Any = request.user
    viewer = viewer_for(request)
    place = get_object_or_404(remit.organisations(viewer), pk=pk)
    form = InviteForm(request.POST, administers=_administers(viewer))
    if form.is_valid():
        point = form.cleaned_data.get("contact_point", False)
        try:
            invitations.invite(email=form.cleaned_data["email"], organisation=place, by=user, contact_point=point)
        except invitations.InvitationRefused as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("The invitation is on its way. It holds for 14 days."))
            return redirect("people:organisation", place.pk)
    return _shown(request, viewer, place, form)


@answering
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an open invitation worthless."""
    invitation = get_object_or_404(remit.invitations(viewer_for(request)), pk=pk)
    invitations.revoke(invitation=invitation)
    messages.success(request, _("The invitation is revoked; its link no longer works."))
    return redirect("people:organisation", invitation.organisation_id)


def _found(request: HttpRequest) -> HttpResponse:
    """Set up an organisation by inviting its contact point."""
    user: Any = request.user
    form = FoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invitations.found(by=user, **form.cleaned_data)
        except invitations.InvitationRefused as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("The organisation is there, and its contact point is invited."))
            return redirect("people:organisation", invitation.organisation_id)
    return render(request, "people/organisation_new.html", {"form": form})


found = answering(rate_limit(action="invite")(_found), Action.ADMINISTER)
