"""How are many entries written at once, with all that hangs on them, so that the editing interface works on them?"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, OuterRef, Subquery
from django.db.models.functions import Cast
from wagtail.models import ModelLogEntry, Revision

from kb import marking, publishing
from kb.choices import TranslationStatus
from kb.models import Entry, EntryConcept, EntryKeyword, EntryReference, Keyword
from kb.models.identifiers import new_public_id
from kb.public_state import note_change, public_among
from kb.signals import entries_imported
from people.models import User

# What an update of a published entry may change of its row.
COLUMNS = (
    "title",
    "summary",
    "works_when",
    "not_when",
    "positive",
    "body",
    "translation_status",
    "evidence_source",
    "evidence_info",
    "published_date",
    "reviewed_date",
    "review_by",
    "last_published_at",
)


@dataclass
class Version:
    """One language version to be written: an entry whose columns are filled, and the rows that hang on it.

    `facts` say the marking of a new work; a version of a work that stands already shares what stands.
    """

    entry: Entry
    concepts: Sequence[tuple[str, int]] = ()  # (axis, key of the concept)
    references: Sequence[EntryReference] = ()
    keywords: Sequence[str] = ()
    facts: marking.Facts = field(default_factory=marking.Facts)
    retold: bool = True  # of a stored entry: does it say something else now?


def _standing_works(keys: Iterable[UUID]) -> dict[UUID, tuple[str, int]]:
    """Return (public identifier, key of the marking) of the works that stand already."""
    rows = Entry.objects.originals().filter(translation_key__in=set(keys))
    return {key: (public, mark) for key, public, mark in rows.values_list("translation_key", "public_id", "marking_id")}


def _identify(versions: Sequence[Version]) -> None:
    """Give each version the identifier and the marking of its work, and each new work new ones."""
    known = _standing_works(version.entry.translation_key for version in versions)
    new = {
        version.entry.translation_key: version
        for version in versions
        if version.entry.translation_key not in known and version.entry.translation_status == TranslationStatus.ORIGINAL
    }
    marks = marking.create_many([version.facts for version in new.values()])
    wanted = [version.entry.public_id for version in new.values()]
    taken = set(Entry.objects.filter(public_id__in=wanted).values_list("public_id", flat=True))
    for (key, version), mark in zip(new.items(), marks, strict=True):
        identifier = version.entry.public_id
        while identifier in taken:
            identifier = new_public_id()
        taken.add(identifier)
        known[key] = (identifier, mark.pk)
    for version in versions:
        version.entry.public_id, version.entry.marking_id = known[version.entry.translation_key]


def keyword_rows(names: Iterable[str]) -> dict[str, Keyword]:
    """Return the rows of these keywords by name; those that are missing are made."""
    wanted = set(names)
    found = {row.name: row for row in Keyword.objects.filter(name__in=wanted)} if wanted else {}
    for name in sorted(wanted - set(found)):
        found[name] = Keyword.objects.get_or_create(name=name)[0]
    return found


def _hang(version: Version, words: dict[str, Keyword]) -> None:
    """Put the rows that hang on an entry on it, unsaved, as its revision has to hold them."""
    entry: Any = version.entry
    for position, reference in enumerate(version.references):
        reference.entry_id, reference.sort_order = entry.pk, position
    entry.entry_concepts = [
        EntryConcept(entry_id=entry.pk, axis=axis, concept_id=pk) for axis, pk in dict.fromkeys(version.concepts)
    ]
    entry.references = list(version.references)
    entry.keyword_items = [
        EntryKeyword(content_object_id=entry.pk, tag=words[name]) for name in dict.fromkeys(version.keywords)
    ]


def _write_children(versions: Sequence[Version]) -> None:
    """Write what hangs on the stored entries."""
    words = keyword_rows(name for version in versions for name in version.keywords)
    for version in versions:
        _hang(version, words)
    entries: list[Any] = [version.entry for version in versions]
    EntryConcept.objects.bulk_create([row for entry in entries for row in entry.entry_concepts.all()])
    EntryReference.objects.bulk_create([row for entry in entries for row in entry.references.all()])
    EntryKeyword.objects.bulk_create([row for entry in entries for row in entry.keyword_items.all()])


def _write_revisions(entries: Sequence[Entry], by: User | None, at: datetime.datetime) -> None:
    """Write a revision of each entry as it stands in memory, its latest one."""
    kind = ContentType.objects.get_for_model(Entry)
    revisions = Revision.objects.bulk_create(
        Revision(
            content_type=kind,
            base_content_type=kind,
            object_id=str(entry.pk),
            created_at=at,
            user=by,
            object_str=str(entry),
            content=entry.serializable_data(),
        )
        for entry in entries
    )
    for entry, revision in zip(entries, revisions, strict=True):
        entry.latest_revision_id = revision.pk


def _point_at_revisions(entries: Sequence[Entry], *, published: bool) -> None:
    """Have the stored entries point at their newest revisions, as published or as what is still to be published."""
    kind = ContentType.objects.get_for_model(Entry)
    rows = Revision.objects.filter(base_content_type=kind, object_id=Cast(OuterRef("pk"), CharField()))
    newest = Subquery(rows.order_by("-pk").values("pk")[:1])
    values: dict[str, Any] = {"latest_revision_id": newest, "has_unpublished_changes": not published}
    if published:
        values["live_revision_id"] = newest
    Entry.objects.filter(pk__in=[entry.pk for entry in entries]).update(**values)


def _write_log(entries: Sequence[Entry], actions: Sequence[str], by: User, at: datetime.datetime, note: str) -> None:
    kind = ContentType.objects.get_for_model(Entry)
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=kind,
            object_id=str(entry.pk),
            label=entry.title,
            action=action,
            timestamp=at,
            user=by,
            revision_id=entry.latest_revision_id,
            content_changed=True,
            data={"import": note} if note else {},
        )
        for entry in entries
        for action in actions
    )


def _announce(entries: Sequence[Entry]) -> None:
    """Say which works readers now see otherwise; a draft is nobody's business, and GREEN moves no public page."""
    shown = [entry for entry in entries if entry.live]
    clear = public_among({entry.marking_id for entry in shown})
    for public in (True, False):
        keys = [entry.translation_key for entry in shown if (entry.marking_id in clear) == public]
        if keys:
            note_change(public=public)
            entries_imported.send(sender=Entry, translation_keys=list(dict.fromkeys(keys)), public=public)


