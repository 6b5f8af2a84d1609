"""Which language version does a reader get, and what of many works is read at once?"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import BigIntegerField, CharField, Q, UUIDField
from django.utils.translation import get_language

from kb.choices import TranslationStatus
from kb.models import Entry, EntryReference
from kb.trust import Source
from people.statements import Statement
from people.viewers import Viewer


def page_language() -> str:
    """Return the two letters of the language of the page."""
    return (get_language() or "en").split("-")[0]


def best_version(versions: Iterable[Entry], language: str) -> Entry:
    """Return the version in the language, else the original, else the first. Raises IndexError for none."""
    rows = list(versions)
    for row in rows:
        if row.locale.language_code == language:
            return row
    return next((row for row in rows if row.translation_status == TranslationStatus.ORIGINAL), rows[0])


# What of a row is shown where it stands in a list; anything else would be asked for row by row.
_SHOWN_IN_LISTS = (
    *("title", "summary", "public_id", "kind", "translation_key", "translation_status", "live_revision_id"),
    *("standing", "maturity", "evidence_source", "evidence_info", "published_date", "reviewed_date", "review_by"),
    *("marking__label", "marking__chatham_house", "locale__language_code"),
)
# What every page asks. `visible_to` stands in each question about entries.
_OF_ONE = Statement(
    lambda viewer, public_id: (
        Entry.objects.visible_to(viewer)
        .filter(public_id=public_id)
        .select_related("marking", "locale")
        .order_by("translation_key", "pk")
    ),
    public_id=CharField(),
)
_LISTED = Statement(
    lambda viewer, works: (
        Entry.objects.visible_to(viewer)
        .filter(translation_key__in=works)
        .select_related("marking", "locale")
        .only(*_SHOWN_IN_LISTS)
        .order_by("pk")
    ),
    works=UUIDField(),
)
_REFERENCES = Statement(
    lambda entries: EntryReference.objects.filter(entry__id__in=entries).order_by("sort_order", "pk"),
    entries=BigIntegerField(),
)
_SOURCES = Statement(
    lambda entries: (
        EntryReference.objects.filter(entry__id__in=entries)
        .order_by("sort_order", "pk")
        .values_list("entry_id", "kind", "year")
    ),
    entries=BigIntegerField(),
)


def versions_of(viewer: Viewer, public_id: str) -> list[Entry]:
    """Return the readable language versions of a work; one query."""
    return _OF_ONE(viewer, public_id=public_id)


def listed(viewer: Viewer, works: Sequence[Any]) -> list[Entry]:
    """Return the readable language versions of works, without their long texts, in order of their rows; one query."""
    return _LISTED(viewer, works=works) if works else []


def references_of(entries: Sequence[Entry]) -> dict[int, list[EntryReference]]:
    """Return the references of entries in their order, by the entry's key; one query."""
    found: dict[int, list[EntryReference]] = defaultdict(list)
    for reference in _REFERENCES(entries=[entry.pk for entry in entries]) if entries else []:
        found[reference.entry_id].append(reference)
    return found


def sources_of(entries: Sequence[Entry]) -> dict[int, list[Source]]:
    """Return what trust lines tell of the references of entries, by the entry's key; one query."""
    found: dict[int, list[Source]] = defaultdict(list)
    for entry, kind, year in _SOURCES(entries=[entry.pk for entry in entries]) if entries else []:
        found[entry].append(Source(kind, year))
    return found


def versions_by_work(viewer: Viewer, condition: Q) -> dict[Any, list[Entry]]:
    """Return the readable language versions that meet the condition, by translation key; one query."""
    works: dict[Any, list[Entry]] = defaultdict(list)
    rows = Entry.objects.visible_to(viewer).filter(condition).select_related("marking", "locale").order_by("pk")
    for row in rows:
        works[row.translation_key].append(row)
    return works
