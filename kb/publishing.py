"""When may an entry be published, by whom, and what follows when it is or no longer is?"""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from wagtail.models import Revision

from kb.blocks import named_in
from kb.choices import Axis, EntryKind, RelationType, TranslationStatus
from kb.marking import readers_of
from kb.media import problems_with
from kb.models import Entry, EntryConcept
from kb.outlines import missing_sections
from kb.public_state import are_public, note_change
from kb.sanitising import plain_text
from kb.sharing import policy
from kb.signals import entry_published, entry_withdrawn
from people.models import User
from people.viewers import scope_of

# What a language version takes over from the original of its work.
HEADER = (
    "evidence_source",
    "evidence_info",
    "reviewed_date",
    "review_by",
    "published_date",
    "maturity",
    "standing",
    "positive",
)
TEXT = ("title", "summary", "works_when", "not_when")


class NotPublishable(ValueError):
    """The entry may not be published now; `problems` says in words what there is to do."""

    def __init__(self, problems: Sequence[str | Promise]) -> None:
        """Keep what there is to do."""
        self.problems = [str(problem) for problem in problems]
        super().__init__(" ".join(self.problems))


class NotComplete(NotPublishable):
    """Something that readers rely on is missing."""


class OriginalNotPublished(NotPublishable):
    """A translation would stand without the text that it translates."""


class NothingToPublish(NotPublishable):
    """The entry has no revision yet."""


class NotForThisPerson(NotPublishable):
    """Somebody else has to publish the entry, or it has to be published another way."""


def _hindrance(user: Any, entry: Entry) -> str | None:
    """Return in words what keeps this person from publishing the entry now; None where nothing does."""
    if not policy.can_publish(scope_of(user), entry):
        return _("You may not publish this entry.")
    if entry.current_workflow_state is not None:
        return _("It is in review: it is published by whoever approves it there, and nobody approves own work.")
    if not entry.live and entry.is_made_by(user):
        return _("You made this entry, so somebody else has to publish it first. Submit it for review.")
    lock = entry.get_lock()
    if lock is not None and lock.for_user(user):
        return _("It is locked. Ask the person who locked it, or unlock it first.")
    return None


def may_publish(user: Any, entry: Entry) -> bool:
    """May this person publish the entry now? An approved review asks the same, once it is over."""
    return _hindrance(user, entry) is None


def check_person(entry: Entry, by: User | None) -> None:
    """Raise NotForThisPerson where this person may not publish the entry as it is stored now.

    None stands for the system itself: imports, the demonstration, the clock.
    """
    if by is None:
        return
    hindrance = _hindrance(by, Entry.objects.select_related("marking").get(pk=entry.pk))
    if hindrance is not None:
        raise NotForThisPerson([hindrance])


def original_of(entry: Entry) -> Entry | None:
    """Return the stored original of an entry's work; None for an original itself."""
    if entry.translation_status == TranslationStatus.ORIGINAL:
        return None
    found: Entry | None = (
        Entry.objects.originals().filter(translation_key=entry.translation_key).exclude(pk=entry.pk).first()
    )
    return found


def _filled(value: Any) -> bool:
    """Does a section hold anything? Lists and pairs count by what is in them."""
    if hasattr(value, "source"):
        return bool(plain_text(value.source))
    if isinstance(value, dict):
        return any(_filled(part) for part in value.values())
    if isinstance(value, str):
        return bool(value.strip())
    return any(_filled(part) for part in value) if hasattr(value, "__iter__") else value is not None


def _text_problems(entry: Entry) -> list[str]:
    problems = []
    if not entry.title.strip():
        problems.append(_("Give it a title."))
    if not entry.summary.strip():
        problems.append(_("Write the summary."))
    if not entry.conditions("works_when"):
        problems.append(_("Say when to use it."))
    if not entry.conditions("not_when"):
        problems.append(_("Say when not to use it."))
    written = {child.block_type for child in entry.body if _filled(child.value)}
    for section in missing_sections(entry.kind, written):
        problems.append(_("Write the section “%(heading)s”.") % {"heading": section.heading})
    raw = [child.get_prep_value() for child in entry.body if child.block_type in ("pictures", "files")]
    if any(named_in(raw)):
        problems += problems_with(raw, readers_of(entry.marking))
    return problems


def _has_option(entry: Entry) -> bool:
    return bool(entry.pk) and entry.relations.filter(type=RelationType.OPTION).exists()


def _header_problems(entry: Entry, has_option: bool | None) -> list[str]:
    axes: dict[str, set[str]] = {}
    for row in entry.entry_concepts.all():
        axes.setdefault(row.axis, set()).add(row.concept.slug)
    asked = {
        Axis.FACILITY: _("Name at least one facility type."),
        Axis.THREAT: _("Name at least one threat."),
        Axis.FUNCTION: _("Name at least one protective function."),
        Axis.MISSION: _("Name the mission type."),
        Axis.SOURCE: _("Say what it rests on."),
    }
    if entry.kind == EntryKind.PRACTICE:
        asked[Axis.MEASURE] = _("Name at least one measure.")
    problems = [words for axis, words in asked.items() if not axes.get(axis)]
    if not (entry.evidence_source and entry.evidence_info):
        problems.append(_("Grade the evidence: reliability of the source and credibility of the information."))
    if entry.review_by is None:
        problems.append(_("Set the date by which to review it."))
    if entry.kind == EntryKind.LESSON and entry.positive is None:
        problems.append(_("Say whether it went well."))
    if "open-source" in axes.get(Axis.SOURCE, set()) and not entry.references.all():
        problems.append(_("Give at least one reference: it rests on open sources."))
    if entry.kind == EntryKind.PATTERN and not (_has_option(entry) if has_option is None else has_option):
        problems.append(_("Add at least one option that mitigates the pattern, under “Relations”."))
    return problems


