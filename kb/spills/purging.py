"""How are words taken out of everything that the site keeps of a thing: its text, revisions, reviews, history, files?

What was made of it elsewhere (index, free space of the database) hears of it by a signal and goes after it.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from wagtail.models import Comment, CommentReply, ModelLogEntry, Page, ReferenceIndex

from kb import uploads
from kb.anonymisation.redaction import Redactor
from kb.choices import Reportable, SpillEvent, SpillOutcome, SpillState, Standing
from kb.models import (
    Entry,
    EntryConcept,
    EntryKeyword,
    EntryReference,
    EntryRelation,
    Keyword,
    Marking,
    MarkingChange,
    MarkingWordUse,
    Report,
    SharingQuestion,
    Spill,
)
from kb.signals import entry_withdrawn, text_purged
from kb.spills import freezing, remains, steps, storage
from kb.spills.rewriting import Change, change_history, change_row


class NotDecided(steps.SpillRefused):
    """The decision comes first."""


class NothingFound(steps.SpillRefused):
    """None of the passages stands anywhere."""


class OnlyWhole(steps.SpillRefused):
    """Of a file no words can be taken out; it is removed as a whole."""


@transaction.atomic
def redact(*, spill: Spill, passages: Sequence[str], by: int) -> int:
    """Take passages out of a thing and of all that is kept of it; return how often they stood there.

    The passages are kept nowhere. Raises NotDecided, NothingFound, OnlyWhole, ValueError for one that is too short.
    """
    stored = _decided(spill, SpillOutcome.REDACTED)
    redactor = Redactor(passages)
    with storage.overwriting():
        rows = _rows(stored)
        if not rows or stored.about in (Reportable.FILE, Reportable.PICTURE):
            raise OnlyWhole
        for row in rows:
            change_row(row, redactor.apply)
            change_history(row, redactor.apply, keep=[row.latest_revision_id, row.live_revision_id, stored.revision])
        _change_beside(stored, rows, redactor)
        if not redactor.count:
            raise NothingFound
        remains.clear(redactor.holds)
        forms = remains.forget_forms(stored, rows, redactor.holds)
    _purged(stored, rows, by, redactor.count, forms)
    return redactor.count


@transaction.atomic
def remove(*, spill: Spill, by: int) -> Spill:
    """Take the whole text away. Of an entry the identifier stays: no import brings it back. Raises NotDecided."""
    stored = _decided(spill, SpillOutcome.REMOVED)
    rows = _rows(stored)
    with storage.overwriting():
        titles = Redactor([row.title for row in rows if len(row.title) > 2])
        # While the rows have their keys.
        forms = remains.forget_forms(stored, rows, titles.holds)
        for row in rows:
            if isinstance(row, Entry):
                _empty_entry(row)
            elif isinstance(row, Page):
                change_history(row, lambda _text: "", keep=[])
                row.delete()
            else:
                _remove_file(row)
        _change_beside(stored, rows, None)
        remains.clear(titles.holds)
    _purged(stored, rows, by, len(rows), forms)
    return stored


def _decided(spill: Spill, outcome: SpillOutcome) -> Spill:
    stored = Spill.objects.select_for_update().get(pk=spill.pk)
    if stored.state != SpillState.FROZEN or stored.outcome != outcome:
        raise NotDecided
    return stored


def _rows(spill: Spill) -> list[Any]:
    if spill.about == Reportable.ENTRY:
        return list(Entry.objects.filter(public_id=spill.key).order_by("pk"))
    row = freezing.row_of(spill.about, spill.key)
    return [] if row is None else [row]


def _purged(spill: Spill, rows: Sequence[Any], by: int, count: int, forms: int) -> None:
    spill.purged_at = timezone.now()
    spill.save()
    steps.note(spill=spill, event=SpillEvent.FORMS, by=by, count=forms)
    steps.note(spill=spill, event=SpillEvent.PURGED, by=by, count=count)
    works = list(dict.fromkeys(row.translation_key for row in rows if isinstance(row, Entry)))
    for work in works:
        entry_withdrawn.send(sender=Entry, translation_key=work, public=False)
    text_purged.send(sender=Spill, spill=spill.pk, translation_keys=works)


def _change_beside(spill: Spill, rows: Sequence[Any], redactor: Redactor | None) -> None:
    """Change what stands beside a thing: references, notes, keywords, and what people reported, asked and remarked."""
    change: Change = redactor.apply if redactor else lambda _text: ""
    for report in Report.objects.filter(about=spill.about, key=spill.key):
        Report.objects.filter(pk=report.pk).update(words=change(report.words), answer=change(report.answer))
    work: Any = spill.work
    for asked in MarkingChange.objects.filter(translation_key=work):
        said = {"reason": change(asked.reason), "answer": change(asked.answer)}
        MarkingChange.objects.filter(pk=asked.pk).update(**said)
    for question in SharingQuestion.objects.filter(translation_key=work):
        said = {name: change(getattr(question, name)) for name in ("audience", "reason", "answer")}
        SharingQuestion.objects.filter(pk=question.pk).update(**said)
    pages = [row.pk for row in rows if isinstance(row, Page)]
    for comment in [*Comment.objects.filter(page__in=pages), *CommentReply.objects.filter(comment__page__in=pages)]:
        type(comment).objects.filter(pk=comment.pk).update(text=change(comment.text))
    entries = [row for row in rows if isinstance(row, Entry)]
    for marking in Marking.objects.filter(pk__in={entry.marking_id for entry in entries}).exclude(handling_note=""):
        Marking.objects.filter(pk=marking.pk).update(handling_note=change(marking.handling_note))
    if redactor is None:
        return
    for reference in EntryReference.objects.filter(entry__in=entries):
        if redactor.holds(reference.url):
            reference.url = ""
        change_row(reference, redactor.apply)
        EntryReference.objects.filter(pk=reference.pk).update(url=reference.url)
    for relation in EntryRelation.objects.filter(models.Q(source__in=entries) | models.Q(target__in=entries)):
        EntryRelation.objects.filter(pk=relation.pk).update(note=redactor.apply(relation.note))
    for use in MarkingWordUse.objects.filter(entry__in=entries):
        if redactor.holds(use.explanation):
            use.delete()
    for item in EntryKeyword.objects.filter(content_object__in=entries).select_related("tag"):
        if redactor.holds(item.tag.name):
            redactor.count += 1
            item.delete()
    _drop_keywords()


def _drop_keywords() -> None:
    """Delete the keywords that no entry carries any more."""
    Keyword.objects.filter(items__isnull=True).delete()


def _empty_entry(entry: Entry) -> None:
    """Leave of a language version its identifier and marking."""
    change_history(entry, lambda _text: "", keep=[])
    EntryReference.objects.filter(entry=entry).delete()
    EntryConcept.objects.filter(entry=entry).delete()
    EntryKeyword.objects.filter(content_object=entry).delete()
    EntryRelation.objects.filter(models.Q(source=entry) | models.Q(target=entry)).delete()
    MarkingWordUse.objects.filter(entry=entry).delete()
    _drop_keywords()
    Entry.objects.filter(pk=entry.pk).update(
        live=False,
        has_unpublished_changes=False,
        standing=Standing.RECALLED,
        latest_revision=None,
        live_revision=None,
        go_live_at=None,
        expire_at=None,
    )
    change_row(entry, lambda _text: "")
    Entry.objects.filter(pk=entry.pk).update(title=entry.public_id, body=[], positive=None)


def _remove_file(row: Any) -> None:
    """Delete a file and every size of a picture, from the disk too."""
    for rendition in getattr(row, "renditions", row._meta.model.objects.none()).all():
        rendition.file.delete(save=False)
        rendition.delete()
    kind = ContentType.objects.get_for_model(type(row))
    ReferenceIndex.objects.filter(base_content_type=kind, object_id=str(row.pk)).delete()
    ModelLogEntry.objects.filter(content_type=kind, object_id=str(row.pk)).update(label=str(row.pk), data={})
    row.file.delete(save=False)
    uploads.remove(item=row, by=None, even_if_used=True)
