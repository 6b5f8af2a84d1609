"""Who lets somebody in, and how is a request answered? Once, by somebody who answers for the organisation."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people import letters, memberships, remit
from people.choices import RequestState
from people.models import AccessRequest, Organisation, User
from people.viewers import viewer_of


class VettingRefused(ValueError):
    """A request cannot be answered like this; `message` says why."""

    message: str | Promise = ""

    def __str__(self) -> str:
        return str(self.message)


class NotYours(VettingRefused):
    """It is the person's own request, or of an organisation that somebody else answers for."""

    message = _("Somebody else answers this request.")


class AlreadyDecided(VettingRefused):
    """Somebody was faster."""

    message = _("This request has been answered meanwhile.")


class OrganisationMissing(VettingRefused):
    """The request describes an organisation that is not here yet."""

    message = _("Choose the organisation, or set it up first.")


class ReasonMissing(VettingRefused):
    """Whoever is declined is told why."""

    message = _("Say why, in a sentence that the person may read.")


@transaction.atomic
def approve(*, request: AccessRequest, by: User, organisation: Organisation | None = None) -> AccessRequest:
    """Make the person a member. `organisation` is for requests that describe one in words.

    Raises NotYours, AlreadyDecided, OrganisationMissing.
    """
    _check(request, by)
    place = request.organisation or organisation
    if place is None:
        raise OrganisationMissing
    if not remit.answers_for(by, place):
        raise NotYours
    decided = _decide(request, by, state=RequestState.APPROVED, organisation=place)
    memberships.admit(user=decided.user, organisation=place, by=by)
    letters.request_answered(decided)
    return decided


@transaction.atomic
def decline(*, request: AccessRequest, by: User, reason: str) -> AccessRequest:
    """Decline with a reason that the person reads on the site. Raises NotYours, AlreadyDecided, ReasonMissing."""
    _check(request, by)
    if not reason.strip():
        raise ReasonMissing
    decided = _decide(request, by, state=RequestState.DECLINED, decline_reason=reason.strip()[:300])
    letters.request_answered(decided)
    return decided


@transaction.atomic
def pass_on(*, request: AccessRequest, by: User) -> AccessRequest:
    """Leave a request to the administrators. Raises NotYours, AlreadyDecided."""
    _check(request, by)
    rows = AccessRequest.objects.filter(pk=request.pk, state=RequestState.OPEN, for_administrators=False)
    if not rows.update(for_administrators=True):
        raise AlreadyDecided
    request.refresh_from_db()
    letters.request_waits(request)
    return request


def _check(request: AccessRequest, by: User) -> None:
    present = AccessRequest.objects.filter(pk=request.pk).first()
    if present is None or present.state != RequestState.OPEN:
        raise AlreadyDecided
    if not remit.requests(viewer_of(by)).filter(pk=request.pk).exists():
        raise NotYours


def _decide(request: AccessRequest, by: User, **changes: Any) -> AccessRequest:
    # Of two who decide at the same moment, one changes the row.
    rows = AccessRequest.objects.filter(pk=request.pk, state=RequestState.OPEN)
    if not rows.update(decided_by=by, decided_at=timezone.now(), **changes):
        raise AlreadyDecided
    return AccessRequest.objects.select_related("user", "organisation").get(pk=request.pk)
