"""How do the language versions of a work follow its original?"""

from collections.abc import Iterable
from typing import Any

from wagtail.models import Revision

from kb.choices import TranslationStatus
from kb.models import Entry, EntryConcept

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


def original_of(entry: Entry) -> Entry | None:
    """Return the stored original of an entry's work; None for an original itself."""
    if entry.translation_status == TranslationStatus.ORIGINAL:
        return None
    found: Entry | None = (
        Entry.objects.originals().filter(translation_key=entry.translation_key).exclude(pk=entry.pk).first()
    )
    return found


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


def make_fit(revision: Revision, original: Entry) -> None:
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


def siblings(entry: Entry) -> Any:
    """Return the other language versions of an entry's work."""
    return Entry.objects.filter(translation_key=entry.translation_key).exclude(pk=entry.pk)


def sync_header(original: Entry) -> None:
    """Give the language versions of a work the header of its original."""
    original = Entry.objects.get(pk=original.pk)
    rows = list(EntryConcept.objects.filter(entry=original).values_list("axis", "concept_id"))
    values = {name: getattr(original, name) for name in HEADER}
    for version in siblings(original):
        kept = dict(values)
        if not version.live:
            kept.pop("published_date")
        Entry.objects.filter(pk=version.pk).update(**kept)
        if set(version.entry_concepts.values_list("axis", "concept_id")) != set(rows):
            EntryConcept.objects.filter(entry=version).delete()
            EntryConcept.objects.bulk_create(
                EntryConcept(entry=version, axis=axis, concept_id=concept) for axis, concept in rows
            )
