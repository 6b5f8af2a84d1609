"""How does a marking come about and change? The only writer of `Marking`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from kb.choices import Tlp
from kb.models import Entry, Marking
from kb.public_state import note_change
from kb.sharing import tlp
from kb.sharing.readers import Gain, Readers, fitting, gain
from kb.signals import entry_relabelled
from people import audit
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


class PartnersWouldRead(LoweringNeedsTwoPeople):
    """Partner organisations would come to read what is not released to them."""

    message = _(
        "Members of a partner organisation could then read this entry, and now they cannot. "
        "Choose circles and an organisation without partners, or let two people agree to release it to partners."
    )


class OtherCircles(LoweringNeedsTwoPeople):
    """Another circle would come to read."""

    message = _(
        "One of these circles does not read this entry now. Choose only circles that it is shared with already, "
        "or let two people agree, one of them for its source."
    )


class OtherOrganisation(LoweringNeedsTwoPeople):
    """An organisation outside the present readers would come to read."""

    message = _(
        "The members of this organisation may not read this entry now. Choose one of your organisations whose members "
        "may, or let two people agree, one of them for its source."
    )


_REFUSALS: dict[Gain, type[LoweringNeedsTwoPeople]] = {
    Gain.WIDER_LABEL: LoweringNeedsTwoPeople,
    Gain.PARTNERS: PartnersWouldRead,
    Gain.CIRCLES: OtherCircles,
    Gain.ORGANISATION: OtherOrganisation,
}


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


@dataclass(frozen=True)
class Facts:
    """What a marking of a bulk write is to say."""

    label: str = Tlp.CLEAR
    circles: tuple[Circle, ...] = ()
    owning_organisation: Organisation | None = None
    partner_release: bool = False
    chatham_house: bool = True
    handling_note: str = ""


@transaction.atomic
def create_many(wanted: Sequence[Facts]) -> list[Marking]:
    """Return new markings, one for each of the facts, in their order; few queries. Raises MarkingRefused."""
    checked = [
        facts(
            label=each.label,
            circles=each.circles,
            owning_organisation=each.owning_organisation,
            partner_release=each.partner_release,
        )
        for each in wanted
    ]
    markings = Marking.objects.bulk_create(
        Marking(
            label=parsed,
            owning_organisation=owner,
            partner_release=released,
            chatham_house=each.chatham_house,
            handling_note=each.handling_note,
        )
        for each, (parsed, _named, owner, released) in zip(wanted, checked, strict=True)
    )
    through: Any = Marking.circles.through
    through.objects.bulk_create(
        through(marking_id=marking.pk, circle_id=circle.pk)
        for marking, (_parsed, named, _owner, _released) in zip(markings, checked, strict=True)
        for circle in {circle.pk: circle for circle in named}.values()
    )
    return markings


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


def _readers(label: str, circles: Iterable[Circle], owner: Organisation | None, released: bool) -> Readers:
    """Return whom these facts admit, with the organisations that stand behind them now."""
    keys = frozenset(circle.pk for circle in circles)
    rows = dict(Organisation.objects.filter(circles__in=keys).values_list("pk", "is_partner")) if keys else {}
    if owner is not None:
        rows[owner.pk] = owner.is_partner
    return Readers(
        label=label,
        circles=keys,
        organisations=frozenset(rows),
        partners=frozenset(pk for pk, partner in rows.items() if partner),
        released=released,
    )


def readers_of(marking: Marking) -> Readers:
    """Return whom a marking admits."""
    circles = marking.circles.all() if marking.label == Tlp.AMBER else ()
    return _readers(marking.label, circles, marking.owning_organisation, marking.partner_release)


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

    What would let anybody read, or be told where it comes from, who may not now is refused with
    LoweringNeedsTwoPeople or the one of its kind that says who that is.
    """
    marking = Marking.objects.select_for_update().get(pk=entry.marking_id)
    parsed, named, owner, released = facts(
        label=label, circles=circles, owning_organisation=owning_organisation, partner_release=partner_release
    )
    kept_house = marking.chatham_house if chatham_house is None else chatham_house
    gained = gain(readers_of(marking), _readers(parsed, named, owner, released))
    if gained is not None:
        raise _REFUSALS[gained]
    if marking.chatham_house and not kept_house:
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
    _announce(marking, public=Tlp.CLEAR in (before, parsed))
    audit.note(
        event=audit.Event.LABEL_CHANGED,
        actor=by.pk if by else None,
        kind="entry",
        ids=[entry.public_id],
        data={"from": str(before), "to": str(parsed)},
    )
    entry.marking = marking
    return marking


def restrict_now(*, entry: Entry, by: User, organisation: Organisation | None = None) -> Marking:
    """Take an entry back to one of a person's own organisations at once: the one named, else the first that fits.

    It fits where its members may read the entry now. Raises NoOrganisation, OtherOrganisation.
    """
    if entry.marking.label == Tlp.AMBER_STRICT:
        return entry.marking
    places = [
        place.organisation
        for place in by.memberships.filter(state=MembershipState.ACTIVE).select_related("organisation").order_by("pk")
        if organisation is None or place.organisation_id == organisation.pk
    ]
    if not places:
        raise NoOrganisation
    keys = fitting(readers_of(entry.marking), [(place.pk, place.is_partner) for place in places])
    owner = next((place for place in places if place.pk in keys), None)
    if owner is None:
        raise OtherOrganisation
    return relabel(entry=entry, label=Tlp.AMBER_STRICT, owning_organisation=owner, by=by)


def _announce(marking: Marking, *, public: bool) -> None:
    note_change(public=public)
    keys: list[Any] = list(marking.entries.order_by().values_list("translation_key", flat=True).distinct())
    for key in keys:
        entry_relabelled.send(sender=Marking, translation_key=key, public=public)


def drop_unused(key: int) -> None:
    """Delete a marking that marks nothing any more."""
    Marking.objects.filter(pk=key, entries__isnull=True).delete()
