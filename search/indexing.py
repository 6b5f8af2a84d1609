"""How does a change get into the index? Outbox, drain, rebuild, and the comparison with the database."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F

from kb.vocabulary import Vocabulary, vocabulary
from search.documents import Document
from search.documents.entries import all_keys, build
from search.engines import engine
from search.engines.base import EngineUnavailable
from search.models import OutboxItem

logger = logging.getLogger(__name__)

BATCH = 200  # works in one commit
GIVE_UP_AFTER = 8  # attempts with a work whose document cannot be made; `verify` names what is missing then


def enqueue(*translation_keys: UUID, narrowed: bool = False, bulk: bool = False) -> None:
    """Note in the running transaction that the documents of these works have to be made again.

    Works that were `narrowed` are left out of every answer until that is done; those of a `bulk` change wait until
    nothing else waits.
    """
    OutboxItem.objects.bulk_create(
        OutboxItem(translation_key=key, narrowed=narrowed, bulk=bulk) for key in translation_keys
    )


def _waiting(limit: int) -> list[tuple[int, UUID]]:
    """Return (key of the row, key of the work) of the next rows: those of people, else those of bulk changes.

    They never share a batch: what somebody has just published is a small commit, and found at once.
    """
    rows = OutboxItem.objects.filter(attempts__lt=GIVE_UP_AFTER).order_by("attempts", "pk")
    pairs = rows.values_list("pk", "translation_key")
    return list(pairs.filter(bulk=False)[:limit]) or list(pairs.filter(bulk=True)[:limit])


def _documents(keys: Sequence[UUID], terms: Vocabulary) -> tuple[list[Document], list[UUID]]:
    """Return the documents of the works and the keys of those that cannot be made."""
    try:
        return build(keys, terms), []
    except (ValueError, TypeError, KeyError, AttributeError):
        if len(keys) == 1:
            logger.exception("The document of work %s cannot be made", keys[0])
            return [], list(keys)
    documents: list[Document] = []
    failed: list[UUID] = []
    for key in keys:
        made, not_made = _documents([key], terms)
        documents += made
        failed += not_made
    return documents, failed


def drain(limit: int = BATCH) -> int:
    """Bring one batch of the outbox into the index; return how many works that settled, 0 where none could be.

    Idempotent: what counts is the state of the database now. Raises EngineUnavailable, and then nothing is lost.
    """
    rows = _waiting(limit)
    if not rows:
        return 0
    keys = list(dict.fromkeys(key for _pk, key in rows))
    documents, failed = _documents(keys, vocabulary())
    present = {document.key for document in documents}
    # A work whose document cannot be made leaves the index: what stands there may be wider than it is now.
    gone = [str(key) for key in keys if str(key) not in present]
    engine().apply(documents, gone)
    OutboxItem.objects.filter(pk__in=[pk for pk, key in rows if key not in failed]).delete()
    done = [key for key in keys if key not in failed]
    OutboxItem.objects.filter(translation_key__in=done, attempts__gte=GIVE_UP_AFTER).delete()
    if failed:
        OutboxItem.objects.filter(pk__in=[pk for pk, key in rows if key in failed]).update(attempts=F("attempts") + 1)
    return len(done)


def _try_again() -> None:
    """Let works whose document could not be made be tried once more; nothing stays hidden that is in order again."""
    OutboxItem.objects.filter(attempts__gte=GIVE_UP_AFTER).update(attempts=0)


def drain_all() -> int:
    """Drain until nothing waits; return how many works were treated."""
    total = 0
    while done := drain():
        total += done
    return total


def _catch_up(keys: Sequence[str]) -> list[Document]:
    return _documents([UUID(key) for key in keys], vocabulary())[0]


def rebuild() -> int:
    """Make the index anew beside the old one and swap; return how many works it holds.

    Raises `search.engines.generations.RebuildRunning` where another process is at it.
    """
    terms = vocabulary()

    def documents() -> Iterable[Document]:
        for keys in all_keys():
            yield from _documents(keys, terms)[0]

    count = engine().rebuild(documents(), _catch_up)
    _try_again()
    return count


@dataclass
class Difference:
    """How index and database differ; keys of works."""

    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)
    compared: int = 0

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.left_over)

    @property
    def keys(self) -> list[str]:
        """All keys that differ."""
        return [*self.missing, *self.stale, *self.left_over]


def verify(*, repair: bool = False) -> Difference:
    """Compare index and database; with `repair`, bring the works that differ into the index.

    Works that still wait in the outbox count as different. Raises EngineUnavailable where there is no index;
    with `repair` it is made.
    """
    try:
        indexed = engine().checksums()
    except EngineUnavailable:
        if not repair:
            raise
        rebuild()
        indexed = engine().checksums()
    difference = Difference()
    terms = vocabulary()
    # One work whose document cannot be made must not keep the others from being compared: it shows as left over.
    for document in (document for keys in all_keys() for document in _documents(keys, terms)[0]):
        difference.compared += 1
        checksum = indexed.pop(document.key, None)
        if checksum is None:
            difference.missing.append(document.key)
        elif checksum != document.checksum():
            difference.stale.append(document.key)
    difference.left_over = sorted(indexed)
    if repair and difference:
        for start in range(0, len(difference.keys), BATCH):
            keys = difference.keys[start : start + BATCH]
            documents = _catch_up(keys)
            present = {document.key for document in documents}
            engine().apply(documents, [key for key in keys if key not in present])
    if repair:
        _try_again()
    return difference
