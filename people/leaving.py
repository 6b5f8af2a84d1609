"""How does a person leave for good? The text stays, the person goes: at once, and out of everything that stays."""

import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from people import memberships, personal_data
from people.choices import MembershipState
from people.models import Membership, User
from people.signals import membership_changed, person_leaving

UNCONFIRMED_FOR = datetime.timedelta(days=14)


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


@transaction.atomic
def drop_unconfirmed(*, now: datetime.datetime | None = None) -> int:
    """Erase the accounts that somebody made a fortnight ago with an address and never confirmed; return how many."""
    before = (now or timezone.now()) - UNCONFIRMED_FOR
    made = User.objects.filter(joined_at__lt=before, last_login__isnull=True, emailaddress__verified=False)
    strangers = made.exclude(pk__in=EmailAddress.objects.filter(verified=True).values("user")).filter(
        memberships__isnull=True, role_assignments__isnull=True, is_superuser=False
    )
    gone = list(strangers.distinct())
    for user in gone:
        personal_data.erase(user)
        user.delete()
    return len(gone)
