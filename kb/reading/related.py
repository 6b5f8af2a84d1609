"""Which other entries does a reader get to see beside an entry, and how do they stand to it?"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Q
from django.utils.translation import gettext as _

from kb.choices import RelationType
from kb.models import Entry, EntryRelation
from kb.reading.versions import best_version, listed
from people.statements import Statement
from people.viewers import Viewer

_RELATIONS = Statement(
    lambda entry: (
        EntryRelation.objects.filter(Q(source=entry) | Q(target=entry))
        .order_by("pk")
        .values("source_id", "type", "note", "indicators", "source__translation_key", "target__translation_key")
    ),
    entry=BigIntegerField(),
)


@dataclass(frozen=True)
class Related:
    """Another entry and how it stands to this one."""

    entry: Entry
    type: str
    words: str
    note: str
    indicators: str
    outgoing: bool


def _relation_words(kind: str, outgoing: bool) -> str:
    words = {
        (RelationType.SUPPORTS, True): _("this entry supports it"),
        (RelationType.SUPPORTS, False): _("supports this entry"),
        (RelationType.CONTRADICTS, True): _("advises otherwise"),
        (RelationType.CONTRADICTS, False): _("advises otherwise"),
        (RelationType.SUPERSEDES, True): _("replaced by this entry"),
        (RelationType.SUPERSEDES, False): _("replaces this entry"),
        (RelationType.DERIVED_FROM, True): _("this entry is derived from it"),
        (RelationType.DERIVED_FROM, False): _("derived from this entry"),
        (RelationType.OPTION, True): _("an option against this pattern"),
        (RelationType.OPTION, False): _("this entry is one of its options"),
    }
    return words[RelationType(kind), outgoing]


def related_to(original: Entry, viewer: Viewer, language: str) -> list[Related]:
    """Return the readable entries to which an original is related; two queries at most."""
    rows = _RELATIONS(entry=original.pk)
    if not rows:
        return []

    def far_end(row: Mapping[str, Any]) -> Any:
        outgoing = row["source_id"] == original.pk
        return row["target__translation_key"] if outgoing else row["source__translation_key"]

    works: dict[Any, list[Entry]] = defaultdict(list)
    for version in listed(viewer, list({far_end(row) for row in rows})):
        works[version.translation_key].append(version)
    found: list[Related] = []
    met: set[tuple[Any, str]] = set()
    for row in rows:
        versions = works.get(far_end(row))
        # Two entries may each say that they contradict the other: that is one relation to a reader.
        pair = (far_end(row), row["type"])
        if versions and not (row["type"] == RelationType.CONTRADICTS and pair in met):
            met.add(pair)
            outgoing = row["source_id"] == original.pk
            found.append(
                Related(
                    entry=best_version(versions, language),
                    type=row["type"],
                    words=_relation_words(row["type"], outgoing),
                    note=row["note"],
                    indicators=row["indicators"],
                    outgoing=outgoing,
                )
            )
    return found
