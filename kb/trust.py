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


# Pages show many entries whose words are the same; each of them is looked up once in a language.
@lru_cache(maxsize=2_048)
def _sources(kind: str, year: int | None, count: int, language: str | None) -> str:
    """Return what the entry rests on: the kind and year of the first source, and how many there are."""
    if not count:
        return _("No public source")
    named = str(ReferenceKind(kind).label)
    if count == 1:
        return f"{named}, {year}" if year else named
    return f"{named}, {ngettext('%(count)d source', '%(count)d sources', count) % {'count': count}}"


@lru_cache(maxsize=64)
def _use(maturity: str, language: str | None) -> str:
    if maturity == Maturity.VALIDATED:
        return _("validated by use")
    if maturity == Maturity.APPLIED:
        return _("used by others")
    return _("no use reported yet")


def is_overdue(entry: Entry, today: date | None = None) -> bool:
    """Is the entry's review overdue? Readers are told from the day after it was due."""
    today = today or timezone.localdate()
    return entry.standing == Standing.EXPIRED or (entry.review_by is not None and entry.review_by < today)


@lru_cache(maxsize=2_048)
def _reviewed(month: date, language: str | None) -> str:
    """Return in the language of the page when the entry was reviewed."""
    return _("reviewed %(month)s") % {"month": date_format(month, "YEAR_MONTH_FORMAT")}


def trust_line(
    entry: Entry, references: Sequence[EntryReference | Source] | None = None, today: date | None = None
) -> str:
    """Return the one line beside a title: source, use, review. Reads `entry.references` where none are given."""
    found = entry.references.all() if references is None else references
    language, first = get_language(), next(iter(found), None)
    kind, year = (first.kind, first.year) if first else ("", None)
    parts = [_sources(kind, year, len(found), language), _use(entry.maturity, language)]
    if is_overdue(entry, today):
        parts.append(_("review overdue"))
    elif entry.reviewed_date:
        parts.append(_reviewed(entry.reviewed_date.replace(day=1), language))
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
