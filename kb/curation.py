"""How are entries copied, translated, renewed and replaced, and vocabularies kept?"""

import calendar
import datetime
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import Locale, Revision

from kb import marking
from kb.choices import Axis, EntryKind, Maturity, RelationType, Standing, TranslationStatus
from kb.models import Concept, Entry, EntryRelation
from kb.models.identifiers import new_public_id
from kb.public_state import are_public, note_change
from kb.sharing.readers import contains
from kb.signals import entry_published, vocabulary_changed
from kb.vocabulary import vocabulary
from people.models import User

# Months until the next review: drones and computers change fast, what is built stays.
FAST_THREATS = frozenset({"uas-threat", "cyber-physical-attack"})
BUILT = "physical"
FAST, USUAL, SLOW = 6, 18, 36


class CurationRefused(ValueError):
    """A change to old entries that may not be made; `message` says why."""

    message: str | Promise = ""

    def __str__(self) -> str:
        return str(self.message)


class NotLive(CurationRefused):
    """Only published entries are reviewed or replaced."""

    message = _("Only a published entry can be reviewed or replaced.")


class SameWork(CurationRefused):
    """An entry cannot replace itself."""

    message = _("An entry cannot replace itself.")


class AlreadyReplaced(CurationRefused):
    """What was replaced neither takes another's place nor is replaced again: readers would be sent in a circle."""

    message = _("One of these entries has been replaced already. Choose the entry that is current now.")


class NewerHasFewerReaders(CurationRefused):
    """Readers of the old entry would lose its advice and not see what took its place."""

    message = _(
        "Some people who may read this entry may not read the newer one: they would be left without advice. "
        "Choose an entry that everybody who reads this one may read, or withdraw this one."
    )


class TranslationExists(CurationRefused):
    """The work has a version in that language."""

    message = _("There is a version in this language already.")


def _without_keys(data: dict[str, Any]) -> dict[str, Any]:
    """Return the contents of an entry as those of a new one, its rows included."""
    copied = {**data, "pk": None}
    for name, value in data.items():
        if isinstance(value, list) and value and all(isinstance(row, dict) and "pk" in row for row in value):
            copied[name] = [{**row, "pk": None} for row in value]
    return copied


@transaction.atomic
def copy_entry(*, entry: Entry, by: User | None) -> Entry:
    """Return a new draft with the text of an entry, under a marking of its own that says the same."""
    source: Entry = entry.get_latest_revision_as_object()
    copy: Entry = Entry.from_serializable_data(_without_keys(source.serializable_data()))
    copy.marking = marking.copied(entry.marking)
    copy.kind = entry.kind
    copy.locale = entry.locale
    copy.translation_key = uuid.uuid4()
    copy.translation_status = TranslationStatus.ORIGINAL
    copy.public_id = new_public_id()
    copy.source_key = ""
    copy.maturity = Maturity.IDENTIFIED
    copy.standing = Standing.CURRENT
    copy.latest_revision = copy.live_revision = None
    copy.published_date = copy.reviewed_date = copy.first_published_at = copy.last_published_at = None
    copy.live = copy.locked = False
    copy.locked_by = copy.locked_at = None
    copy.has_unpublished_changes = True
    copy.save()
    marking.copy_source(entry, copy)
    copy.save_revision(user=by, log_action="wagtail.create", clean=False)
    return copy


@transaction.atomic
def translate(*, entry: Entry, locale: Locale, by: User | None) -> Entry:
    """Return a new draft of an entry in another language, under the same marking. Raises TranslationExists."""
    if Entry.objects.filter(translation_key=entry.translation_key, locale=locale).exists():
        raise TranslationExists
    version: Entry = entry.copy_for_translation(locale)
    version.live = False
    version.has_unpublished_changes = True
    version.live_revision = version.latest_revision = None
    version.first_published_at = version.last_published_at = None
    version.save()
    version.save_revision(user=by, log_action="wagtail.create", clean=False)
    return version


def _months_later(day: datetime.date, months: int) -> datetime.date:
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return day.replace(year=day.year + year, month=month + 1, day=min(day.day, last))


