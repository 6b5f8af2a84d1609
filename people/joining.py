"""How does somebody ask to be let in, and when may they ask again?"""

import datetime
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people import letters
from people.choices import RequestState, WantedRole
from people.models import AccessRequest, Membership, Organisation, User, in_force

ASK_AGAIN_AFTER = datetime.timedelta(days=30)
KEPT_FOR = datetime.timedelta(days=365)  # a request that was decided


class AskingRefused(ValueError):
    """A request for access that cannot be made now; `message` says why."""

    message: str | Promise = ""

    def __str__(self) -> str:
        return str(self.message)


class AlreadyAsked(AskingRefused):
    """There is an open request."""

    message = _("You have asked already, and the answer is still to come.")


class AlreadyMember(AskingRefused):
    """The person is an active member there."""

    message = _("You are a member of this organisation already.")


class TooSoon(AskingRefused):
    """A request was declined less than thirty days ago."""

    message = _("A request of yours was declined less than 30 days ago. Wait until then, or until you are invited.")


@dataclass(frozen=True)
class Place:
    """An organisation that is not in the list, as the person describes it."""

    name: str
    country: str
    kind: str


@transaction.atomic
def ask(
    *,
    user: User,
    place: Organisation | Place,
    reason: str,
    role_wanted: str = WantedRole.EXPERT,
    languages: str = "",
    expertise: str = "",
) -> AccessRequest:
    """Return a new request. Whoever may answer is told once the address is confirmed, at once if it is.

    Raises AlreadyAsked, AlreadyMember, TooSoon.
    """
    if may_ask_from(user) is not None:
        raise TooSoon
    known = place if isinstance(place, Organisation) else None
    if known is not None and Membership.objects.filter(in_force(), user=user, organisation=known).exists():
        raise AlreadyMember
    words = {} if isinstance(place, Organisation) else _in_words(place)
    try:
        with transaction.atomic():
            request = AccessRequest.objects.create(
                user=user,
                organisation=known,
                **words,
                reason=reason,
                role_wanted=role_wanted,
                languages=languages,
                expertise=expertise,
            )
    except IntegrityError as error:
        raise AlreadyAsked from error
    letters.request_waits(request)
    return request


def _in_words(place: Place) -> dict[str, str]:
    return {
        "organisation_name": place.name,
        "organisation_country": place.country,
        "organisation_kind": place.kind,
    }


def may_ask_from(user: User) -> datetime.datetime | None:
    """Return when the person may ask again, None if now."""
    declined = AccessRequest.objects.filter(user=user, state=RequestState.DECLINED).order_by("-decided_at").first()
    if declined is None or declined.decided_at is None:
        return None
    again = declined.decided_at + ASK_AGAIN_AFTER
    return again if again > timezone.now() else None


@transaction.atomic
def withdraw(*, user: User) -> bool:
    """Take back the open request of a person; return whether there was one."""
    open_one = AccessRequest.objects.filter(user=user, state=RequestState.OPEN)
    return bool(open_one.update(state=RequestState.WITHDRAWN, decided_at=timezone.now()))


@transaction.atomic
def forget(*, now: datetime.datetime | None = None) -> int:
    """Delete the requests that were settled a year ago; return how many."""
    before = (now or timezone.now()) - KEPT_FOR
    return AccessRequest.objects.filter(decided_at__lt=before).delete()[0]
