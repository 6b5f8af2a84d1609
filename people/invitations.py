"""How is an address invited into an organisation, and what makes an invitation worthless?"""

import datetime
import hashlib
import secrets

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people import letters, memberships, remit
from people.choices import InvitationState, RequestState
from people.models import AccessRequest, Invitation, Membership, Organisation, User, in_force
from people.roles import Action
from people.viewers import viewer_of

HOLDS_FOR = datetime.timedelta(days=14)
MOST_OPEN = 200  # of one organisation: nobody mails the world from here


class InvitationRefused(ValueError):
    """An invitation cannot be made or taken up; `message` says why."""

    message: str | Promise = ""

    def __str__(self) -> str:
        return str(self.message)


class NotYours(InvitationRefused):
    """The person does not answer for the organisation."""

    message = _("Somebody else answers for this organisation.")


class AlreadyInvited(InvitationRefused):
    """An open invitation to this address exists."""

    message = _("There is an open invitation to this address already.")


class AlreadyMember(InvitationRefused):
    """The address belongs to an active member."""

    message = _("This address belongs to an active member of the organisation.")


class TooMany(InvitationRefused):
    """The organisation has as many open invitations as it may."""

    message = _("There are too many open invitations. Revoke those that are no longer needed.")


class NameTaken(InvitationRefused):
    """There is an organisation of this name."""

    message = _("There is an organisation of this name. Invite from its page.")


class Worthless(InvitationRefused):
    """The key is unknown, used, revoked or too old, or whoever invited may no longer do so."""

    message = _("This invitation no longer holds.")


class OtherAddress(InvitationRefused):
    """The invitation was sent to another address than that of the account."""

    message = _("This invitation was sent to another address than that of your account.")


def digest_of(key: str) -> str:
    """Return what is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


@transaction.atomic
def invite(*, email: str, organisation: Organisation, by: User, contact_point: bool = False) -> Invitation:
    """Return a new invitation; the key leaves in the mail and nowhere else. Only administrators invite contact points.

    Raises NotYours, AlreadyInvited, AlreadyMember, TooMany.
    """
    if not remit.answers_for(by, organisation):
        raise NotYours
    if contact_point and not viewer_of(by).may(Action.ADMINISTER):
        raise NotYours
    address = email.strip().lower()
    if Membership.objects.filter(in_force(), organisation=organisation, user__email__iexact=address).exists():
        raise AlreadyMember
    settle_overdue()
    if Invitation.objects.filter(organisation=organisation, state=InvitationState.OPEN).count() >= MOST_OPEN:
        raise TooMany
    key = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                organisation=organisation,
                email=address,
                contact_point=contact_point,
                digest=digest_of(key),
                invited_by=by,
                expires_at=timezone.now() + HOLDS_FOR,
            )
    except IntegrityError as error:
        raise AlreadyInvited from error
    letters.invited(invitation, key)
    return invitation


@transaction.atomic
def found(
    *, name: str, kind: str, country: str, is_partner: bool, email: str, by: User, listed: bool = False
) -> Invitation:
    """Set up an organisation and invite its first contact point; `listed`: it agreed to be named to everybody.

    Raises NotYours, NameTaken, what `invite` raises.
    """
    if not viewer_of(by).may(Action.ADMINISTER):
        raise NotYours
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                name=name, kind=kind, country=country, is_partner=is_partner, listed=listed
            )
    except IntegrityError as error:
        raise NameTaken from error
    return invite(email=email, organisation=organisation, by=by, contact_point=True)


@transaction.atomic
def revoke(*, invitation: Invitation) -> bool:
    """Make an invitation worthless; return whether it was open."""
    return bool(_settle(Invitation.objects.filter(pk=invitation.pk), InvitationState.REVOKED))


def _settle(rows: "object", state: InvitationState) -> int:
    changed: int = rows.filter(state=InvitationState.OPEN).update(  # type: ignore[attr-defined]  # a queryset
        state=state, email="", digest="", settled_at=timezone.now()
    )
    return changed


def settle_overdue() -> int:
    """Forget the addresses of invitations that are past their time; return how many."""
    return _settle(Invitation.objects.filter(expires_at__lte=timezone.now()), InvitationState.REVOKED)


def found_by(key: str) -> Invitation:
    """Return the invitation with this key, if it holds and who sent it still answers there. Raises Worthless."""
    rows = Invitation.objects.filter(state=InvitationState.OPEN, digest=digest_of(key))
    invitation = rows.select_related("organisation", "invited_by").first()
    if invitation is None or not invitation.holds() or not _still_meant(invitation):
        raise Worthless
    return invitation


def _still_meant(invitation: Invitation) -> bool:
    sender = invitation.invited_by
    if sender is None:
        return False
    if invitation.contact_point and not viewer_of(sender).may(Action.ADMINISTER):
        return False
    return remit.answers_for(sender, invitation.organisation)


def account_of(invitation: Invitation) -> User | None:
    """Return the account with the invited address, if somebody has proved that it is theirs."""
    confirmed = EmailAddress.objects.filter(email__iexact=invitation.email, verified=True).first()
    return confirmed.user if confirmed else None


@transaction.atomic
def accept(*, key: str, user: User) -> Membership:
    """Take up an invitation with an existing account. Raises Worthless, OtherAddress."""
    invitation = found_by(key)
    if account_of(invitation) != user or not user.is_active:
        raise OtherAddress
    return _take_up(invitation, user)


@transaction.atomic
def accept_anew(*, key: str, name: str, password: str) -> User:
    """Take up an invitation with a new account; the key proves the address. Raises Worthless, OtherAddress.

    An account that somebody made with the address and never confirmed becomes the invited person's, password and all.
    """
    invitation = found_by(key)
    if account_of(invitation) is not None:
        raise OtherAddress
    user = User.objects.filter(email__iexact=invitation.email).first() or User(email=invitation.email)
    if user.pk and not user.is_active:
        raise OtherAddress
    user.name = name
    user.set_password(password)
    user.save()
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    _take_up(invitation, user)
    return user


def _take_up(invitation: Invitation, user: User) -> Membership:
    sender = invitation.invited_by
    # Nobody vouches for themselves.
    if sender is None or sender == user:
        raise Worthless
    if not _settle(Invitation.objects.filter(pk=invitation.pk), InvitationState.ACCEPTED):
        raise Worthless
    # What the person asked for meanwhile is answered by this.
    AccessRequest.objects.filter(user=user, state=RequestState.OPEN).update(
        state=RequestState.WITHDRAWN, decided_at=timezone.now()
    )
    return memberships.admit(
        user=user, organisation=invitation.organisation, by=sender, contact_point=invitation.contact_point
    )
