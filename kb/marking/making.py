"""How does a marking come about, and whom does it admit?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from kb.choices import Tlp
from kb.marking.refusals import CirclesMissing, OwnerMissing, RedRefused, UnknownLabel
from kb.models import Marking
from kb.sharing import tlp
from kb.sharing.readers import Readers
from people.models import Circle, Organisation


@dataclass(frozen=True)
class Facts:
    """What a marking says."""

    label: str = Tlp.CLEAR
    circles: tuple[Circle, ...] = ()
    owning_organisation: Organisation | None = None
    partner_release: bool = False
    chatham_house: bool = True
    handling_note: str = ""

    @property
    def columns(self) -> dict[str, Any]:
        """What stands in the row itself."""
        return {
            "label": self.label,
            "owning_organisation": self.owning_organisation,
            "partner_release": self.partner_release,
            "chatham_house": self.chatham_house,
            "handling_note": self.handling_note,
        }


def facts_of(marking: Marking) -> Facts:
    """Return what a marking says."""
    return Facts(
        label=marking.label,
        circles=tuple(marking.circles.all()) if marking.label == Tlp.AMBER else (),
        owning_organisation=marking.owning_organisation,
        partner_release=marking.partner_release,
        chatham_house=marking.chatham_house,
        handling_note=marking.handling_note,
    )


def checked(facts: Facts) -> Facts:
    """Return facts that may stand: what the label does not use is left out. Raises MarkingRefused."""
    try:
        parsed = tlp.parse(facts.label)
    except tlp.RedNotStorable as refusal:
        raise RedRefused from refusal
    except ValueError as refusal:
        raise UnknownLabel from refusal
    if parsed == Tlp.AMBER and not facts.circles:
        raise CirclesMissing
    if parsed == Tlp.AMBER_STRICT and facts.owning_organisation is None:
        raise OwnerMissing
    return replace(
        facts,
        label=parsed,
        circles=facts.circles if parsed == Tlp.AMBER else (),
        owning_organisation=facts.owning_organisation if parsed == Tlp.AMBER_STRICT else None,
        partner_release=facts.partner_release and parsed == Tlp.GREEN,
    )


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
    return _made(Facts(label, tuple(circles), owning_organisation, partner_release, chatham_house, handling_note))


def _made(wanted: Facts) -> Marking:
    facts = checked(wanted)
    marking = Marking.objects.create(**facts.columns)
    marking.circles.set(facts.circles)
    return marking


@transaction.atomic
def create_many(wanted: Sequence[Facts]) -> list[Marking]:
    """Return new markings, one for each of the facts, in their order; few queries. Raises MarkingRefused."""
    sound = [checked(facts) for facts in wanted]
    markings = Marking.objects.bulk_create(Marking(**facts.columns) for facts in sound)
    through: Any = Marking.circles.through
    through.objects.bulk_create(
        through(marking_id=marking.pk, circle_id=circle)
        for marking, facts in zip(markings, sound, strict=True)
        for circle in dict.fromkeys(circle.pk for circle in facts.circles)
    )
    return markings


@transaction.atomic
def copied(marking: Marking) -> Marking:
    """Return a new marking that says the same."""
    return _made(facts_of(marking))


def readers_under(facts: Facts) -> Readers:
    """Return whom these facts admit, with the organisations that stand behind them now."""
    keys = frozenset(circle.pk for circle in facts.circles)
    rows = dict(Organisation.objects.filter(circles__in=keys).values_list("pk", "is_partner")) if keys else {}
    if facts.owning_organisation is not None:
        rows[facts.owning_organisation.pk] = facts.owning_organisation.is_partner
    return Readers(
        label=facts.label,
        circles=keys,
        organisations=frozenset(rows),
        partners=frozenset(pk for pk, partner in rows.items() if partner),
        released=facts.partner_release,
    )


def readers_of(marking: Marking) -> Readers:
    """Return whom a marking admits."""
    return readers_under(facts_of(marking))


def snapshot(marking: Marking) -> dict[str, Any]:
    """Return the facts of a marking as plain data, to tell later whether it is still the same."""
    return {
        "label": str(marking.label),
        "circles": sorted(marking.circles.values_list("pk", flat=True)),
        "owning_organisation": marking.owning_organisation_id,
        "partner_release": marking.partner_release,
        "chatham_house": marking.chatham_house,
    }
