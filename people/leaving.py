"""How does a person leave for good? The text stays, the person goes: at once, and out of everything that stays."""

from django.db import transaction

from people import memberships, personal_data
from people.choices import MembershipState
from people.models import Membership, User
from people.signals import membership_changed, person_leaving


def obstacle(user: User) -> memberships.MembershipRefused | None:
    """Return what keeps somebody from leaving: that others would be left without an administrator or contact point."""
    if memberships.is_last_administrator(user):
        return memberships.LastAdministrator()
    if memberships.is_last_contact_point(user):
        return memberships.LastContactPoint()
    return None


@transaction.atomic
def leave(*, user: User) -> None:
    """Erase a person's account. Raises LastAdministrator, LastContactPoint.

    What belongs to the person alone goes with the row; what others need stays and no longer says who it was.
    """
    # One after the other: two last administrators must not leave at the same moment.
    list(User.objects.select_for_update().filter(role_assignments__isnull=False).order_by("pk").values_list("pk"))
    hindrance = obstacle(user)
    if hindrance is not None:
        raise hindrance
    person_leaving.send(User, user=user.pk, by=user.pk)
    for membership in Membership.objects.filter(user=user).exclude(state=MembershipState.ENDED):
        membership_changed.send(
            Membership,
            user=user.pk,
            organisation=membership.organisation_id,
            before=membership.state,
            after=MembershipState.ENDED,
            by=user.pk,
        )
    personal_data.erase(user)
    user.delete()
