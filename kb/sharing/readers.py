"""Would a marking let anybody read whom another one does not? Two markings compared by readers, not by rank."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from kb.choices import Tlp


@dataclass(frozen=True)
class Readers:
    """Whom a marking admits.

    `organisations` are those in its circles, or the owner; `partners` those of them that are partners.
    """

    label: str
    circles: frozenset[int] = field(default_factory=frozenset)
    organisations: frozenset[int] = field(default_factory=frozenset)
    partners: frozenset[int] = field(default_factory=frozenset)
    released: bool = False


class Gain(StrEnum):
    """Who would come to read."""

    WIDER_LABEL = "everybody under a label that reaches further"
    PARTNERS = "members of partner organisations"
    CIRCLES = "members of another circle"
    ORGANISATION = "members of another organisation"


def gain(old: Readers, new: Readers) -> Gain | None:
    """Return who could read under `new` and cannot under `old`; None where the readers of `old` include all."""
    if old.label == Tlp.CLEAR:
        return None
    if old.label == Tlp.GREEN:
        return _beyond_members(old, new)
    if old.label == Tlp.AMBER:
        return _beyond_circles(old, new)
    return _beyond_owner(old, new)


def contains(wide: Readers, narrow: Readers) -> bool:
    """May everybody who reads under `narrow` read under `wide` too?"""
    return gain(wide, narrow) is None


def fitting(old: Readers, organisations: Iterable[tuple[int, bool]]) -> list[int]:
    """Return those of the organisations, given with whether each is a partner, that read under `old` as a whole."""
    return [pk for pk, partner in organisations if contains(old, of_organisation(pk, partner=partner))]


def of_organisation(pk: int, *, partner: bool) -> Readers:
    """Return the readers of what belongs to one organisation alone."""
    one = frozenset({pk})
    return Readers(Tlp.AMBER_STRICT, organisations=one, partners=one if partner else frozenset())


def _beyond_members(old: Readers, new: Readers) -> Gain | None:
    if new.label == Tlp.CLEAR:
        return Gain.WIDER_LABEL
    if old.released:
        return None
    return Gain.PARTNERS if new.partners or new.released else None


def _beyond_circles(old: Readers, new: Readers) -> Gain | None:
    if new.label == Tlp.AMBER:
        # By circle, not by who is in them today: a circle goes on to grow.
        return None if new.circles <= old.circles else Gain.CIRCLES
    if new.label == Tlp.AMBER_STRICT:
        return None if new.organisations <= old.organisations else Gain.ORGANISATION
    return Gain.WIDER_LABEL


def _beyond_owner(old: Readers, new: Readers) -> Gain | None:
    if new.label != Tlp.AMBER_STRICT:
        return Gain.WIDER_LABEL
    return None if new.organisations <= old.organisations else Gain.ORGANISATION