@transaction.atomic
def write_new(
    versions: Sequence[Version], *, by: User | None, at: datetime.datetime, note: str = "", announce: bool = True
) -> list[Entry]:
    """Write new language versions in one transaction and return their entries, saved.

    Originals stand before the versions that translate them, or in the database already. An entry that is `live` is
    published, any other becomes a draft. What `by` did is logged, with `note` as its occasion. Without `announce`
    nobody is told: whoever says so makes the index anew. Raises KeyError for a version without a work.
    """
    _identify(versions)
    entries = [version.entry for version in versions]
    for entry in entries:
        entry.has_unpublished_changes = not entry.live
    Entry.objects.bulk_create(entries)
    _write_children(versions)
    _write_revisions(entries, by, at)
    for live, actions in ((True, ("wagtail.create", "wagtail.publish")), (False, ("wagtail.create",))):
        chosen = [entry for entry in entries if entry.live == live]
        if chosen:
            _point_at_revisions(chosen, published=live)
            if by is not None:
                _write_log(chosen, actions, by, at, note)
    if announce:
        _announce(entries)
    return entries


@transaction.atomic
def write_published(versions: Sequence[Version], *, by: User, at: datetime.datetime, note: str = "") -> None:
    """Write new texts and headers of published entries in one transaction, each with a revision."""
    entries = [version.entry for version in versions]
    Entry.objects.bulk_update(entries, COLUMNS, batch_size=50)
    for hanging in (EntryConcept, EntryReference):
        hanging.objects.filter(entry__in=entries).delete()
    EntryKeyword.objects.filter(content_object__in=entries).delete()
    _write_children(versions)
    _write_revisions(entries, by, at)
    _point_at_revisions(entries, published=True)
    _write_log(entries, ("wagtail.edit", "wagtail.publish"), by, at, note)
    originals = [entry for entry in entries if entry.translation_status == TranslationStatus.ORIGINAL]
    publishing.mark_stale(version.entry for version in versions if version.retold)
    with_versions = set(
        Entry.objects.filter(translation_key__in=[entry.translation_key for entry in originals])
        .exclude(translation_status=TranslationStatus.ORIGINAL)
        .values_list("translation_key", flat=True)
    )
    for entry in originals:
        if entry.translation_key in with_versions:
            publishing.sync_header(entry)
    _announce(entries)


@transaction.atomic
def write_drafts(versions: Sequence[Version], *, by: User, at: datetime.datetime, note: str = "") -> None:
    """Write new texts of stored entries as revisions that are still to be published; what readers see stays."""
    words = keyword_rows(name for version in versions for name in version.keywords)
    for version in versions:
        _hang(version, words)
    entries = [version.entry for version in versions]
    _write_revisions(entries, by, at)
    _point_at_revisions(entries, published=False)
    _write_log(entries, ("wagtail.edit",), by, at, note)
