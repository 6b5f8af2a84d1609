"""How does a change get into the index? Outbox, drain, rebuild, and the comparison with the database."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models import F

from kb.models.taxonomy import StateVersion
from kb.public_state import INDEX
from kb.vocabulary import Vocabulary, vocabulary
from search.documents import Document
from search.documents.entries import all_keys, build
from search.engines import engine
from search.engines.base import EngineUnavailable
from search.models import OutboxItem

logger = logging.getLogger(__name__)

BATCH = 200  # works in one commit
FEW = 5  # works that a new index may lack; of many works, one in twenty
GIVE_UP_AFTER = 8  # attempts with a work whose document cannot be made; `verify` names what is missing then


def enqueue(*translation_keys: UUID, narrowed: bool = False, bulk: bool = False, public: bool = True) -> None:
    """Note in the running transaction that the documents of these works have to be made again.

    Works that were `narrowed` are left out of every answer until that is done; those of a `bulk` change wait until
    nothing else waits. Public pages are made anew once the index has a work that is `public`.
    """
    OutboxItem.objects.bulk_create(
        OutboxItem(translation_key=key, narrowed=narrowed, bulk=bulk, public=public) for key in translation_keys
    )


def _waiting(limit: int) -> list[tuple[int, UUID, bool]]:
    """Return (key of the row, key of the work, whether public) of the next rows: people's, else bulk changes'.

    They never share a batch: what somebody has just published is a small commit, and found at once.
    """
    rows = OutboxItem.objects.filter(attempts__lt=GIVE_UP_AFTER).order_by("attempts", "pk")
    found = rows.values_list("pk", "translation_key", "public")
    return list(found.filter(bulk=False)[:limit]) or list(found.filter(bulk=True)[:limit])


def _documents(keys: Sequence[UUID], terms: Vocabulary) -> tuple[list[Document], list[UUID]]:
    """Return the documents of the works and the keys of those that cannot be made."""
    try:
        return build(keys, terms), []
    except (ValueError, TypeError, LookupError, AttributeError):
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
    notice_swap()
    if not rows:
        return 0
    keys = list(dict.fromkeys(key for _pk, key, _public in rows))
    documents, failed = _documents(keys, vocabulary())
    present = {document.key for document in documents}
    # A work whose document cannot be made leaves the index: what stands there may be wider than it is now.
    gone = [str(key) for key in keys if str(key) not in present]
    engine().apply(documents, gone)
    done = [key for key in keys if key not in failed]
    _settle(rows, done)
    return len(done)


@transaction.atomic
def _settle(rows: Sequence[tuple[int, UUID, bool]], done: Sequence[UUID]) -> None:
    """Take what the index has now out of the outbox, and tell public pages of it in the same transaction."""
    settled = set(done)
    given_up = OutboxItem.objects.filter(translation_key__in=done, attempts__gte=GIVE_UP_AFTER)
    public = any(public for _pk, _key, public in rows) or given_up.filter(public=True).exists()
    OutboxItem.objects.filter(pk__in=[pk for pk, key, _public in rows if key in settled]).delete()
    given_up.delete()
    failed = [pk for pk, key, _public in rows if key not in settled]
    if failed:
        OutboxItem.objects.filter(pk__in=failed).update(attempts=F("attempts") + 1)
    if public:
        StateVersion.bump(INDEX)
    _remember_generation()


_seen = ""


def _generation() -> str:
    try:
        return engine().generation()
    except EngineUnavailable:
        return ""


def _remember_generation() -> None:
    global _seen
    _seen = _generation()


def notice_swap() -> None:
    """Tell public pages of an index that came into use while whoever made it was killed before telling them."""
    global _seen
    generation = _generation()
    if generation and generation != _seen:
        StateVersion.bump(INDEX)
        _seen = generation


def _try_again() -> None:
    """Let works whose document could not be made be tried once more; nothing stays hidden that is in order again."""
    OutboxItem.objects.filter(attempts__gte=GIVE_UP_AFTER).update(attempts=0)


def drain_all() -> int:
    """Drain until nothing waits; return how many works were treated. Raises EngineUnavailable for a damaged index."""
    engine().check()
    total = 0
    while done := drain():
        total += done
    return total


def _catch_up(keys: Sequence[str]) -> list[Document]:
    return _documents([UUID(key) for key in keys], vocabulary())[0]


def rebuild() -> int:
    """Make the index anew beside the old one and swap; return how many works it holds.

    Raises `search.engines.generations.RebuildRunning` where another process is at it, and EngineUnavailable, with the
    old index still in use, where the new one lacks more than a few works.
    """
    terms = vocabulary()

    def documents() -> Iterable[Document]:
        made = failed = 0
        for keys in all_keys():
            found, lost = _documents(keys, terms)
            made, failed = made + len(found), failed + len(lost)
            yield from found
        if failed > max(FEW, made // 20):
            raise EngineUnavailable(f"The documents of {failed} works cannot be made, of {made} they can")

    count = engine().rebuild(documents(), _catch_up)
    StateVersion.bump(INDEX)
    _remember_generation()
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
        StateVersion.bump(INDEX)
        _remember_generation()
    if repair:
        _try_again()
    return difference
