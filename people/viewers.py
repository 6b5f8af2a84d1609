"""Who is asking? A viewer's memberships, circles and roles, read once for each request."""

from dataclasses import dataclass, field
from typing import Any, cast

from django.db.models import BigIntegerField, DateField
from django.http import HttpRequest
from django.utils import timezone

from people.models import Membership, User, in_force
from people.roles import Action, allowed
from people.statements import Statement


@dataclass(frozen=True)
class Viewer:
    """The scope of one reader. The default is somebody without an account.

    `member` is a vetted, active member of an organisation inside the EU community, `partner` one of a partner
    organisation only. `organisations` are those of active memberships, `circles` the ones that these belong to,
    `contact_point_for` those of the organisations that a role as contact point names.
    """

    user_id: int | None = None
    member: bool = False
    partner: bool = False
    organisations: frozenset[int] = field(default_factory=frozenset)
    circles: frozenset[int] = field(default_factory=frozenset)
    roles: frozenset[str] = field(default_factory=frozenset)
    contact_point_for: frozenset[int] = field(default_factory=frozenset)

    @property
    def vetted(self) -> bool:
        """Is the viewer a vetted and active member of any organisation?"""
        return self.member or self.partner

    def may(self, action: Action) -> bool:
        """May the viewer do this at all? (Whether to this one thing, a sharing policy says.)"""
        return action in allowed(self.roles, vetted=self.vetted)


ANONYMOUS = Viewer()


_SCOPE = Statement(
    lambda user, today: Membership.objects.filter(in_force(on=today), user=user).values_list(
        "organisation_id",
        "organisation__is_partner",
        "organisation__circles",
        "user__role_assignments__role",
        "user__role_assignments__organisation",
    ),
    user=BigIntegerField(),
    today=DateField(),
)


def viewer_of(user: Any) -> Viewer:
    """Return the scope of a user, one query; anonymous and inactive users have none.

    Circles and roles are read along with the memberships: without an active one, neither opens anything. One whose
    last day has passed opens nothing either, whether or not the clock's work has come by to suspend it.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return ANONYMOUS
    rows = _SCOPE(user=user.pk, today=timezone.localdate())
    member = any(not partner for _pk, partner, _circle, _role, _place in rows)
    organisations = frozenset(pk for pk, _partner, _circle, _role, _place in rows)
    return Viewer(
        user_id=user.pk,
        member=member,
        partner=bool(rows) and not member,
        organisations=organisations,
        circles=frozenset(circle for _pk, _partner, circle, _role, _place in rows if circle is not None),
        roles=frozenset(role for _pk, _partner, _circle, role, _place in rows if role is not None),
        contact_point_for=organisations & {place for _pk, _partner, _circle, _role, place in rows},
    )


def viewer_for(request: HttpRequest) -> Viewer:
    """Return the scope of who sent this request."""
    return scope_of(request.user)


def person_of(request: HttpRequest) -> User:
    """Return the account that a request comes from, for views that ask for one."""
    return cast(User, request.user)


def scope_of(user: Any) -> Viewer:
    """Return the scope of a user, read once for each user object: a request makes one."""
    scope: Viewer | None = getattr(user, "_scope", None)
    if scope is None:
        scope = viewer_of(user)
        user._scope = scope
    return scope
