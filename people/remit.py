"""For which organisations, and so for which people, does somebody answer?

Administrators for all, a contact point for the one organisation that the role names, while an active member there.
Nobody answers for their own request or membership.
"""

from django.db.models import F, Q, QuerySet

from people.choices import InvitationState, RequestState, Role
from people.models import (
    AccessRequest,
    CircleInvitation,
    Invitation,
    Membership,
    Organisation,
    RoleAssignment,
    User,
    in_force,
)
from people.roles import Action
from people.viewers import Viewer, viewer_of


def organisations(viewer: Viewer) -> QuerySet[Organisation]:
    """Return the organisations that the viewer answers for."""
    rows = Organisation.objects.all()
    if viewer.may(Action.ADMINISTER):
        return rows
    if not viewer.may(Action.VET_PEOPLE):
        return rows.none()
    return rows.filter(pk__in=viewer.contact_point_for)


def answers_for(person: User, organisation: Organisation) -> bool:
    """Does a person answer for an organisation now?"""
    return organisations(viewer_of(person)).filter(pk=organisation.pk).exists()


def requests(viewer: Viewer) -> QuerySet[AccessRequest]:
    """Return the requests that the viewer may decide on: confirmed address, not their own, within the remit."""
    rows = AccessRequest.objects.filter(
        state=RequestState.OPEN, user__is_active=True, user__emailaddress__verified=True
    ).exclude(user=viewer.user_id)
    if not viewer.may(Action.ADMINISTER):
        rows = rows.filter(organisation__in=organisations(viewer), for_administrators=False)
    return rows.select_related("user", "organisation").distinct()


def memberships(viewer: Viewer) -> QuerySet[Membership]:
    """Return the memberships that the viewer may confirm, suspend or end."""
    rows = Membership.objects.filter(organisation__in=organisations(viewer)).exclude(user=viewer.user_id)
    return rows.select_related("user", "organisation", "vetted_by")


def invitations(viewer: Viewer) -> QuerySet[Invitation]:
    """Return the open invitations that the viewer may revoke."""
    return Invitation.objects.filter(state=InvitationState.OPEN, organisation__in=organisations(viewer))


def circle_invitations(viewer: Viewer) -> QuerySet[CircleInvitation]:
    """Return the circles that organisations of the viewer's are asked into."""
    rows = CircleInvitation.objects.filter(organisation__in=organisations(viewer))
    return rows.select_related("circle", "organisation")


def may_be_asked(viewer: Viewer, organisation: Organisation) -> QuerySet[Organisation]:
    """Return the organisations that may be asked into a circle: known by name to the viewer anyway."""
    rows = Organisation.objects.exclude(pk=organisation.pk)
    if viewer.may(Action.ADMINISTER):
        return rows
    return rows.filter(Q(listed=True) | Q(circles__in=organisation.circles.all())).distinct()


def contact_points(organisation: Organisation) -> set[int]:
    """Return the numbers of the accounts that answer for an organisation as its contact points."""
    rows = RoleAssignment.objects.filter(role=Role.CONTACT_POINT, organisation=organisation)
    return set(rows.values_list("user_id", flat=True))


def acting_contact_points(organisations: QuerySet[Organisation]) -> QuerySet[User]:
    """Return who acts as contact point of one of these organisations: an active member there, with the role there."""
    # In one question: another membership of the person must not stand in for the one there.
    return User.objects.filter(
        in_force("memberships__"),
        is_active=True,
        memberships__organisation__in=organisations,
        role_assignments__role=Role.CONTACT_POINT,
        role_assignments__organisation=F("memberships__organisation"),
    ).distinct()


def deciders(organisation: Organisation | None, *, about: int = 0) -> QuerySet[User]:
    """Return who is told that something waits: the contact points of an organisation, else the administrators.

    The account that it is `about` is none of them: of the only contact point, administrators are told.
    """
    if organisation is not None:
        points = acting_contact_points(Organisation.objects.filter(pk=organisation.pk)).exclude(pk=about)
        if points.exists():
            return points
    people = User.objects.filter(in_force("memberships__"), is_active=True).exclude(pk=about)
    return people.filter(role_assignments__role=Role.ADMINISTRATOR).distinct()
