"""How does a source take a work back, and how does it come back? The text is gone for everybody at once."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from kb.choices import Standing
from kb.marking.changing import overtake
from kb.marking.refusals import NotForThisPerson, NotPublished
from kb.marking.sources import source_of
from kb.models import Entry, Marking, Recall
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


def recalled_for(public_id: str, viewer: Viewer) -> tuple[Entry, Recall | None] | None:
    """Return a recalled entry and its recall to those who could read it before; None to everybody else."""
    rows = Entry.objects.originals().filter(public_id=public_id, live=True, standing=Standing.RECALLED)
    entry: Entry | None = rows.select_related("marking").first()
    if entry is None or not policy.clears(viewer, entry.marking):
        return None
    return entry, open_recall(entry.translation_key)


def open_recall(translation_key: UUID) -> Recall | None:
    """Return the recall under which a work stands now."""
    found: Recall | None = Recall.objects.filter(translation_key=translation_key, ended_at__isnull=True).first()
    return found
