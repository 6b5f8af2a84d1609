"""Who is told that the audit log is not as it was written?"""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people import inbox, notice_kinds
from people.audit_rows import AuditCheckpoint
from people.choices import Role
from people.models import Notice, User, in_force
from people.notice_kinds import Kind, Words
from people.roles import Action
from people.viewers import viewer_of

BROKEN = "audit-broken"
_TOLD = (Role.AUDITOR, Role.SECURITY_OFFICER, Role.ADMINISTRATOR)


def raise_alarm(*, row: int) -> int:
    """Tell auditors, security officers and administrators of the first row that is wrong; return how many.

    Each is told once of each row, however often the log is checked.
    """
    people = User.objects.filter(in_force("memberships__"), is_active=True, role_assignments__role__in=_TOLD).distinct()
    for person in people:
        inbox.tell(recipient=person, kind=BROKEN, about=("audit", row))
    return len(people)


def words(user: User, notices: Sequence[Notice]) -> dict[int, Words]:
    """Return what these notices say to somebody who still has to know."""
    viewer = viewer_of(user)
    reads, keeps = viewer.may(Action.READ_AUDIT), viewer.may(Action.ADMINISTER)
    if not reads and not keeps:
        return {}
    address = reverse("people:audit") if reads else reverse("status")
    last = AuditCheckpoint.objects.first()
    now = _("It is still so.") if last is not None and not last.sound else _("It was whole again when checked last.")
    said = _("The audit log is not as it was written, from row %(row)s on.")
    return {notice.pk: Words(f"{said % {'row': notice.object_id}} {now}", address) for notice in notices}


def register() -> None:
    """Make the kind known to the inbox."""
    notice_kinds.register(Kind(BROKEN, gettext_lazy("Security of the site"), words, security=True))
