"""What may a person read and do here, in words?"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.choices import Role
from people.models import Circle, Organisation
from people.viewers import Viewer

DUTIES: dict[str, str | Promise] = {
    Role.CURATOR: gettext_lazy("You edit entries, keep the vocabularies and the calendar of reviews."),
    Role.REVIEWER: gettext_lazy("You check entries of your field, set how good their evidence is, and publish them."),
    Role.TRAINER: gettext_lazy("You enter the editing interface. Making courses comes later."),
    Role.CONTACT_POINT: gettext_lazy(
        "You vouch for the people of your organisation, invite them, and answer for its circles."
    ),
    Role.ADMINISTRATOR: gettext_lazy("You look after accounts, organisations, circles and roles."),
    Role.SECURITY_OFFICER: gettext_lazy(
        "You are told when something gives somebody away or is marked wrongly. You decide, and see to it that it goes."
    ),
    Role.AUDITOR: gettext_lazy("You read as a member, and the audit log: who did what here."),
}


@dataclass(frozen=True)
class Duty:
    """A role and what it is there for."""

    name: str
    words: str


@dataclass(frozen=True)
class Readable:
    """A marking and what of it somebody may read."""

    label: str
    words: str


def duties(viewer: Viewer) -> list[Duty]:
    """Return the roles that have an effect now, in the order of the table."""
    return [Duty(str(role.label), str(DUTIES[role])) for role in Role if role in viewer.roles]


def readable(viewer: Viewer) -> list[Readable]:
    """Return what the viewer may read, marking by marking; two queries at most."""
    rows = [Readable("TLP:CLEAR", _("All of it, as everybody may."))]
    if viewer.member:
        rows.append(Readable("TLP:GREEN", _("All of it, as a vetted member.")))
    elif viewer.partner:
        rows.append(Readable("TLP:GREEN", _("What is released to partners.")))
    if viewer.circles:
        names = Circle.objects.filter(pk__in=viewer.circles).values_list("name", flat=True)
        rows.append(Readable("TLP:AMBER", _("What is shared with: %(circles)s.") % {"circles": ", ".join(names)}))
    if viewer.organisations:
        owners = Organisation.objects.filter(pk__in=viewer.organisations).values_list("name", flat=True)
        words = _("What comes from: %(organisations)s.") % {"organisations": ", ".join(owners)}
        rows.append(Readable("TLP:AMBER+STRICT", words))
    return rows
