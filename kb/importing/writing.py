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

from kb import marking
from kb.choices import TranslationStatus
from kb.models import Entry, EntryConcept, EntryKeyword, EntryReference, Keyword, StateVersion
from kb.models.entries import new_public_id
from kb.signals import entries_imported
from people.models import User


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


def _write_children(versions: Sequence[Version]) -> None:
    """Write what hangs on the stored entries and keep it on them, as their revisions have to hold it."""
    words = keyword_rows(name for version in versions for name in version.keywords)
    concepts: dict[int, list[EntryConcept]] = {}
    references: dict[int, list[EntryReference]] = {}
    keywords: dict[int, list[EntryKeyword]] = {}
    for version in versions:
        key = version.entry.pk
        concepts[key] = [
            EntryConcept(entry_id=key, axis=axis, concept_id=pk) for axis, pk in dict.fromkeys(version.concepts)
        ]
        references[key] = list(version.references)
        for position, reference in enumerate(references[key]):
            reference.entry_id, reference.sort_order = key, position
        keywords[key] = [
            EntryKeyword(content_object_id=key, tag=words[name]) for name in dict.fromkeys(version.keywords)
        ]
    EntryConcept.objects.bulk_create([row for rows in concepts.values() for row in rows])
    EntryReference.objects.bulk_create([row for rows in references.values() for row in rows])
    EntryKeyword.objects.bulk_create([row for rows in keywords.values() for row in rows])
    for version in versions:
        entry: Any = version.entry
        entry.entry_concepts = concepts[entry.pk]
        entry.references = references[entry.pk]
        entry.keyword_items = keywords[entry.pk]


def _newest_revision(content_type: ContentType) -> Subquery:
    rows = Revision.objects.filter(base_content_type=content_type, object_id=Cast(OuterRef("pk"), CharField()))
    return Subquery(rows.order_by("-pk").values("pk")[:1])


def _write_revisions(entries: Sequence[Entry], by: User | None, at: datetime.datetime) -> None:
    """Write a revision of each entry and have the entry point at it."""
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
        entry.live_revision_id = revision.pk if entry.live else entry.live_revision_id
    newest = _newest_revision(kind)
    drafts = [entry.pk for entry in entries if not entry.live]
    shown = [entry.pk for entry in entries if entry.live]
    Entry.objects.filter(pk__in=drafts).update(latest_revision_id=newest, has_unpublished_changes=True)
    Entry.objects.filter(pk__in=shown).update(
        latest_revision_id=newest, live_revision_id=newest, has_unpublished_changes=False
    )


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
        if entry.live or action != "wagtail.publish"
    )


def _announce(entries: Sequence[Entry]) -> None:
    StateVersion.bump("content")
    keys = list(dict.fromkeys(entry.translation_key for entry in entries if entry.live))
    if keys:
        entries_imported.send(sender=Entry, translation_keys=keys)


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
    if by is not None:
        _write_log(entries, ("wagtail.create", "wagtail.publish"), by, at, note)
    if announce:
        _announce(entries)
    return entries
