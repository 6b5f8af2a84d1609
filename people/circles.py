"""How does an organisation come into a circle, and how does it leave? Reading follows at once.

Whoever proposes a circle asks the others in at that moment, and each answers for itself. Later only administrators ask
further ones in: what is shared in the circle was shared with those who were in it.
"""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people import letters
from people.models import Circle, CircleInvitation, Organisation, User, in_force
from people.signals import circle_changed


class CircleRefused(ValueError):
    """A change to a circle that may not be made; `message` says why."""

    message: str | Promise = ""

    def __str__(self) -> str:
        return str(self.message)


class AlreadyIn(CircleRefused):
    """The organisation is in the circle."""

    message = _("This organisation is in the circle already.")


class AlreadyAsked(CircleRefused):
    """The organisation has not answered yet."""

    message = _("This organisation was asked already and has not answered yet.")


class OwnOrganisation(CircleRefused):
    """Nobody lets the own organisation into a circle in which others may have shared something."""

    message = _("Nobody lets their own organisation into a circle that is there already: ask another administrator.")


class NotIn(CircleRefused):
    """The organisation is not in the circle."""

    message = _("This organisation is not in the circle.")


class AnsweredAlready(CircleRefused):
    """The question whether to join was answered or taken back."""

    message = _("This has been answered meanwhile.")


class NameTaken(CircleRefused):
    """The organisation is in, or asked into, a circle of this name."""

    message = _("Your organisation knows a circle of this name. Choose another name.")


@transaction.atomic
def found(
    *, name: str, purpose: str = "", organisations: list[Organisation] | None = None, by: User | None = None
) -> Circle:
    """Return a new circle of the given organisations."""
    circle = Circle.objects.create(name=name, purpose=purpose)
    begin(circle=circle, organisations=organisations or [], by=by)
    return circle


@transaction.atomic
def begin(*, circle: Circle, organisations: Iterable[Organisation], by: User | None = None) -> Circle:
    """Put the first organisations into a circle that was just made: nothing is shared in it yet."""
    for organisation in organisations:
        _enter(circle, organisation, by)
    return circle


@transaction.atomic
def propose(*, name: str, purpose: str, organisation: Organisation, asked: Iterable[Organisation], by: User) -> Circle:
    """Return a new circle of one organisation, into which others are asked. Raises NameTaken."""
    known = Circle.objects.filter(organisations=organisation) | Circle.objects.filter(
        invitations__organisation=organisation
    )
    if known.filter(name__iexact=name).exists():
        raise NameTaken
    circle = found(name=name, purpose=purpose, organisations=[organisation], by=by)
    for other in asked:
        invite(circle=circle, organisation=other, by=by)
    return circle


@transaction.atomic
def invite(*, circle: Circle, organisation: Organisation, by: User) -> CircleInvitation:
    """Ask an organisation into a circle. Raises AlreadyIn, AlreadyAsked."""
    if circle.organisations.filter(pk=organisation.pk).exists():
        raise AlreadyIn
    try:
        with transaction.atomic():
            asked = CircleInvitation.objects.create(circle=circle, organisation=organisation)
    except IntegrityError as error:
        raise AlreadyAsked from error
    _announce(circle.pk, organisation.pk, "invited", by)
    letters.circle_waits(asked)
    return asked


@transaction.atomic
def accept(*, invitation: CircleInvitation, by: User) -> Circle:
    """Join the circle that one was asked into. Raises AnsweredAlready."""
    _answered(invitation)
    _enter(invitation.circle, invitation.organisation, by)
    return invitation.circle


@transaction.atomic
def decline(*, invitation: CircleInvitation, by: User) -> Circle:
    """Stay out of the circle that one was asked into. Raises AnsweredAlready."""
    _answered(invitation)
    _announce(invitation.circle_id, invitation.organisation_id, "declined", by)
    return invitation.circle


def _answered(invitation: CircleInvitation) -> None:
    if not CircleInvitation.objects.filter(pk=invitation.pk).delete()[0]:
        raise AnsweredAlready


@transaction.atomic
def join(*, circle: Circle, organisation: Organisation, by: User | None = None) -> Circle:
    """Take an organisation into a circle: its active members may read what is shared there.

    Raises AlreadyIn, OwnOrganisation.
    """
    if circle.organisations.filter(pk=organisation.pk).exists():
        raise AlreadyIn
    if by is not None and is_own(organisation, by):
        raise OwnOrganisation
    CircleInvitation.objects.filter(circle=circle, organisation=organisation).delete()
    _enter(circle, organisation, by)
    return circle


def is_own(organisation: Organisation, by: User) -> bool:
    """Would a person come to read by letting an organisation in?"""
    return by.memberships.filter(in_force(), organisation=organisation).exists()


@transaction.atomic
def leave(*, circle: Circle, organisation: Organisation, by: User | None = None) -> Circle:
    """Let an organisation leave a circle: from now on its members read nothing there. Raises NotIn."""
    # Of two who do it at the same moment, one deletes the row.
    through = Circle.organisations.through
    if not through.objects.filter(circle=circle, organisation=organisation).delete()[0]:
        raise NotIn
    _announce(circle.pk, organisation.pk, "left", by)
    return circle


def _enter(circle: Circle, organisation: Organisation, by: User | None) -> None:
    circle.organisations.add(organisation)
    _announce(circle.pk, organisation.pk, "joined", by)


def _announce(circle: int, organisation: int, what: str, by: User | None) -> None:
    circle_changed.send(Circle, circle=circle, organisation=organisation, what=what, by=by.pk if by else None)
