"""How does a source take a work back, and how does it come back? The text is gone for everybody at once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from kb.choices import Reportable, SpillOutcome, SpillState, Standing
from kb.marking.changing import overtake
from kb.marking.refusals import NotForThisPerson, NotPublished
from kb.marking.sources import source_of
from kb.models import Entry, Marking, Recall, Spill
from kb.public_state import are_public, note_change
from kb.sharing import handling, policy
from kb.signals import entry_published, entry_recalled, entry_withdrawn
from people import audit
from people.models import User
from people.viewers import Viewer, viewer_of


@transaction.atomic
def recall(*, entry: Entry, by: User) -> Recall:
    """Take a work back: its text is hidden at once, in every language, from everybody, editors included.

    Raises NotForThisPerson, NotPublished (also where it is recalled already).
    """
    # First the work, then its marking, as publications take them: two who wait for each other would wait for ever.
    Entry.objects.lock_work(entry.translation_key)
    marking = Marking.objects.select_for_update().get(pk=entry.marking_id)
    entry.marking = marking
    if not handling.may_recall(viewer_of(by), marking, source_of(entry)):
        raise NotForThisPerson
    versions = Entry.objects.filter(translation_key=entry.translation_key)
    original = versions.originals().get()
    if not original.live or original.standing == Standing.RECALLED:
        raise NotPublished
    made = Recall.objects.create(
        translation_key=entry.translation_key, standing_before=original.standing, recalled_by=by
    )
    versions.update(standing=Standing.RECALLED)
    overtake(entry)
    log(instance=entry, action="kb.recall", user=by)
    audit.note(event=audit.Event.RECALLED, actor=by.pk, kind="entry", ids=[entry.public_id])
    public = note_change(public=are_public([marking.pk]))
    entry_withdrawn.send(sender=Entry, translation_key=entry.translation_key, public=public)
    entry_recalled.send(sender=Recall, translation_key=entry.translation_key, public=public)
    return made


def end_recall(entry: Entry, *, by: User | None) -> None:
    """Let a work stand again as it stood, recorded before it does. Whether two people agreed, the caller has asked.

    Raises people.audit.NotRecorded.
    """
    audit.require(
        event=audit.Event.LABEL_CHANGED,
        actor=by.pk if by else None,
        kind="entry",
        ids=[entry.public_id],
        data={"action": "kb.restore", "to": str(entry.marking.label)},
    )
    Entry.objects.lock_work(entry.translation_key)
    open_one = Recall.objects.filter(translation_key=entry.translation_key, ended_at__isnull=True).first()
    before = open_one.standing_before if open_one else Standing.CURRENT
    Entry.objects.filter(translation_key=entry.translation_key).update(standing=before)
    Recall.objects.filter(translation_key=entry.translation_key, ended_at__isnull=True).update(ended_at=timezone.now())
    log(instance=entry, action="kb.restore", user=by)
    public = note_change(public=are_public([entry.marking_id]))
    entry_published.send(sender=Entry, translation_key=entry.translation_key, public=public)


@dataclass(frozen=True)
class Tombstone:
    """What is left of an entry for those who could read it, and since when. It does not say why the text is gone."""

    entry: Entry
    since: datetime | None


def tombstone_for(public_id: str, viewer: Viewer) -> Tombstone | None:
    """Return what is left of an entry that was recalled, or removed in a spill, to those whom its marking admits.

    To everybody else there is none; nor is there while a spill is being looked into.
    """
    rows = Entry.objects.originals().filter(public_id=public_id, standing=Standing.RECALLED)
    entry: Entry | None = rows.select_related("marking").first()
    if entry is None or not policy.admits(viewer, entry.marking):
        return None
    if entry.live:
        recall = open_recall(entry.translation_key)
        shown = policy.clears(viewer, entry.marking)
        return Tombstone(entry, recall.recalled_at if recall else None) if shown else None
    # What nobody could ever read leaves nothing behind.
    if entry.published_date is None:
        return None
    removed = Spill.objects.filter(
        about=Reportable.ENTRY, key=public_id, state=SpillState.CLOSED, outcome=SpillOutcome.REMOVED
    ).exclude(purged_at=None)
    closed = removed.order_by("-pk").first()
    return Tombstone(entry, closed.closed_at) if closed is not None else None


def recalled_for(public_id: str, viewer: Viewer) -> Entry | None:
    """Return a recalled entry that could come back, to those who could read it before; None to everybody else."""
    found = tombstone_for(public_id, viewer)
    return found.entry if found is not None and found.entry.live else None


def open_recall(translation_key: UUID) -> Recall | None:
    """Return the recall under which a work stands now."""
    found: Recall | None = Recall.objects.filter(translation_key=translation_key, ended_at__isnull=True).first()
    return found
