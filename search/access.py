"""May the reader see what the index found? Every hit is asked for again in the database before it is shown."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from kb.choices import Axis, TranslationStatus
from kb.models.entries import Entry, EntryConcept
from kb.reading import PROSE, best_version
from kb.sharing.audience import of_viewer
from kb.vocabulary import Term, Vocabulary
from people.viewers import Viewer
from search.engines.base import MOST_HIDDEN
from search.models import OutboxItem


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
    waiting = OutboxItem.objects.filter(narrowed=True).order_by().values_list("translation_key", flat=True).distinct()
    hidden = frozenset(str(key) for key in waiting[: MOST_HIDDEN + 1])
    return Reach(viewer, tuple(of_viewer(viewer)), hidden)


def readable(keys: Sequence[str], viewer: Viewer, language: str) -> list[Entry]:
    """Return one row for each work that the viewer may read, in the order of the keys; one query.

    Of several language versions it is the one in the language, else the original. What may not be seen, or is no
    longer there, is left out. The prose is not loaded.
    """
    versions: dict[str, list[Entry]] = defaultdict(list)
    rows = Entry.objects.visible_to(viewer).filter(translation_key__in=keys).defer(*PROSE)
    for row in rows.select_related("marking", "locale").order_by("pk"):
        versions[str(row.translation_key)].append(row)
    return [best_version(versions[key], language) for key in dict.fromkeys(keys) if key in versions]


def with_references(rows: list[Entry]) -> list[Entry]:
    """Return the rows with their references loaded, as the trust line needs them; one query."""
    prefetch_related_objects(rows, "references")
    return rows


def places_and_threats(rows: Sequence[Entry], vocabulary: Vocabulary) -> dict[str, tuple[list[Term], list[Term]]]:
    """Return the facility types and threats of each work by its key; one query."""
    found: dict[str, tuple[list[Term], list[Term]]] = defaultdict(lambda: ([], []))
    concepts = EntryConcept.objects.filter(
        entry__translation_key__in=[row.translation_key for row in rows],
        entry__translation_status=TranslationStatus.ORIGINAL,
        axis__in=(Axis.FACILITY, Axis.THREAT),
    ).order_by("pk")
    for work, axis, pk in concepts.values_list("entry__translation_key", "axis", "concept_id"):
        if pk in vocabulary.terms:
            found[str(work)][0 if axis == Axis.FACILITY else 1].append(vocabulary.terms[pk])
    return found
