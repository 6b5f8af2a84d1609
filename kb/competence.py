"""Is an entry about something that a reviewer knows? Its areas of expertise, and those that the person has named."""

from collections.abc import Iterable
from typing import Any

from wagtail.log_actions import log

from kb.choices import Axis, TranslationStatus
from kb.models import Entry, EntryConcept
from kb.vocabulary import Term, vocabulary
from people.models import Profile


def own_areas(user: Any) -> set[int]:
    """Return the areas that a person has named, with all below them."""
    slugs = Profile.objects.filter(user=user.pk).values_list("expertise", flat=True).first() or []
    words = vocabulary()
    named = (words.get(Axis.EXPERTISE, slug) for slug in slugs)
    return {key for term in named if term is not None for key in words.with_narrower(term.pk)}


def in_own_areas(user: Any, entries: Iterable[Entry]) -> set[int]:
    """Return the keys of those of the entries that are about an area of the person's; two queries."""
    own, rows = own_areas(user), list(entries)
    works = EntryConcept.objects.filter(
        axis=Axis.EXPERTISE,
        concept__in=own,
        entry__translation_status=TranslationStatus.ORIGINAL,
        entry__translation_key__in=[entry.translation_key for entry in rows],
    )
    known = set(works.values_list("entry__translation_key", flat=True)) if own else set()
    return {entry.pk for entry in rows if entry.translation_key in known}


def outside(user: Any, entry: Entry) -> list[Term]:
    """Return the areas of an entry, as it stands in memory, where none of them is the person's; else nothing.

    One of them is enough. An entry that names no area is nobody's in particular.
    """
    if entry.translation_status == TranslationStatus.ORIGINAL:
        named = [row.concept_id for row in entry.entry_concepts.all() if row.axis == Axis.EXPERTISE]
    else:
        original = Entry.objects.originals().filter(translation_key=entry.translation_key)
        rows = EntryConcept.objects.filter(entry__in=original, axis=Axis.EXPERTISE).order_by("pk")
        named = list(rows.values_list("concept_id", flat=True))
    if not named or own_areas(user) & set(named):
        return []
    terms = vocabulary().terms
    return [terms[key] for key in named if key in terms]


def note_outside(entry: Entry, user: Any) -> bool:
    """Record with the publication that it lies outside the areas of whoever approved it; return whether it does."""
    areas = outside(user, entry)
    if areas:
        log(instance=entry, action="kb.outside_areas", user=user, data={"areas": [term.slug for term in areas]})
    return bool(areas)
