"""How does a membership begin, go on and end, and who may see to that? Reading follows at the next request."""

from people.memberships.refusals import (
    LastAdministrator,
    LastContactPoint,
    MembershipRefused,
    NotInForce,
    OwnMembership,
)
from people.memberships.roles import give_role, is_last_administrator, is_last_contact_point, take_role
from people.memberships.vouching import (
    CONFIRM_BEFORE,
    VOUCHED_FOR,
    admit,
    confirm,
    due,
    end,
    lapse,
    place,
    remove,
    suspend,
)

__all__ = [
    "CONFIRM_BEFORE",
    "VOUCHED_FOR",
    "LastAdministrator",
    "LastContactPoint",
    "MembershipRefused",
    "NotInForce",
    "OwnMembership",
    "admit",
    "confirm",
    "due",
    "end",
    "give_role",
    "is_last_administrator",
    "is_last_contact_point",
    "lapse",
    "place",
    "remove",
    "suspend",
    "take_role",
]
