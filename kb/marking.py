"""How does a marking come about and change? The only writer of `Marking`."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from kb.choices import Tlp
from kb.models import Entry, Marking, StateVersion
from kb.sharing import tlp
from kb.signals import entry_relabelled
from people.choices import MembershipState
from people.models import Circle, Organisation, User


class MarkingRefused(ValueError):
    """A marking that may not stand; `message` says in words why and what to do."""

    message: str | Promise = ""

    def __str__(self) -> str:
        return str(self.message)


class CirclesMissing(MarkingRefused):
    """AMBER without a circle: nobody could read it."""

    message = _("TLP:AMBER needs at least one circle, whose members may then read the entry.")


class OwnerMissing(MarkingRefused):
    """AMBER+STRICT without the organisation that it belongs to."""

    message = _("TLP:AMBER+STRICT needs the organisation that the entry comes from.")


class RedRefused(MarkingRefused):
    """RED: the library may not hold it."""

    message = _("TLP:RED may not be stored in this library. Keep the text where it is and contact its source.")


class UnknownLabel(MarkingRefused):
    """No label of TLP 2.0."""

    message = _("This is no label of TLP 2.0.")


class LoweringNeedsTwoPeople(MarkingRefused):
    """The change would let more people read."""

    message = _(
        "This would let more people read the entry. Two people have to agree to it, one of them for its source."
    )


class NoOrganisation(MarkingRefused):
    """Somebody without an active membership cannot restrict an entry to an organisation."""

    message = _("You are not an active member of an organisation that the entry could be restricted to.")


def facts(
    *, label: str, circles: Iterable[Circle], owning_organisation: Organisation | None, partner_release: bool
) -> tuple[Tlp, list[Circle], Organisation | None, bool]:
    """Return the facts of a marking that may stand: what a label does not use is left out. Raises MarkingRefused."""
    try:
        parsed = tlp.parse(label)
    except tlp.RedNotStorable as refusal:
        raise RedRefused from refusal
    except ValueError as refusal:
        raise UnknownLabel from refusal
    named = list(circles) if parsed == Tlp.AMBER else []
    owner = owning_organisation if parsed == Tlp.AMBER_STRICT else None
    if parsed == Tlp.AMBER and not named:
        raise CirclesMissing
    if parsed == Tlp.AMBER_STRICT and owner is None:
        raise OwnerMissing
    return parsed, named, owner, partner_release and parsed == Tlp.GREEN


@transaction.atomic
def create(
    *,
    label: str,
    circles: Iterable[Circle] = (),
    owning_organisation: Organisation | None = None,
    partner_release: bool = False,
    chatham_house: bool = True,
    handling_note: str = "",
) -> Marking:
    """Return a new marking. Raises MarkingRefused."""
    parsed, named, owner, released = facts(
        label=label, circles=circles, owning_organisation=owning_organisation, partner_release=partner_release
    )
    marking = Marking.objects.create(
        label=parsed,
        owning_organisation=owner,
        partner_release=released,
        chatham_house=chatham_house,
        handling_note=handling_note,
    )
    marking.circles.set(named)
    return marking


@transaction.atomic
def copied(marking: Marking) -> Marking:
    """Return a new marking that says the same."""
    return create(
        label=marking.label,
        circles=marking.circles.all(),
        owning_organisation=marking.owning_organisation,
        partner_release=marking.partner_release,
        chatham_house=marking.chatham_house,
        handling_note=marking.handling_note,
    )


def _widens(
    marking: Marking, label: Tlp, circles: list[Circle], owner: Organisation | None, released: bool, chatham_house: bool
) -> bool:
    """Would the new facts let anybody read, or tell where it comes from, whom the present ones do not?"""
    if tlp.RANK[label] != tlp.RANK[marking.label]:
        return tlp.RANK[label] < tlp.RANK[marking.label]
    return (
        (released and not marking.partner_release)
        or not {circle.pk for circle in circles} <= marking.circle_ids()
        or (owner is not None and owner.pk != marking.owning_organisation_id)
        or (marking.chatham_house and not chatham_house)
    )


@transaction.atomic
def relabel(
    *,
    entry: Entry,
    label: str,
    by: User | None,
    circles: Iterable[Circle] = (),
    owning_organisation: Organisation | None = None,
    partner_release: bool = False,
    chatham_house: bool | None = None,
    handling_note: str | None = None,
) -> Marking:
    """Change the marking of an entry's work at once, past any draft. Raises MarkingRefused.

    What would let more people read is refused with LoweringNeedsTwoPeople.
    """
    marking = Marking.objects.select_for_update().get(pk=entry.marking_id)
    parsed, named, owner, released = facts(
        label=label, circles=circles, owning_organisation=owning_organisation, partner_release=partner_release
    )
    kept_house = marking.chatham_house if chatham_house is None else chatham_house
    if _widens(marking, parsed, named, owner, released, kept_house):
        raise LoweringNeedsTwoPeople
    before = marking.label
    marking.label = parsed
    marking.owning_organisation = owner
    marking.partner_release = released
    marking.chatham_house = kept_house
    if handling_note is not None:
        marking.handling_note = handling_note
    marking.save()
    marking.circles.set(named)
    log(instance=entry, action="kb.relabel", user=by, data={"before": before, "after": str(parsed)})
    _announce(marking)
    entry.marking = marking
    return marking


def restrict_now(*, entry: Entry, by: User) -> Marking:
    """Take an entry back to one's own organisation at once. Raises NoOrganisation."""
    if entry.marking.label == Tlp.AMBER_STRICT:
        return entry.marking
    place = by.memberships.filter(state=MembershipState.ACTIVE).select_related("organisation").order_by("pk").first()
    if place is None:
        raise NoOrganisation
    return relabel(entry=entry, label=Tlp.AMBER_STRICT, owning_organisation=place.organisation, by=by)


def _announce(marking: Marking) -> None:
    StateVersion.bump("content")
    keys: list[Any] = list(marking.entries.order_by().values_list("translation_key", flat=True).distinct())
    for key in keys:
        entry_relabelled.send(sender=Marking, translation_key=key)
