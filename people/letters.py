"""Who is written to about joining, and in which words? Mails name no person, no organisation and no circle."""

import datetime
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from people import remit
from people.choices import MembershipState, RequestState
from people.mailing import ONCE
from people.models import AccessRequest, CircleInvitation, Invitation, Membership, User
from people.viewers import viewer_of

# In the names of mails: what they are about.
_REQUEST, _INVITATION, _CIRCLE, _RENEWAL = "access", "invitation", "circle", "renew"
REMIND_BEFORE = (7, 30)  # days


def request_waits(request: AccessRequest) -> int:
    """Tell those who may answer that a request waits, once its address is confirmed; return how many."""
    if not request.user.emailaddress_set.filter(verified=True).exists():  # type: ignore[attr-defined]  # allauth's
        return 0
    place = None if request.for_administrators else request.organisation
    people = remit.deciders(place).exclude(pk=request.user_id)
    for person in people:
        stage = "a" if request.for_administrators else "c"
        _write("request_waits", person.email, "people:requests", f"{_REQUEST}-{request.pk}{stage}-{person.pk}")
    return len(people)


def still_due(*, once: str, **_kwargs: Any) -> bool:
    """May a queued mail leave now? Not where what it is about is settled, or is its reader's to answer no longer."""
    about, _dash, rest = once.partition("-")
    row, _dash, person = rest.partition("-")
    if about not in _DUE or not row.rstrip("ac").isdecimal():
        return True
    return _DUE[about](int(row.rstrip("ac")), person)


def _reader(number: str) -> User | None:
    return User.objects.filter(pk=int(number), is_active=True).first() if number.isdecimal() else None


def _request_due(row: int, person: str) -> bool:
    reader = _reader(person)
    return reader is not None and remit.requests(viewer_of(reader)).filter(pk=row).exists()


def _invitation_due(row: int, _rest: str) -> bool:
    invitation = Invitation.objects.filter(pk=row).first()
    return invitation is not None and invitation.holds()


def _circle_due(row: int, person: str) -> bool:
    reader = _reader(person)
    return reader is not None and remit.circle_invitations(viewer_of(reader)).filter(pk=row).exists()


def _renewal_due(row: int, _rest: str) -> bool:
    return Membership.objects.filter(pk=row, state=MembershipState.ACTIVE).exists()


_DUE: dict[str, Callable[[int, str], bool]] = {
    _REQUEST: _request_due,
    _INVITATION: _invitation_due,
    _CIRCLE: _circle_due,
    _RENEWAL: _renewal_due,
}


def request_answered(request: AccessRequest) -> None:
    """Tell somebody that their request was answered; how, the site says."""
    _write("request_answered", request.user.email, "people:account", f"answer-{request.pk}")


def invited(invitation: Invitation, key: str) -> None:
    """Send an invitation, with the key that takes it up once."""
    query = "?" + urlencode({"key": key})
    _write("invited", invitation.email, "join:invited", f"{_INVITATION}-{invitation.pk}", query)


def circle_waits(asked: CircleInvitation) -> None:
    """Tell the contact points of an organisation that it was asked into a circle."""
    for person in remit.deciders(asked.organisation):
        _write("circle_waits", person.email, "people:organisations", f"{_CIRCLE}-{asked.pk}-{person.pk}")


def ends_soon(*, today: datetime.date | None = None) -> int:
    """Remind members and their contact points 30 and 7 days before somebody must vouch again; return the mails made."""
    day = today or timezone.localdate()
    ending = Membership.objects.filter(
        state=MembershipState.ACTIVE,
        user__is_active=True,
        expires_date__gte=day,
        expires_date__lte=day + datetime.timedelta(days=max(REMIND_BEFORE)),
    ).select_related("user", "organisation")
    count = 0
    for membership in ending:
        left = (membership.expires_date - day).days if membership.expires_date else 0
        stage = next(days for days in REMIND_BEFORE if left <= days)
        name = f"{_RENEWAL}-{membership.pk}-{membership.expires_date}-{stage}"
        count += _write("membership_ends", membership.user.email, "people:account", name)
        count += _remind(remit.deciders(membership.organisation).exclude(pk=membership.user_id), name)
    return count


def _remind(people: Iterable[User], name: str) -> int:
    return sum(
        _write("memberships_due", person.email, "people:organisations", f"{name}-{person.pk}") for person in people
    )


def tell_waiting(user: User) -> None:
    """Tell those who may answer the open request of somebody whose address has just been confirmed."""
    for request in AccessRequest.objects.filter(user=user, state=RequestState.OPEN):
        request_waits(request)


def _write(template: str, address: str, page: str, once: str, query: str = "") -> int:
    with translation.override(settings.LANGUAGE_CODE):
        link = f"{settings.WAGTAILADMIN_BASE_URL}{reverse(page)}{query}"
        subject = render_to_string(f"people/email/{template}_subject.txt").strip()
        body = render_to_string(f"people/email/{template}.txt", {"link": link}).strip()
    prefix = settings.ACCOUNT_EMAIL_SUBJECT_PREFIX
    return EmailMessage(f"{prefix}{subject}", f"{body}\n", to=[address], headers={ONCE: once}).send()
