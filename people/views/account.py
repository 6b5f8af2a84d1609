"""A person's own page, and the last page of a visit."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from people import reach, remit
from people.models import AccessRequest, Membership
from people.roles import Action
from people.viewers import viewer_for


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show who somebody is here: organisations, circles, roles, what may be read, and the ways to keep the account."""
    viewer = viewer_for(request)
    memberships = Membership.objects.filter(user=request.user.pk).select_related("organisation")
    kinds = list(Authenticator.objects.filter(user_id=viewer.user_id).values_list("type", flat=True))
    context = {
        "memberships": memberships.order_by("organisation__name").prefetch_related("organisation__circles"),
        "readable": reach.readable(viewer),
        "roles": reach.duties(viewer),
        "vetted": viewer.vetted,
        "auditor": viewer.may(Action.READ_AUDIT),
        "editor": viewer.may(Action.ENTER_ADMIN),
        "handles_spills": viewer.may(Action.SPILL),
        "has_app": Authenticator.Type.TOTP in kinds,
        "keys": kinds.count(Authenticator.Type.WEBAUTHN),
        "asked": AccessRequest.objects.filter(user=request.user.pk).select_related("organisation").last(),
        "vets": viewer.may(Action.VET_PEOPLE),
        "waiting": remit.requests(viewer).count() if viewer.may(Action.VET_PEOPLE) else 0,
        "section": "account",
    }
    return render(request, "people/account.html", context)


def signed_out(request: HttpRequest) -> HttpResponse:
    """Say that the visit has ended, and have the browser forget what it kept of it.

    Cookies are not named in the header: it would take those of every site under the same registered domain.
    """
    response = render(request, "people/signed_out.html")
    # Not for a picture on a page of somebody else's: that could empty a sheet that a reader is filling in.
    if request.headers.get("Sec-Fetch-Site", "none") in {"same-origin", "none"}:
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def closed(request: HttpRequest) -> HttpResponse:
    """Answer for a door that is not used here, as for one that does not exist."""
    raise Http404
