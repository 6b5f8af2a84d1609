"""How does a membership begin, go on and end, and who may see to that? Reading follows at the next request."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.choices import InvitationState, MembershipState, Role
from people.models import Invitation, Membership, Organisation, RoleAssignment, User, in_force
from people.roles import Action
from people.signals import membership_changed, role_changed
from people.viewers import viewer_of

VOUCHED_FOR = datetime.timedelta(days=365)
CONFIRM_BEFORE = datetime.timedelta(days=30)  # from then on a membership is due to be confirmed


class MembershipRefused(ValueError):
    """A change to a membership that may not be made; `message` says why."""

    message: str | Promise = ""

    def __str__(self) -> str:
        return str(self.message)


class OwnMembership(MembershipRefused):
    """Nobody vouches for themselves."""

    message = _("Nobody vouches for themselves: ask another contact point or an administrator.")


class NotInForce(MembershipRefused):
    """The membership has ended or was never approved."""

    message = _("This membership has ended. Invite the person again.")


class LastAdministrator(MembershipRefused):
    """Without this person nobody could look after accounts."""

    message = _("This is the only administrator. Give the role to somebody else first.")


class LastContactPoint(MembershipRefused):
    """Without this person nobody could vouch for the others of the organisation."""

    message = _("This is the only contact point of the organisation. Have an administrator name another one first.")


@transaction.atomic
def admit(*, user: User, organisation: Organisation, by: User, contact_point: bool = False) -> Membership:
    """Make a person an active member for a year, on the word of `by`. Raises OwnMembership.

    Whoever had roles elsewhere, where nobody vouches any more, comes in without them: those are an administrator's to
    give.
    """
    if user.pk == by.pk:
        raise OwnMembership
    membership = Membership.objects.select_for_update().filter(user=user, organisation=organisation).first()
    before = membership.state if membership else ""
    if before not in {MembershipState.ACTIVE, MembershipState.SUSPENDED} and not viewer_of(by).may(Action.ADMINISTER):
        _take_dormant(user, by)
    membership = membership or Membership(user=user, organisation=organisation)
    _vouch(membership, by)
    _announce(membership, before, by)
    if contact_point:
        give_role(user=user, role=Role.CONTACT_POINT, by=by, organisation=organisation)
    return membership


def _vouch(membership: Membership, by: User) -> None:
    membership.state = MembershipState.ACTIVE
    membership.vetted_at, membership.vetted_by = timezone.now(), by
    membership.expires_date = timezone.localdate() + VOUCHED_FOR
    membership.save()


@transaction.atomic
def place(
    *, user: User, organisation: Organisation, state: str, by: User, expires_date: datetime.date | None = None
) -> Membership:
    """Put a person where an administrator says; who becomes active is vouched for, a year unless a day is given.

    Raises OwnMembership, LastAdministrator.
    """
    row = Membership.objects.select_for_update().filter(user=user, organisation=organisation).first()
    before = row.state if row else ""
    row = row or Membership(user=user, organisation=organisation)
    if state == MembershipState.ACTIVE and not (row.pk and row.is_in_force()):
        if user.pk == by.pk:
            raise OwnMembership
        _vouch(row, by)
    elif state != row.state:
        if row.pk and row.state == MembershipState.ACTIVE:
            return _closed(row, MembershipState(state), by)
        row.state = state
        row.save()
    if expires_date is not None and expires_date != row.expires_date:
        if user.pk == by.pk:
            raise OwnMembership
        row.expires_date = expires_date
        row.save(update_fields=["expires_date"])
    if row.state != before:
        _announce(row, before, by)
    return row


@transaction.atomic
def remove(*, membership: Membership, by: User) -> None:
    """Take a membership away that was put where it does not belong. Raises LastAdministrator."""
    if membership.state == MembershipState.ACTIVE:
        membership = _closed(membership, MembershipState.ENDED, by)
    membership.delete()


@transaction.atomic
def confirm(*, membership: Membership, by: User) -> Membership:
    """Vouch for another year; a suspended member is active again. Raises OwnMembership, NotInForce."""
    membership = _held(membership, by)
    if membership.state not in {MembershipState.ACTIVE, MembershipState.SUSPENDED}:
        raise NotInForce
    before = membership.state
    _vouch(membership, by)
    _announce(membership, before, by)
    return membership


@transaction.atomic
def suspend(*, membership: Membership, by: User) -> Membership:
    """Close what a membership opens, until it is confirmed. Raises OwnMembership, NotInForce, LastAdministrator."""
    membership = _held(membership, by)
    if membership.state != MembershipState.ACTIVE:
        raise NotInForce
    return _closed(membership, MembershipState.SUSPENDED, by)


@transaction.atomic
def end(*, membership: Membership, by: User) -> Membership:
    """End a membership, the duty as its contact point, and with the last membership every role.

    Raises OwnMembership, NotInForce, LastAdministrator.
    """
    membership = _held(membership, by)
    if membership.state == MembershipState.ENDED:
        raise NotInForce
    return _closed(membership, MembershipState.ENDED, by)


def _held(membership: Membership, by: User) -> Membership:
    """Return the row as it is now, kept from others until the transaction ends. Raises OwnMembership."""
    if membership.user_id == by.pk:
        raise OwnMembership
    return Membership.objects.select_for_update().select_related("user", "organisation").get(pk=membership.pk)


def _closed(membership: Membership, state: MembershipState, by: User) -> Membership:
    others = Membership.objects.filter(in_force(), user=membership.user).exclude(pk=membership.pk)
    if not others.exists() and is_last_administrator(membership.user):
        raise LastAdministrator
    before, membership.state = membership.state, state
    membership.save(update_fields=["state"])
    # What the person was asked into before is no way back.
    Invitation.objects.filter(
        state=InvitationState.OPEN, organisation=membership.organisation, email__iexact=membership.user.email
    ).update(state=InvitationState.REVOKED, email="", digest="", settled_at=timezone.now())
    _announce(membership, before, by)
    if state == MembershipState.ENDED:
        for duty in RoleAssignment.objects.filter(user=membership.user, organisation=membership.organisation):
            _take(duty, by)
        _take_dormant(membership.user, by)
    return membership


def _take_dormant(user: User, by: User) -> None:
    """Take the roles of somebody for whom nobody vouches: whoever does so next vouches for a member, not for them."""
    if not Membership.objects.filter(in_force(), user=user).exists():
        for row in RoleAssignment.objects.filter(user=user):
            _take(row, by)


def _announce(membership: Membership, before: str, by: User | None) -> None:
    membership_changed.send(
        Membership,
        user=membership.user_id,
        organisation=membership.organisation_id,
        before=before,
        after=membership.state,
        by=by.pk if by else None,
    )


def due(organisation: Organisation, today: datetime.date | None = None) -> list[Membership]:
    """Return the memberships that end within a month, or are over by their date, the next to end first."""
    until = (today or timezone.localdate()) + CONFIRM_BEFORE
    rows = Membership.objects.filter(
        organisation=organisation,
        state__in=[MembershipState.ACTIVE, MembershipState.SUSPENDED],
        expires_date__lte=until,
    )
    return list(rows.select_related("user").order_by("expires_date", "pk"))


@transaction.atomic
def lapse(*, today: datetime.date | None = None) -> int:
    """Suspend every membership whose last day has passed; return how many."""
    day = today or timezone.localdate()
    rows = Membership.objects.select_for_update().filter(state=MembershipState.ACTIVE, expires_date__lt=day)
    passed = list(rows)
    for membership in passed:
        membership.state = MembershipState.SUSPENDED
        membership.save(update_fields=["state"])
        _announce(membership, MembershipState.ACTIVE, None)
    return len(passed)


@transaction.atomic
def give_role(*, user: User, role: str, by: User, organisation: Organisation | None = None) -> RoleAssignment:
    """Give a role; a contact point answers for `organisation` from now on."""
    place = organisation if role == Role.CONTACT_POINT else None
    defaults = {"organisation": place} if place is not None else {}
    row, _made = RoleAssignment.objects.update_or_create(user=user, role=role, defaults=defaults)
    role_changed.send(RoleAssignment, user=user.pk, role=role, given=True, organisation=row.organisation_id, by=by.pk)
    return row


def take_role(*, assignment: RoleAssignment, by: User) -> None:
    """Take a role away. Raises LastAdministrator."""
    if assignment.role == Role.ADMINISTRATOR and is_last_administrator(assignment.user):
        raise LastAdministrator
    _take(assignment, by)


def _take(row: RoleAssignment, by: User) -> None:
    user, role, organisation = row.user_id, row.role, row.organisation_id
    row.delete()
    role_changed.send(RoleAssignment, user=user, role=role, given=False, organisation=organisation, by=by.pk)


def is_last_administrator(user: User) -> bool:
    """Is this the only person who can look after accounts?"""
    able = User.objects.filter(
        in_force("memberships__"), is_active=True, role_assignments__role=Role.ADMINISTRATOR
    ).distinct()
    return able.filter(pk=user.pk).exists() and not able.exclude(pk=user.pk).exists()


def is_last_contact_point(user: User) -> bool:
    """Is this the only contact point of an organisation that has other active members?"""
    for row in RoleAssignment.objects.filter(user=user, role=Role.CONTACT_POINT, organisation__isnull=False):
        others = Membership.objects.filter(in_force(), organisation=row.organisation_id).exclude(user=user)
        points = RoleAssignment.objects.filter(role=Role.CONTACT_POINT, organisation=row.organisation_id)
        if others.exists() and not points.filter(user__in=others.values("user")).exists():
            return True
    return False
