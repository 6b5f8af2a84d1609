"""What does search do when the knowledge base announces a change? It notes the work, nothing more."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from kb import signals
from kb.choices import TranslationStatus
from kb.models import EntryConcept
from kb.vocabulary import vocabulary
from search import tasks
from search.indexing import enqueue


def work_changed(translation_key: UUID, public: bool = True, **_kwargs: Any) -> None:
    """Note a work that was published."""
    enqueue(translation_key, public=public)


def works_imported(translation_keys: Iterable[UUID], public: bool = True, **_kwargs: Any) -> None:
    """Note works that were written in bulk: they wait behind what people publish meanwhile."""
    enqueue(*translation_keys, bulk=True, public=public)


def work_narrowed(translation_key: UUID, public: bool = True, **_kwargs: Any) -> None:
    """Note a work that was withdrawn or relabelled: fewer people may know of it than the index believes."""
    enqueue(translation_key, narrowed=True, public=public)


def concept_changed(concept_id: int, **_kwargs: Any) -> None:
    """Note the works that carry the concept or one below it: its names and what stands above it are indexed."""
    works = (
        EntryConcept.objects.filter(
            concept_id__in=vocabulary().with_narrower(concept_id) | {concept_id},
            entry__translation_status=TranslationStatus.ORIGINAL,
            entry__live=True,
        )
        .values_list("entry__translation_key", flat=True)
        .distinct()
    )
    enqueue(*works)


def purged(spill: int, **_kwargs: Any) -> None:
    """Have the index made anew without what was purged."""
    tasks.forget_purged.enqueue(spill)


def connect() -> None:
    """Listen to the knowledge base."""
    signals.entry_published.connect(work_changed, dispatch_uid="search.work_changed")
    signals.entries_imported.connect(works_imported, dispatch_uid="search.works_imported")
    for signal in (signals.entry_withdrawn, signals.entry_relabelled):
        signal.connect(work_narrowed, dispatch_uid="search.work_narrowed")
    signals.text_purged.connect(purged, dispatch_uid="search.purged")
    signals.vocabulary_changed.connect(concept_changed, dispatch_uid="search.concept_changed")
