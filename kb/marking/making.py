"""How does a marking come about, and whom does it admit?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from kb.choices import Tlp
from kb.marking.refusals import CirclesMissing, OwnerMissing, RedRefused, UnknownLabel
from kb.models import Marking
from kb.sharing import tlp
from kb.sharing.readers import Readers
from people.models import Circle, Organisation


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


def readers_under(label: str, circles: Iterable[Circle], owner: Organisation | None, released: bool) -> Readers:
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
    return readers_under(marking.label, circles, marking.owning_organisation, marking.partner_release)


def snapshot(marking: Marking) -> dict[str, Any]:
    """Return the facts of a marking as plain data, to tell later whether it is still the same."""
    return {
        "label": str(marking.label),
        "circles": sorted(marking.circles.values_list("pk", flat=True)),
        "owning_organisation": marking.owning_organisation_id,
        "partner_release": marking.partner_release,
        "chatham_house": marking.chatham_house,
    }
