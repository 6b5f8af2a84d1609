"""How does an organisation come into a circle, and how does it leave? Reading follows at once."""

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.models import Circle, Organisation


class CircleRefused(ValueError):
    """A change to a circle that may not be made; `message` says why."""

    message: str | Promise = ""

    def __str__(self) -> str:
        return str(self.message)


class AlreadyIn(CircleRefused):
    """The organisation is in the circle."""

    message = _("This organisation is in the circle already.")


class NotIn(CircleRefused):
    """The organisation is not in the circle."""

    message = _("This organisation is not in the circle.")


@transaction.atomic
def found(*, name: str, purpose: str = "", organisations: list[Organisation] | None = None) -> Circle:
    """Return a new circle of the given organisations."""
    circle = Circle.objects.create(name=name, purpose=purpose)
    circle.organisations.set(organisations or [])
    return circle


@transaction.atomic
def join(*, circle: Circle, organisation: Organisation) -> Circle:
    """Take an organisation into a circle: its active members may read what is shared there. Raises AlreadyIn."""
    if circle.organisations.filter(pk=organisation.pk).exists():
        raise AlreadyIn
    circle.organisations.add(organisation)
    return circle


@transaction.atomic
def leave(*, circle: Circle, organisation: Organisation) -> Circle:
    """Let an organisation leave a circle: from now on its members read nothing there. Raises NotIn."""
    if not circle.organisations.filter(pk=organisation.pk).exists():
        raise NotIn
    circle.organisations.remove(organisation)
    return circle
