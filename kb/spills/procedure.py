"""Which steps does a spill go through, who takes them, and what is recorded of each?"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kb import access_records
from kb.choices import (
    AccessKind,
    OpeningReason,
    Reportable,
    ReportReason,
    ReportState,
    SpillEvent,
    SpillOutcome,
    SpillPart,
    SpillState,
    Tlp,
)
from kb.models import Entry, Marking, Report, Spill, SpillPerson, SpillStep
from kb.sanitising import clean_line
from kb.signals import spill_step, spill_tells, spill_waits
from kb.spills import freezing
from people.choices import Role
from people.models import User, in_force

# So often in a day may one member hide something by a report; what is reported beyond that waits to be looked at.
MOST_FROZEN_A_DAY = 3


class SpillRefused(ValueError):
    """A step that may not be taken now."""


class NotHidden(SpillRefused):
    """It cannot be hidden: others hang on it, or it is not known what it is."""


class AlreadyClosed(SpillRefused):
    """The spill is closed."""


class AlreadyPurged(SpillRefused):
    """Its text has been purged, so it was no false alarm."""


class StepsMissing(SpillRefused):
    """It cannot be closed yet; `missing` are the steps that nobody has taken."""

    def __init__(self, missing: Iterable[str]) -> None:
        """Keep them."""
        self.missing = list(missing)
        super().__init__(", ".join(self.missing))


def note(*, spill: Spill, event: SpillEvent, by: int | None, detail: str = "", count: int | None = None) -> SpillStep:
    """Record a step, and tell whoever keeps records; return it."""
    step = SpillStep.objects.create(spill=spill, event=event, by=by, detail=detail, count=count)
    spill_step.send(sender=Spill, spill=spill.pk, event=str(event), about=spill.about, key=spill.key, by=by)
    return step


def _locked(spill: Spill) -> Spill:
    """Return the spill as it stands, locked. Raises AlreadyClosed."""
    stored = Spill.objects.select_for_update().get(pk=spill.pk)
    if stored.state == SpillState.CLOSED:
        raise AlreadyClosed
    return stored


def _may_hide(by: int | None, *, vetted: bool) -> bool:
    """Does a report of this person hide at once? Of vetted members, a few times a day."""
    if by is None or not vetted:
        return False
    day = timezone.now() - datetime.timedelta(days=1)
    return SpillStep.objects.filter(event=SpillEvent.FROZEN, by=by, at__gt=day).count() < MOST_FROZEN_A_DAY


@transaction.atomic
def open_spill(*, about: str, key: str, reason: ReportReason, by: int | None, vetted: bool) -> Spill:
    """Return the open spill about a thing, a new one where there is none; a vetted member's report hides it at once.

    One row of the thing is locked meanwhile, so that of many reports at once one opens it.
    """
    row = freezing.row_of(about, key)
    if getattr(row, "marking_id", None):
        list(Marking.objects.select_for_update().filter(pk=row.marking_id).values_list("pk"))
    open_ones = Spill.objects.select_for_update().filter(~Q(state=SpillState.CLOSED), about=about, key=key)
    spill = open_ones.first()
    if spill is None:
        spill, made = _opened(about, key, reason, row)
        if made:
            spill_waits.send(sender=Spill, spill=spill.pk)
    note(spill=spill, event=SpillEvent.REPORTED, by=by, detail=str(reason))
    if spill.state == SpillState.REPORTED and _may_hide(by, vetted=vetted) and freezing.can_be_hidden(row):
        freeze(spill=spill, by=by)
        spill.refresh_from_db()
    return spill


def _opened(about: str, key: str, reason: str, row: Any) -> tuple[Spill, bool]:
    facts = {"reason": reason, "label": freezing.label_of(row), "work": getattr(row, "translation_key", None)}
    if not isinstance(row, Entry):
        facts["work"] = None
    return Spill.objects.get_or_create(about=about, key=key, closed_at=None, defaults=facts)


@transaction.atomic
def freeze(*, spill: Spill, by: int | None) -> Spill:
    """Hide what the spill is about from everybody, and take down who has had it. Raises NotHidden, AlreadyClosed."""
    stored = _locked(spill)
    if stored.state == SpillState.FROZEN:
        return stored
    if not freezing.hide(stored):
        raise NotHidden
    stored.state = SpillState.FROZEN
    stored.save()
    note(spill=stored, event=SpillEvent.FROZEN, by=by)
    take_down_readers(spill=stored, by=None)
    return stored


@transaction.atomic
def take_down_readers(*, spill: Spill, by: int | None) -> int:
    """Record who has had the text, as the records of reading say now; return how many people that are."""
    found: dict[int, access_records.Access] = {}
    for access in access_records.readers_of(spill.about, spill.key):
        known = found.get(access.person)
        # Who downloaded it holds a copy, whatever else was done with it.
        if known is None or _rank(access.kind) > _rank(known.kind):
            found[access.person] = access
    for person, access in found.items():
        SpillPerson.objects.update_or_create(
            spill=spill,
            person=person,
            part=SpillPart.READER,
            defaults={"access": access.kind, "first_at": access.first_at, "last_at": access.last_at},
        )
    note(spill=spill, event=SpillEvent.ACCESS, by=by, count=len(found))
    return len(found)


def _rank(kind: str) -> int:
    return [AccessKind.READ, AccessKind.EDITED, AccessKind.DOWNLOADED].index(AccessKind(kind))


@transaction.atomic
def open_text(*, spill: Spill, why: OpeningReason, by: int) -> list[Any]:
    """Return every language version of the text past its marking; who opened it and why is recorded first.

    Raises AlreadyClosed: a case that is closed opens nothing any more.
    """
    stored = _locked(spill)
    note(spill=stored, event=SpillEvent.OPENED, by=by, detail=str(why))
    if stored.about == Reportable.ENTRY:
        rows = Entry.objects.filter(public_id=stored.key).select_related("marking", "locale").order_by("pk")
        return [row.get_latest_revision_as_object() if not row.live else row for row in rows]
    row = freezing.row_of(stored.about, stored.key)
    return [] if row is None else [row]


def originators(spill: Spill) -> list[User]:
    """Return the contact points of the organisations from which it comes, as far as its marking tells.

    An AMBER+STRICT thing has an owner, an AMBER one circles; of others the site does not know where they come from.
    """
    row = freezing.row_of(spill.about, spill.key)
    marking = getattr(row, "marking", None)
    if marking is None or marking.label not in (Tlp.AMBER, Tlp.AMBER_STRICT):
        return []
    place = (
        Q(memberships__organisation=marking.owning_organisation_id)
        if marking.label == Tlp.AMBER_STRICT
        else Q(memberships__organisation__circles__in=list(marking.circle_ids()))
    )
    found = User.objects.filter(
        place,
        in_force("memberships__"),
        is_active=True,
        role_assignments__role=Role.CONTACT_POINT,
    )
    return list(found.distinct().order_by("pk"))


@transaction.atomic
def tell_originator(*, spill: Spill, by: int, otherwise: bool = False) -> int:
    """Tell the originator's contact points, or record that it was done otherwise; return how many the site tells."""
    stored = _locked(spill)
    told = 0
    if not otherwise:
        for person in originators(stored):
            SpillPerson.objects.get_or_create(spill=stored, person=person.pk, part=SpillPart.ORIGINATOR)
        told = _tell(stored, SpillPart.ORIGINATOR)
    note(spill=stored, event=SpillEvent.ORIGINATOR, by=by, count=told, detail="otherwise" if otherwise else "")
    return told


