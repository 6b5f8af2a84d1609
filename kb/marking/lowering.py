"""How do two people let more people read an entry? One asks, another one agrees; nothing changes before."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.log_actions import log

from kb.choices import ChangeKind, ChangeState, Standing
from kb.marking.changing import close_unanswered, put
from kb.marking.making import Facts, checked, facts_of, readers_of, readers_under, snapshot
from kb.marking.recalling import end_recall
from kb.marking.refusals import (
    AlreadyAsked,
    AlreadyDecided,
    ChangedMeanwhile,
    MarkingRefused,
    NobodyGains,
    NotForThisPerson,
    NotPublished,
    NotRecalled,
    ReasonMissing,
    TooLong,
)
from kb.marking.sources import keep_source, source_of
from kb.models import Entry, Marking, MarkingChange
from kb.sharing import handling
from kb.sharing.readers import gain
from kb.signals import change_answered, change_asked
from people import audit
from people.models import Circle, Organisation, User
from people.viewers import viewer_of


def held(entry: Entry) -> Marking:
    """Return the marking of an entry as it is stored now, and let others who want to change it wait."""
    marking = Marking.objects.select_for_update().get(pk=entry.marking_id)
    entry.marking = marking
    return marking


def said(text: str, most: int) -> str:
    """Return a reason without what surrounds it. Raises ReasonMissing, TooLong."""
    words = text.strip()
    if not words:
        raise ReasonMissing
    if len(words) > most:
        raise TooLong
    return words


@transaction.atomic
def request_lowering(
    *,
    entry: Entry,
    label: str,
    reason: str,
    by: User,
    circles: Iterable[Circle] = (),
    owning_organisation: Organisation | None = None,
    partner_release: bool = False,
    chatham_house: bool | None = None,
) -> MarkingChange:
    """Ask that more people may read an entry, or that its source may be told; return what waits for a second person.

    Raises NotForThisPerson, NobodyGains, AlreadyAsked, ReasonMissing, or what keeps the marking from standing.
    """
    marking = held(entry)
    if not handling.may_ask_two(viewer_of(by), marking, source_of(entry)):
        raise NotForThisPerson
    if Entry.objects.filter(translation_key=entry.translation_key, standing=Standing.RECALLED).exists():
        raise NotPublished
    house = marking.chatham_house if chatham_house is None else chatham_house
    wanted = checked(Facts(label, tuple(circles), owning_organisation, partner_release, house))
    gained = gain(readers_of(marking), readers_under(wanted))
    if gained is None and house >= marking.chatham_house:
        raise NobodyGains
    return _ask(ChangeKind.LOWERING, wanted, said(reason, 600), entry, by)


@transaction.atomic
def request_restoring(*, entry: Entry, reason: str, by: User) -> MarkingChange:
    """Ask that a recalled entry may come back, under the marking that it had. Raises NotForThisPerson, NotRecalled…"""
    marking = held(entry)
    if not handling.may_ask_two(viewer_of(by), marking, source_of(entry)):
        raise NotForThisPerson
    if not Entry.objects.filter(pk=entry.pk, standing=Standing.RECALLED).exists():
        raise NotRecalled
    return _ask(ChangeKind.RESTORING, facts_of(marking), said(reason, 600), entry, by)


def _ask(kind: ChangeKind, wanted: Facts, reason: str, entry: Entry, by: User) -> MarkingChange:
    expire(entry=entry)
    change = MarkingChange(
        kind=kind,
        translation_key=entry.translation_key,
        before=snapshot(entry.marking),
        label=wanted.label,
        owning_organisation=wanted.owning_organisation,
        partner_release=wanted.partner_release,
        chatham_house=wanted.chatham_house,
        reason=reason,
        requested_by=by,
    )
    try:
        with transaction.atomic():
            change.save()
    except IntegrityError as second:
        raise AlreadyAsked from second
    change.circles.set(wanted.circles)
    log(instance=entry, action="kb.ask_change", user=by, data={"change": change.pk, "to": str(change.label)})
    audit.note(
        event=audit.Event.LABEL_REQUESTED,
        actor=by.pk,
        kind="entry",
        ids=[entry.public_id],
        data={"from": str(entry.marking.label), "to": str(change.label)},
    )
    change_asked.send(sender=MarkingChange, change_id=change.pk)
    return change


def entry_of(change: MarkingChange) -> Entry | None:
    """Return the original of the work that a change is about; None where the work is gone."""
    rows = Entry.objects.originals().select_related("marking", "locale")
    found: Entry | None = rows.filter(translation_key=change.translation_key).first()
    return found


def _taken(change: MarkingChange) -> tuple[Entry, MarkingChange]:
    """Return the work and the change as they are now, held in the order in which everybody takes them."""
    entry = entry_of(change)
    if entry is None:
        raise AlreadyDecided
    Entry.objects.lock_work(entry.translation_key)
    held(entry)
    now: MarkingChange = (
        MarkingChange.objects.select_for_update(of=("self",)).select_related("requested_by").get(pk=change.pk)
    )
    if not now.is_open:
        raise AlreadyDecided
    return entry, now


def _settle(entry: Entry, change: MarkingChange, state: ChangeState, by: User | None, answer: str = "") -> None:
    change.state, change.answered_by, change.answered_at, change.answer = state, by, timezone.now(), answer
    change.save(update_fields=["state", "answered_by", "answered_at", "answer"])
    log(instance=entry, action=f"kb.change_{state}", user=by, data={"change": change.pk})
    change_answered.send(sender=MarkingChange, change_id=change.pk)


@transaction.atomic
def agree(*, change: MarkingChange, by: User) -> MarkingChange:
    """Agree to what somebody else asked for, which then holds at once.

    Raises AlreadyDecided, NotForThisPerson, ChangedMeanwhile; the last also where the asker has no say any more.
    """
    entry, now = _taken(change)
    asker = viewer_of(now.requested_by)
    source = source_of(entry)
    if not handling.may_agree(viewer_of(by), entry.marking, source, asker):
        raise NotForThisPerson
    if snapshot(entry.marking) != now.before or not handling.may_ask_two(asker, entry.marking, source):
        raise ChangedMeanwhile
    try:
        wanted = checked(
            Facts(
                label=now.label,
                circles=tuple(now.circles.all()),
                owning_organisation=now.owning_organisation,
                partner_release=now.partner_release,
                chatham_house=now.chatham_house,
                handling_note=entry.marking.handling_note,
            )
        )
    except MarkingRefused as gone:  # a circle that was named is no more
        raise ChangedMeanwhile from gone
    # Before the marking is written, which overtakes whatever is still open.
    _settle(entry, now, ChangeState.AGREED, by)
    if now.kind == ChangeKind.RESTORING:
        end_recall(entry, by=by)
        return now
    keep_source(entry)
    put(entry.marking, wanted, entry=entry, by=by, widens=True)
    return now


@transaction.atomic
def refuse(*, change: MarkingChange, by: User, reason: str) -> MarkingChange:
    """Refuse what somebody asked for, with a reason. Raises AlreadyDecided, NotForThisPerson, ReasonMissing."""
    entry, now = _taken(change)
    if not handling.may_refuse(viewer_of(by), entry.marking, source_of(entry), viewer_of(now.requested_by)):
        raise NotForThisPerson
    _settle(entry, now, ChangeState.REFUSED, by, said(reason, 600))
    return now


@transaction.atomic
def withdraw_request(*, change: MarkingChange, by: User) -> MarkingChange:
    """Take back what one asked for oneself. Raises AlreadyDecided, NotForThisPerson."""
    entry, now = _taken(change)
    if now.requested_by_id != by.pk:
        raise NotForThisPerson
    _settle(entry, now, ChangeState.WITHDRAWN, by)
    return now


@transaction.atomic
def expire(*, entry: Entry | None = None, at: datetime | None = None) -> int:
    """Close what nobody decided within 30 days; of one work, or of all. Returns how much that was."""
    moment = at or timezone.now()
    due: Any = MarkingChange.objects.filter(state=ChangeState.OPEN, expires_at__lte=moment)
    if entry is not None:
        due = due.filter(translation_key=entry.translation_key)
    late = list(due.select_for_update())
    close_unanswered(late, ChangeState.EXPIRED)
    return len(late)
