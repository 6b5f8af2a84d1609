"""Who is on a large site? Organisations, accounts, memberships and roles in number, so that every list is long."""

from bench.probes.start import hand_back, stand_up

stand_up()

from django.db import transaction  # noqa: E402  (Django has to stand first)

from people.choices import MembershipState, OrganisationKind, Role  # noqa: E402  (Django has to stand first)
from people.models import Circle, Membership, Organisation, RoleAssignment, User  # noqa: E402  (Django has to stand first)

PEOPLE, ORGANISATIONS, CIRCLES = 400, 120, 60
UNUSABLE = "!"


@transaction.atomic
def gather() -> int:
    """Make the crowd; return how many accounts there are."""
    kinds = list(OrganisationKind)
    organisations = Organisation.objects.bulk_create(
        Organisation(name=f"Invented organisation {number:03}", kind=kinds[number % len(kinds)], country="EU")
        for number in range(ORGANISATIONS)
    )
    for number in range(CIRCLES):
        circle = Circle.objects.create(name=f"Invented circle {number:03}", purpose="For measuring.")
        circle.organisations.set(organisations[number : number + 3])
    users = User.objects.bulk_create(
        User(email=f"invented-{number:03}@example.org", name=f"Invented person {number:03}", password=UNUSABLE)
        for number in range(PEOPLE)
    )
    Membership.objects.bulk_create(
        Membership(user=user, organisation=organisations[number % ORGANISATIONS], state=MembershipState.ACTIVE)
        for number, user in enumerate(users)
    )
    roles = list(Role)
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=user, role=roles[number % len(roles)]) for number, user in enumerate(users)
    )
    return User.objects.count()


hand_back(gather())