def next_review(entry: Entry, day: datetime.date) -> datetime.date:
    """Return the day by which an entry that was reviewed on `day` has to be reviewed again.

    Six months where drones or computers are the threat, 36 for measures that are built, 18 for the rest.
    """
    words = vocabulary()
    above: dict[str, set[str]] = {Axis.THREAT: set(), Axis.MEASURE: set()}
    for row in entry.entry_concepts.all():
        if row.axis in above:
            above[row.axis].update(term.slug for term in words.lineage(row.concept_id))
    if above[Axis.THREAT] & FAST_THREATS:
        return _months_later(day, FAST)
    built = entry.kind == EntryKind.PRACTICE and BUILT in above[Axis.MEASURE]
    return _months_later(day, SLOW if built else USUAL)


@transaction.atomic
def mark_reviewed(*, entry: Entry, by: User | None, at: datetime.date | None = None) -> Entry:
    """Note that a published entry still holds, and set its next review. Raises NotLive."""
    if not entry.live or entry.standing not in (Standing.CURRENT, Standing.EXPIRED):
        raise NotLive
    day = at or timezone.localdate()
    due = next_review(entry, day)
    work = Entry.objects.filter(translation_key=entry.translation_key)
    work.update(reviewed_date=day, review_by=due, standing=Standing.CURRENT)
    # A draft that waits would put the old date back when it is published.
    for revision in Revision.objects.filter(pk__in=work.values("latest_revision")):
        Revision.objects.filter(pk=revision.pk).update(content={**revision.content, "review_by": due.isoformat()})
    log(instance=entry, action="kb.mark_reviewed", user=by)
    _changed([entry], public=are_public([entry.marking_id]))
    reviewed: Entry = Entry.objects.get(pk=entry.pk)
    return reviewed


@transaction.atomic
def supersede(*, old: Entry, new: Entry, by: User | None, note: str = "") -> Entry:
    """Let a published entry take the place of another, which stays readable.

    Raises NotLive, SameWork, AlreadyReplaced, NewerHasFewerReaders.
    """
    if old.translation_key == new.translation_key:
        raise SameWork
    if not (old.live and new.live):
        raise NotLive
    stands = set(Entry.objects.filter(pk__in=(old.pk, new.pk)).values_list("standing", flat=True))
    if Standing.RECALLED in stands:
        raise NotLive
    if Standing.SUPERSEDED in stands:
        raise AlreadyReplaced
    if not contains(marking.readers_of(new.marking), marking.readers_of(old.marking)):
        raise NewerHasFewerReaders
    first, second = (Entry.objects.originals().get(translation_key=row.translation_key) for row in (old, new))
    EntryRelation.objects.get_or_create(
        source=second, target=first, type=RelationType.SUPERSEDES, defaults={"note": note}
    )
    Entry.objects.filter(translation_key=old.translation_key).update(standing=Standing.SUPERSEDED)
    log(instance=old, action="kb.supersede", user=by)
    # Of an old entry that is confidential, the page of the new one says nothing to everybody.
    _changed([old, new], public=are_public([old.marking_id]))
    replaced: Entry = Entry.objects.get(pk=old.pk)
    return replaced


@transaction.atomic
def relate(*, source: Entry, target: Entry, type: str, indicators: str = "", note: str = "") -> EntryRelation:
    """Say how an original stands to another."""
    relation = EntryRelation.objects.create(source=source, target=target, type=type, indicators=indicators, note=note)
    _related_changed(relation)
    return relation


@transaction.atomic
def unrelate(*, relation: EntryRelation) -> None:
    """Take a relation away."""
    relation.delete()
    _related_changed(relation)


def _related_changed(relation: EntryRelation) -> None:
    ends = (relation.source, relation.target)
    live = [entry for entry in ends if entry.live]
    if live:
        # A relation is shown to those who may read both ends.
        _changed(live, public=are_public([entry.marking_id for entry in ends]))


def _changed(entries: Iterable[Entry], *, public: bool) -> None:
    note_change(public=public)
    for entry in entries:
        entry_published.send(sender=Entry, translation_key=entry.translation_key, public=public)


@transaction.atomic
def save_concept(*, concept: Concept) -> Concept:
    """Save a concept that somebody edited: loading the vocabularies leaves it alone from now on."""
    concept.edited_here = True
    concept.save()
    vocabulary_changed.send(sender=Concept, concept_id=concept.pk)
    return concept
