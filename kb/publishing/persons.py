"""Who may publish an entry, as it stands now?"""

from typing import Any

from django.utils.translation import gettext as _

from kb.models import Entry
from kb.publishing.refusals import NotForThisPerson
from kb.sharing import policy
from people.models import User
from people.viewers import scope_of


def _hindrance(user: Any, entry: Entry) -> str | None:
    """Return in words what keeps this person from publishing the entry now; None where nothing does."""
    if not policy.can_publish(scope_of(user), entry):
        return _("You may not publish this entry.")
    if entry.current_workflow_state is not None:
        return _("It is in review: it is published by whoever approves it there, and nobody approves own work.")
    if not entry.live and entry.is_made_by(user):
        return _("You made this entry, so somebody else has to publish it first. Submit it for review.")
    lock = entry.get_lock()
    if lock is not None and lock.for_user(user):
        return _("It is locked. Ask the person who locked it, or unlock it first.")
    return None


def may_publish(user: Any, entry: Entry) -> bool:
    """May this person publish the entry now? An approved review asks the same, once it is over."""
    return _hindrance(user, entry) is None


def check_person(entry: Entry, by: User | None) -> None:
    """Raise NotForThisPerson where this person may not publish the entry as it is stored now.

    None stands for the system itself: imports, the demonstration, the clock.
    """
    if by is None:
        return
    hindrance = _hindrance(by, Entry.objects.select_related("marking").get(pk=entry.pk))
    if hindrance is not None:
        raise NotForThisPerson([hindrance])
