"""How does a person get a role and lose it, and who is the last to hold one?"""

from django.db import transaction

from people.choices import Role
from people.memberships.refusals import LastAdministrator
from people.models import Membership, Organisation, RoleAssignment, User, in_force
from people.signals import role_changed


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
    take(assignment, by)


def take(row: RoleAssignment, by: User) -> None:
    """Take a role away, whoever else has it."""
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


def take_dormant(user: User, by: User) -> None:
    """Take the roles of somebody for whom nobody vouches: whoever does so next vouches for a member, not for them."""
    if not Membership.objects.filter(in_force(), user=user).exists():
        for row in RoleAssignment.objects.filter(user=user):
            take(row, by)
