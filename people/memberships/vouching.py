"""How does somebody become a member, stay one and cease to be, on whose word?"""

import datetime

from django.db import transaction
from django.utils import timezone

from people.choices import InvitationState, MembershipState, Role
from people.memberships.refusals import LastAdministrator, NotInForce, OwnMembership
from people.memberships.roles import give_role, is_last_administrator, take, take_dormant
from people.models import Invitation, Membership, Organisation, RoleAssignment, User, in_force
from people.roles import Action
from people.signals import membership_changed
from people.viewers import viewer_of

VOUCHED_FOR = datetime.timedelta(days=365)
CONFIRM_BEFORE = datetime.timedelta(days=30)  # from then on a membership is due to be confirmed


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
        take_dormant(user, by)
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
            take(duty, by)
        take_dormant(membership.user, by)
    return membership


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
