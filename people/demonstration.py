"""Which organisations, circles and accounts does the demonstration site have?"""

from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from people.choices import MembershipState
from people.models import Circle, Membership, Organisation, RoleAssignment, User


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
            name=row["name"], defaults={name: row[name] for name in ("kind", "country", "is_partner")}
        )[0]
        for row in data["organisations"]
    }
    circles: dict[str, Circle] = {}
    for row in data["circles"]:
        circle, created = Circle.objects.get_or_create(name=row["name"], defaults={"purpose": row["purpose"]})
        if created:
            circle.organisations.set(organisations[key] for key in row["organisations"])
        circles[row["key"]] = circle
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
    return Cast(organisations, circles)
