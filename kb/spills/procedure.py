"""Which states does a spill go through, from the report to its end?"""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kb.choices import OpeningReason, Reportable, ReportReason, ReportState, SpillEvent, SpillOutcome, SpillState
from kb.models import Entry, Marking, Report, Spill, SpillStep
from kb.sanitising import clean_line
from kb.signals import spill_waits
from kb.spills import freezing
from kb.spills.steps import AlreadyPurged, NotByHand, NotHidden, StepsMissing, locked, note
from kb.spills.telling import take_down_readers

# So often in a day may one member hide something by a report; what is reported beyond that waits to be looked at.
MOST_FROZEN_A_DAY = 3


def _may_hide(by: int | None, *, vetted: bool) -> bool:
    """Does a report of this person hide at once? Of vetted members, a few times a day."""
    if by is None or not vetted:
        return False
    day = timezone.now() - datetime.timedelta(days=1)
    return SpillStep.objects.filter(event=SpillEvent.FROZEN, by=by, at__gt=day).count() < MOST_FROZEN_A_DAY


def hides_at_once(*, about: str, key: str, by: int | None, vetted: bool) -> bool:
    """Would a report of this person, made now, hide the thing at once?"""
    return _may_hide(by, vetted=vetted) and freezing.can_be_hidden(freezing.row_of(about, key))


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
    stored = locked(spill)
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
def open_text(*, spill: Spill, why: OpeningReason, by: int) -> list[Any]:
    """Return every language version of the text past its marking; who opened it and why is recorded first.

    Raises AlreadyClosed: a case that is closed opens nothing any more.
    """
    stored = locked(spill)
    note(spill=stored, event=SpillEvent.OPENED, by=by, detail=str(why))
    if stored.about == Reportable.ENTRY:
        rows = Entry.objects.filter(public_id=stored.key).select_related("marking", "locale").order_by("pk")
        return [row.get_latest_revision_as_object() if not row.live else row for row in rows]
    row = freezing.row_of(stored.about, stored.key)
    return [] if row is None else [row]


def decisions(spill: Spill) -> list[SpillOutcome]:
    """Return what may be decided: what is hidden or can be is purged by the site, all else is put right by hand."""
    if spill.state == SpillState.FROZEN or freezing.can_be_hidden(freezing.row_of(spill.about, spill.key)):
        return [SpillOutcome.FALSE_ALARM, SpillOutcome.REDACTED, SpillOutcome.REMOVED]
    return [SpillOutcome.FALSE_ALARM, SpillOutcome.BY_HAND]


@transaction.atomic
def decide(*, spill: Spill, outcome: SpillOutcome, by: int) -> Spill:
    """Record the decision. A false alarm shows it again; words out and removal are followed by a purge.

    Raises NotHidden, NotByHand, AlreadyPurged, AlreadyClosed.
    """
    stored = locked(spill)
    if outcome not in decisions(stored):
        raise NotByHand if outcome == SpillOutcome.BY_HAND else NotHidden
    if stored.purged_at is not None and outcome not in (stored.outcome, SpillOutcome.REMOVED):
        raise AlreadyPurged
    if outcome == SpillOutcome.FALSE_ALARM and stored.state == SpillState.FROZEN:
        freezing.show_again(stored)
    elif outcome in (SpillOutcome.REDACTED, SpillOutcome.REMOVED) and stored.state == SpillState.REPORTED:
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
# What an administrator changed in place is purged by no worker; the rest is the same.
_BY_THE_SITE = (SpillEvent.PURGED, SpillEvent.INDEX, SpillEvent.STORAGE)
NEEDED[SpillOutcome.BY_HAND] = tuple(step for step in NEEDED[SpillOutcome.REDACTED] if step not in _BY_THE_SITE)


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
    stored = locked(spill)
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
