"""How sure are we of an entry, in one line and in details?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from kb.choices import InformationCredibility, Maturity, ReferenceKind, SourceReliability, Standing
from kb.models import Entry, EntryReference


class Source(NamedTuple):
    """What a trust line tells of a reference."""

    kind: str
    year: int | None


def _sources(references: Sequence[EntryReference | Source]) -> str:
    """Return what the entry rests on: the kind and year of the first source, and how many there are."""
    if not references:
        return _("No public source")
    first = references[0]
    named = str(ReferenceKind(first.kind).label)
    if len(references) == 1:
        return f"{named}, {first.year}" if first.year else named
    count = ngettext("%(count)d source", "%(count)d sources", len(references)) % {"count": len(references)}
    return f"{named}, {count}"


def _use(entry: Entry) -> str:
    if entry.maturity == Maturity.VALIDATED:
        return _("validated by use")
    if entry.maturity == Maturity.APPLIED:
        return _("used by others")
    return _("no use reported yet")


def is_overdue(entry: Entry, today: date | None = None) -> bool:
    """Is the entry's review overdue? Readers are told from the day after it was due."""
    today = today or timezone.localdate()
    return entry.standing == Standing.EXPIRED or (entry.review_by is not None and entry.review_by < today)


@lru_cache(maxsize=2_048)
def _reviewed(month: date, language: str | None) -> str:
    """Return in the language of the page when the entry was reviewed; pages name the same months again and again."""
    return _("reviewed %(month)s") % {"month": date_format(month, "YEAR_MONTH_FORMAT")}


def trust_line(entry: Entry, references: Sequence[EntryReference | Source] | None = None) -> str:
    """Return the one line beside a title: source, use, review. Reads `entry.references` where none are given."""
    parts = [_sources(list(entry.references.all()) if references is None else references), _use(entry)]
    if is_overdue(entry):
        parts.append(_("review overdue"))
    elif entry.reviewed_date:
        parts.append(_reviewed(entry.reviewed_date.replace(day=1), get_language()))
    return " · ".join(parts)


@dataclass(frozen=True)
class Step:
    """One step of a scale: its sign, its words, whether it is the entry's."""

    sign: str
    words: str | Promise
    reached: bool
    current: bool


def _scale(choices: Sequence[tuple[str, str | Promise]], value: str) -> list[Step]:
    return [Step(sign, words, sign == value, sign == value) for sign, words in choices]


@dataclass(frozen=True)
class Evidence:
    """What stands behind "How we know": two Admiralty scales and the three steps of maturity."""

    source: list[Step]
    source_words: str
    information: list[Step]
    information_words: str
    maturity: list[Step]


def evidence(entry: Entry) -> Evidence:
    """Return the scales of an entry."""
    order = list(Maturity)
    reached = order.index(Maturity(entry.maturity))
    return Evidence(
        source=_scale(SourceReliability.choices, entry.evidence_source),
        source_words=str(entry.get_evidence_source_display()),
        information=_scale(InformationCredibility.choices, entry.evidence_info),
        information_words=str(entry.get_evidence_info_display()),
        maturity=[
            Step(step.value, step.label, position <= reached, position == reached)
            for position, step in enumerate(order)
        ],
    )