@transaction.atomic
def tell_readers(*, spill: Spill, by: int) -> int:
    """Tell those who had the text to delete what they have of it; return how many are told now."""
    stored = _locked(spill)
    take_down_readers(spill=stored, by=by)
    told = _tell(stored, SpillPart.READER)
    note(spill=stored, event=SpillEvent.READERS, by=by, count=told)
    return told


def _tell(spill: Spill, part: SpillPart) -> int:
    untold = list(SpillPerson.objects.filter(spill=spill, part=part, told_at=None).values_list("pk", flat=True))
    SpillPerson.objects.filter(pk__in=untold).update(told_at=timezone.now())
    spill_tells.send(sender=Spill, spill=spill.pk, people=untold)
    return len(untold)


@transaction.atomic
def confirm(*, row: SpillPerson) -> SpillPerson:
    """Note that somebody who was told has deleted what there was, or has taken note."""
    stored = SpillPerson.objects.select_for_update().get(pk=row.pk)
    if stored.confirmed_at is None:
        stored.confirmed_at = timezone.now()
        stored.save()
        note(spill=stored.spill, event=SpillEvent.CONFIRMED, by=stored.person, detail=stored.part)
    return stored


@transaction.atomic
def decide(*, spill: Spill, outcome: SpillOutcome, by: int) -> Spill:
    """Record the decision. A false alarm shows it again; the two others are followed by a purge."""
    stored = _locked(spill)
    if stored.purged_at is not None and outcome not in (stored.outcome, SpillOutcome.REMOVED):
        raise AlreadyPurged
    if outcome == SpillOutcome.FALSE_ALARM and stored.state == SpillState.FROZEN:
        freezing.show_again(stored)
    elif outcome != SpillOutcome.FALSE_ALARM and stored.state == SpillState.REPORTED:
        stored = freeze(spill=stored, by=by)
    stored.outcome = outcome
    stored.state = SpillState.REPORTED if outcome == SpillOutcome.FALSE_ALARM else stored.state
    stored.save()
    note(spill=stored, event=SpillEvent.DECIDED, by=by, detail=str(outcome))
    return stored


