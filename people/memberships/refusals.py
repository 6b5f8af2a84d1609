"""Why is a membership or a role not changed?"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class MembershipRefused(ValueError):
    """A change to a membership that may not be made; `message` says why."""

    message: str | Promise = ""

    def __str__(self) -> str:
        return str(self.message)


class OwnMembership(MembershipRefused):
    """Nobody vouches for themselves."""

    message = _("Nobody vouches for themselves: ask another contact point or an administrator.")


class NotInForce(MembershipRefused):
    """The membership has ended or was never approved."""

    message = _("This membership has ended. Invite the person again.")


class LastAdministrator(MembershipRefused):
    """Without this person nobody could look after accounts."""

    message = _("This is the only administrator. Give the role to somebody else first.")


class LastContactPoint(MembershipRefused):
    """Without this person nobody could vouch for the others of the organisation."""

    message = _("This is the only contact point of the organisation. Have an administrator name another one first.")
