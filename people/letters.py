"""Who is told about joining, and in which words? Notices say who and why; mails name no person, organisation or circle.

An invitation is a mail of its own: whom it invites may have no inbox yet, and it holds the key.
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people import inbox, notice_kinds, remit
from people.choices import MailRhythm, MembershipState, RequestState
from people.mailing import ONCE
from people.models import AccessRequest, CircleInvitation, Invitation, Membership, Notice, User
from people.notice_kinds import Kind, Words
from people.viewers import Viewer, viewer_of

ADMISSION, OWN = "admission", "own-membership"
# What a notice is about. The identifier of a request says whether contact points or administrators were told; that of
# a membership names its last day and how many days before it was told.
_REQUEST, _CIRCLE, _DUE, _ANSWER, _ENDS = "request", "circle", "due", "answer", "ends"
_INVITATION = "invitation"  # in the name of the mail
REMIND_BEFORE = (7, 30)  # days


def register() -> None:
    """Make these notices known to the inbox."""
    answering = gettext_lazy("Requests, circles and memberships that wait for you")
    notice_kinds.register(Kind(ADMISSION, answering, words_of, rhythm=MailRhythm.AT_ONCE))
    own = gettext_lazy("Your own request and membership")
    notice_kinds.register(Kind(OWN, own, words_of, rhythm=MailRhythm.AT_ONCE))


def request_waits(request: AccessRequest) -> int:
    """Tell those who may answer that a request waits, once its address is confirmed; return how many."""
    if not request.user.emailaddress_set.filter(verified=True).exists():  # type: ignore[attr-defined]  # allauth's
        return 0
    place = None if request.for_administrators else request.organisation
    stage = "a" if request.for_administrators else "c"
    people = list(remit.deciders(place, about=request.user_id))
    _tell(people, ADMISSION, (_REQUEST, f"{request.pk}{stage}"))
    return len(people)


def request_answered(request: AccessRequest) -> None:
    """Tell somebody that their request was answered, and how."""
    _tell([request.user], OWN, (_ANSWER, str(request.pk)))


def circle_waits(asked: CircleInvitation) -> None:
    """Tell the contact points of an organisation that it was asked into a circle."""
    _tell(remit.deciders(asked.organisation), ADMISSION, (_CIRCLE, str(asked.pk)))


def ends_soon(*, today: datetime.date | None = None) -> int:
    """Remind members and their contact points 30 and 7 days before somebody must vouch again; return how many anew."""
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
        name = f"{membership.pk}-{membership.expires_date:%Y%m%d}-{stage}"
        others = remit.deciders(membership.organisation, about=membership.user_id)
        count += _tell([membership.user], OWN, (_ENDS, name)) + _tell(others, ADMISSION, (_DUE, name))
    return count


def tell_waiting(user: User) -> None:
    """Tell those who may answer the open request of somebody whose address has just been confirmed."""
    for request in AccessRequest.objects.filter(user=user, state=RequestState.OPEN):
        request_waits(request)


def _tell(people: Iterable[User], kind: str, about: tuple[str, str]) -> int:
    """Tell each of them once; return how many are told only now."""
    return sum(inbox.tell(recipient=person, kind=kind, about=about).is_new for person in people)


def words_of(user: User, notices: Sequence[Notice]) -> dict[int, Words]:
    """Return what notices say of what still waits for the person, or became of the person's own request."""
    viewer = viewer_of(user)
    said: dict[int, Words] = {}
    for notice in notices:
        number = notice.object_id.partition("-")[0].rstrip("ac")
        speak = _WORDS.get(notice.object_kind)
        words = speak(viewer, int(number), notice.object_id) if speak and number.isdecimal() else None
        if words is not None:
            said[notice.pk] = words
    return said


def _request_waits(viewer: Viewer, key: int, _name: str) -> Words | None:
    asked = remit.requests(viewer).filter(pk=key).first()
    if asked is None:
        return None
    text = _("%(person)s asks for access, and you may answer.") % {"person": asked.user}
    return Words(text, reverse("people:request", args=[key]))


def _request_answered(viewer: Viewer, key: int, _name: str) -> Words | None:
    asked = AccessRequest.objects.filter(pk=key, user=viewer.user_id).select_related("organisation").first()
    if asked is None or asked.state not in (RequestState.APPROVED, RequestState.DECLINED):
        return None
    text = _("Your request was approved: you are a member of %(place)s.") % {"place": asked.place}
    if asked.state == RequestState.DECLINED:
        said = {"place": asked.place, "reason": asked.decline_reason}
        text = _("Your request was declined (for: %(place)s). The reason: %(reason)s") % said
    return Words(text, reverse("people:account"))


def _circle_waits(viewer: Viewer, key: int, _name: str) -> Words | None:
    asked = remit.circle_invitations(viewer).filter(pk=key).first()
    if asked is None:
        return None
    text = _("%(organisation)s is asked into the circle “%(circle)s”, and you may answer.")
    names = {"organisation": asked.organisation, "circle": asked.circle}
    return Words(text % names, reverse("people:organisation", args=[asked.organisation_id]))


def _membership_due(viewer: Viewer, key: int, name: str) -> Words | None:
    row = remit.memberships(viewer).filter(pk=key, state=MembershipState.ACTIVE).first()
    if row is None or row.expires_date is None or f"{row.expires_date:%Y%m%d}" not in name:
        return None
    text = _("The membership of %(person)s in %(place)s ends on %(day)s, unless you confirm it.")
    facts = {"person": row.user, "place": row.organisation, "day": date_format(row.expires_date)}
    return Words(text % facts, reverse("people:due", args=[row.organisation_id]))


def _membership_ends(viewer: Viewer, key: int, name: str) -> Words | None:
    own = Membership.objects.filter(pk=key, user=viewer.user_id, state=MembershipState.ACTIVE)
    row = own.select_related("organisation").first()
    if row is None or row.expires_date is None or f"{row.expires_date:%Y%m%d}" not in name:
        return None
    text = _(
        "Your membership in %(place)s ends on %(day)s, unless a contact point or an administrator confirms it; "
        "they have been told as well."
    )
    return Words(text % {"place": row.organisation, "day": date_format(row.expires_date)}, reverse("people:account"))


_WORDS: dict[str, Any] = {
    _REQUEST: _request_waits,
    _ANSWER: _request_answered,
    _CIRCLE: _circle_waits,
    _DUE: _membership_due,
    _ENDS: _membership_ends,
}


def still_due(*, once: str, **_kwargs: Any) -> bool:
    """May a queued mail leave now? Not an invitation that was taken up, taken back or has run out meanwhile."""
    about, _dash, number = once.partition("-")
    if about != _INVITATION or not number.isdecimal():
        return True
    invitation = Invitation.objects.filter(pk=int(number)).first()
    return invitation is not None and invitation.holds()


def invited(invitation: Invitation, key: str) -> None:
    """Send an invitation, with the key that takes it up once."""
    with translation.override(settings.LANGUAGE_CODE):
        link = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('join:invited')}?{urlencode({'key': key})}"
        subject = render_to_string("people/email/invited_subject.txt").strip()
        body = render_to_string("people/email/invited.txt", {"link": link}).strip()
    prefix = settings.ACCOUNT_EMAIL_SUBJECT_PREFIX
    once = f"{_INVITATION}-{invitation.pk}"
    EmailMessage(f"{prefix}{subject}", f"{body}\n", to=[invitation.email], headers={ONCE: once}).send()