# What has to be done before a spill is closed; what the worker does by itself is waited for.
NEEDED: dict[str, tuple[SpillEvent, ...]] = {
    SpillOutcome.FALSE_ALARM: (SpillEvent.DECIDED,),
    SpillOutcome.REDACTED: (
        SpillEvent.ORIGINATOR,
        SpillEvent.AUTHORITY,
        SpillEvent.DECIDED,
        SpillEvent.PURGED,
        SpillEvent.INDEX,
        SpillEvent.STORAGE,
        SpillEvent.BACKUPS,
        SpillEvent.READERS,
    ),
}
NEEDED[SpillOutcome.REMOVED] = NEEDED[SpillOutcome.REDACTED]


def missing(spill: Spill) -> list[SpillEvent]:
    """Return the steps that have to be taken before it can be closed."""
    steps = list(spill.steps.values_list("pk", "event"))
    purged = max((pk for pk, event in steps if event == SpillEvent.PURGED), default=0)
    # Index and free space are cleaned after each purge.
    taken = {event for pk, event in steps if pk > purged or event not in (SpillEvent.INDEX, SpillEvent.STORAGE)}
    return [event for event in NEEDED.get(spill.outcome, (SpillEvent.DECIDED,)) if event not in taken]


@transaction.atomic
def close(*, spill: Spill, lesson: str, by: int) -> Spill:
    """Close a spill with what is learnt from it. Raises StepsMissing, AlreadyClosed."""
    stored = _locked(spill)
    if left := missing(stored):
        raise StepsMissing(str(event) for event in left)
    if stored.outcome == SpillOutcome.REDACTED and stored.state == SpillState.FROZEN:
        freezing.show_again(stored)
    stored.state, stored.closed_at, stored.lesson = SpillState.CLOSED, timezone.now(), clean_line(lesson).strip()
    stored.save()
    Report.objects.filter(spill=stored).update(answered_by=by, answered_at=stored.closed_at, state=_answer_of(stored))
    note(spill=stored, event=SpillEvent.CLOSED, by=by)
    return stored


def _answer_of(spill: Spill) -> ReportState:
    return ReportState.KEPT if spill.outcome == SpillOutcome.FALSE_ALARM else ReportState.CHANGED
