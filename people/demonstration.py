"""Which organisations, circles, accounts and open questions of joining does the demonstration site have?"""

from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from people import circles, invitations, joining
from people.choices import MembershipState
from people.models import AccessRequest, Circle, Invitation, Membership, Organisation, RoleAssignment, User


@dataclass(frozen=True)
class Cast:
    """What was loaded, by the keys of the fixture."""

    organisations: dict[str, Organisation]
    circles: dict[str, Circle]


@transaction.atomic
def load_people(data: dict[str, Any]) -> Cast:
    """Load organisations, circles and accounts; what is there already is left as it is."""
    organisations = {
        row["key"]: Organisation.objects.get_or_create(
            name=row["name"],
            defaults={name: row[name] for name in ("kind", "country", "is_partner")}
            | {"listed": row.get("listed", False)},
        )[0]
        for row in data["organisations"]
    }
    known: dict[str, Circle] = {}
    for row in data["circles"]:
        circle, created = Circle.objects.get_or_create(name=row["name"], defaults={"purpose": row["purpose"]})
        if created:
            circle.organisations.set(organisations[key] for key in row["organisations"])
        known[row["key"]] = circle
    for row in data["accounts"]:
        if User.objects.filter(email=row["email"]).exists():
            continue
        user = User.objects.create_user(row["email"], data["password"], name=row["name"])
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        if "organisation" in row:
            Membership.objects.create(
                user=user, organisation=organisations[row["organisation"]], state=MembershipState.ACTIVE
            )
        for role in row.get("roles", ()):
            RoleAssignment.objects.create(user=user, role=role)
    _open_questions(data, organisations)
    return Cast(organisations, known)


def _open_questions(data: dict[str, Any], organisations: dict[str, Organisation]) -> None:
    """Let somebody ask, somebody be invited and an organisation be asked into a circle, once."""
    people = {user.email: user for user in User.objects.all()}
    for row in data.get("requests", ()):
        person = people[row["email"]]
        if AccessRequest.objects.filter(user=person).exists():
            continue
        place = organisations[row["organisation"]] if "organisation" in row else joining.Place(**row["described"])
        words = {name: row[name] for name in ("role_wanted", "reason", "languages", "expertise")}
        joining.ask(user=person, place=place, **words)
    for row in data.get("invitations", ()):
        place = organisations[row["organisation"]]
        if not Invitation.objects.filter(organisation=place).exists():
            invitations.invite(email=row["email"], organisation=place, by=people[row["by"]])
    for row in data.get("circle_invitations", ()):
        if not Circle.objects.filter(name=row["name"]).exists():
            circles.propose(
                name=row["name"],
                purpose=row["purpose"],
                organisation=organisations[row["organisation"]],
                asked=[organisations[key] for key in row["asked"]],
                by=people[row["by"]],
            )
