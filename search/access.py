"""May the reader see what the index found? Every hit is asked for again in the database before it is shown."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import UUIDField

from kb.choices import Axis, TranslationStatus
from kb.models import Entry, EntryConcept
from kb.reading import best_version, listed
from kb.sharing.audience import of_viewer
from kb.vocabulary import Term, Vocabulary
from people.statements import Statement
from people.viewers import Viewer
from search.engines.base import MOST_HIDDEN
from search.models import OutboxItem

_PLACES_AND_THREATS = Statement(
    lambda works: (
        EntryConcept.objects.filter(
            entry__translation_key__in=works,
            entry__translation_status=TranslationStatus.ORIGINAL,
            axis__in=(Axis.FACILITY, Axis.THREAT),
        )
        .order_by("pk")
        .values_list("entry__translation_key", "axis", "concept_id")
    ),
    works=UUIDField(),
)
_NARROWED = Statement(
    lambda: (
        OutboxItem.objects.filter(narrowed=True)
        .order_by()
        .values_list("translation_key", flat=True)
        .distinct()[: MOST_HIDDEN + 1]
    )
)


@dataclass(frozen=True)
class Reach:
    """How far a reader's questions reach: the tokens held, without the works that the index shows to too many."""

    viewer: Viewer
    audience: tuple[int, ...]
    hidden: frozenset[str]


def reach_of(viewer: Viewer) -> Reach:
    """Return the reach of a viewer; one query. Ask for it before the index is asked, once a page.

    A work is taken out of the outbox only after it is in the index: what does not wait here, the index has. One key
    more than an engine can leave out is enough to make it refuse.
    """
    hidden = frozenset(str(key) for key in _NARROWED())
    return Reach(viewer, tuple(of_viewer(viewer)), hidden)


def readable(keys: Sequence[str], viewer: Viewer, language: str) -> list[Entry]:
    """Return one row for each work that the viewer may read, in the order of the keys; one query.

    Of several language versions it is the one in the language, else the original. What may not be seen, or is no
    longer there, is left out. The prose is not loaded.
    """
    versions: dict[str, list[Entry]] = defaultdict(list)
    for row in listed(viewer, keys):
        versions[str(row.translation_key)].append(row)
    return [best_version(versions[key], language) for key in dict.fromkeys(keys) if key in versions]


def places_and_threats(rows: Sequence[Entry], vocabulary: Vocabulary) -> dict[str, tuple[list[Term], list[Term]]]:
    """Return the facility types and threats of each work by its key; one query."""
    found: dict[str, tuple[list[Term], list[Term]]] = defaultdict(lambda: ([], []))
    for work, axis, pk in _PLACES_AND_THREATS(works=[row.translation_key for row in rows]) if rows else []:
        if pk in vocabulary.terms:
            found[str(work)][0 if axis == Axis.FACILITY else 1].append(vocabulary.terms[pk])
    return found