def problems_of(entry: Entry, *, has_option: bool | None = None) -> list[str]:
    """Return in words what is missing before the entry may be published; empty where nothing is.

    A language version takes its header from the original, so only its text is asked for. `has_option` says it for
    a pattern whose relations are not stored yet.
    """
    if entry.translation_status != TranslationStatus.ORIGINAL:
        return _text_problems(entry)
    return _text_problems(entry) + _header_problems(entry, has_option)


def mark_stale(originals: Iterable[Entry]) -> None:
    """Note that the text of these originals changed: their translations are older than it now."""
    keys = [entry.translation_key for entry in originals if entry.translation_status == TranslationStatus.ORIGINAL]
    Entry.objects.filter(translation_key__in=keys).exclude(translation_status=TranslationStatus.ORIGINAL).update(
        translation_status=TranslationStatus.STALE
    )


def same_text(one: Entry, other: Entry) -> bool:
    """Do two states of an entry say the same to readers?"""
    body: Any = Entry._meta.get_field("body")
    return all(getattr(one, name) == getattr(other, name) for name in TEXT) and (
        # As data, not as text: a database may keep the keys of a block in another order.
        body.get_prep_value(one.body) == body.get_prep_value(other.body)
    )


def prepare(entry: Entry, revision: Revision, *, today: datetime.date | None = None) -> None:
    """Check and make ready what Wagtail is about to publish. Raises NotPublishable.

    Called inside the transaction of the publication, with the entry as it stands.
    """
    coming: Any = revision.as_object()
    if problems := problems_of(coming):
        raise NotComplete(problems)
    original = original_of(entry)
    if original is not None and not original.live:
        raise OriginalNotPublished([_("Publish the original first.")])
    if coming.go_live_at and coming.go_live_at > timezone.now():
        return
    day = today or timezone.localdate()
    published = entry.published_date or (original.published_date if original else None) or day
    # Wagtail builds what it saves from the revision's own idea of the row.
    for row in (entry, revision.content_object):
        row.published_date = published
        row.reviewed_date = row.reviewed_date or day
    if original is not None:
        _make_fit(revision, original)
    elif entry.live and not same_text(Entry.objects.get(pk=entry.pk), coming):
        mark_stale([entry])


def _make_fit(revision: Revision, original: Entry) -> None:
    """Give a translation's revision the header of the original, so that the row it becomes is complete.

    A version that went stale after the revision was made stays stale.
    """
    content = revision.content
    for name in ("evidence_source", "evidence_info", "positive"):
        content[name] = getattr(original, name)
    content["review_by"] = original.review_by.isoformat() if original.review_by else None
    stored = Entry.objects.get(pk=revision.object_id)
    changed_at = original.last_published_at
    if stored.translation_status == TranslationStatus.STALE and changed_at and revision.created_at < changed_at:
        content["translation_status"] = TranslationStatus.STALE
    Revision.objects.filter(pk=revision.pk).update(content=content)


def _siblings(entry: Entry) -> Any:
    return Entry.objects.filter(translation_key=entry.translation_key).exclude(pk=entry.pk)


def sync_header(original: Entry) -> None:
    """Give the language versions of a work the header of its original."""
    original = Entry.objects.get(pk=original.pk)
    rows = list(EntryConcept.objects.filter(entry=original).values_list("axis", "concept_id"))
    values = {name: getattr(original, name) for name in HEADER}
    for version in _siblings(original):
        kept = dict(values)
        if not version.live:
            kept.pop("published_date")
        Entry.objects.filter(pk=version.pk).update(**kept)
        if set(version.entry_concepts.values_list("axis", "concept_id")) != set(rows):
            EntryConcept.objects.filter(entry=version).delete()
            EntryConcept.objects.bulk_create(
                EntryConcept(entry=version, axis=axis, concept_id=concept) for axis, concept in rows
            )


def announce(entry: Entry) -> None:
    """Do what follows from a publication, inside its transaction."""
    if entry.live:
        sync_header(original_of(entry) or entry)
    public = note_change(public=are_public([entry.marking_id]))
    entry_published.send(sender=Entry, translation_key=entry.translation_key, public=public)


def announce_withdrawal(entry: Entry) -> None:
    """Do what follows when a published entry is taken off the site, inside the transaction.

    No translation stands without its original.
    """
    if entry.translation_status == TranslationStatus.ORIGINAL:
        for version in _siblings(entry).filter(live=True):
            version.unpublish()
    public = note_change(public=are_public([entry.marking_id]))
    entry_withdrawn.send(sender=Entry, translation_key=entry.translation_key, public=public)


@transaction.atomic
def publish_entry(
    *, entry: Entry, by: User | None, revision: Revision | None = None, at: datetime.date | None = None
) -> Entry:
    """Publish an entry's latest revision, or the given one, and return the entry as it then stands.

    `at` is the day of first publication where it is not today. Raises NotPublishable.
    """
    stored = Entry.objects.get(pk=entry.pk)
    chosen = revision or stored.latest_revision or stored.save_revision(user=by)
    if at is not None and stored.published_date is None:
        Entry.objects.filter(pk=stored.pk).update(published_date=at)
    fresh = Revision.objects.get(pk=chosen.pk)
    fresh.publish(user=by, skip_permission_checks=True)
    published: Entry = Entry.objects.get(pk=entry.pk)
    return published


@transaction.atomic
def withdraw(*, entry: Entry, by: User | None) -> Entry:
    """Take an entry off the site and return it as it then stands; with an original go all its language versions."""
    stored: Entry = Entry.objects.get(pk=entry.pk)
    stored.unpublish(user=by)
    return stored
