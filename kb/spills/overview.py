"""What does the security officer see of a spill: which steps were taken, by whom, and what comes next?"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from kb.choices import SPILLING, OpeningReason, ReportReason, SpillEvent, SpillOutcome, SpillPart
from kb.models import Spill, SpillPerson
from kb.spills import procedure, telling
from people.models import User


@dataclass(frozen=True)
class Taken:
    """One step that was taken: what, when, by whom, and in which respect."""

    words: str
    at: datetime.datetime
    by: str
    detail: str
    count: int | None


@dataclass(frozen=True)
class Told:
    """Somebody who had the text or answers for it."""

    name: str
    access: str
    first_at: datetime.datetime | None
    last_at: datetime.datetime | None
    told_at: datetime.datetime | None
    confirmed_at: datetime.datetime | None


@dataclass(frozen=True)
class Overview:
    """A spill as its page shows it."""

    taken: list[Taken]
    missing: list[str]
    events: frozenset[str]
    readers: list[Told]
    originators: list[Told]
    reachable: list[User]
    source_known: bool


def _details() -> dict[str, str]:
    choices = [*OpeningReason, *SpillOutcome, *SpillPart, *(ReportReason(value) for value in SPILLING)]
    return {choice.value: str(choice.label) for choice in choices}


def overview(spill: Spill) -> Overview:
    """Return everything of a spill but its text; a few queries."""
    steps = list(spill.steps.all())
    rows = list(spill.people.all())
    names = _names([*(step.by for step in steps), *(row.person for row in rows)])
    details = _details()
    return Overview(
        taken=[
            Taken(
                str(SpillEvent(step.event).label),
                step.at,
                names.get(step.by, "") if step.by else "",
                details.get(step.detail, ""),
                step.count,
            )
            for step in steps
        ],
        missing=[str(event.label) for event in procedure.missing(spill)],
        events=frozenset(step.event for step in steps),
        readers=[_told(row, names) for row in rows if row.part == SpillPart.READER],
        originators=[_told(row, names) for row in rows if row.part == SpillPart.ORIGINATOR],
        reachable=telling.originators(spill),
        source_known=telling.source_of_spill(spill) is not None,
    )


def _told(row: SpillPerson, names: dict[int, str]) -> Told:
    name = names.get(row.person, "")
    return Told(name, row.get_access_display(), row.first_at, row.last_at, row.told_at, row.confirmed_at)


def _names(people: Iterable[int | None]) -> dict[int, str]:
    """Return names by the number of the account; accounts that are gone have none."""
    keys = {key for key in people if key}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=keys)}
