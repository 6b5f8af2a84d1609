"""How is a row added to the audit log, by many at once, and what if it cannot be?"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import DatabaseError, InterfaceError, connections, transaction
from django.utils import timezone

from people.audit import chain
from people.audit.events import Event, Outcome, checked_data, checked_ids, checked_kind
from people.audit_rows import AuditRow

logger = logging.getLogger("people.audit")

_TURN = 7_266_104  # of PostgreSQL's advisory locks: who adds a row waits for whoever is adding one
_acting: ContextVar[int | None] = ContextVar("acting", default=None)
_on_the_web: ContextVar[bool] = ContextVar("on_the_web", default=False)


class NotRecorded(Exception):
    """The row could not be written, so what it is about must not happen."""


@contextmanager
def acting(person: int | None) -> Iterator[None]:
    """Name who acts in a request, for everything that is recorded meanwhile."""
    who, where = _acting.set(person), _on_the_web.set(True)
    try:
        yield
    finally:
        _acting.reset(who)
        _on_the_web.reset(where)


def actor_of_context() -> int | None:
    """Return the number of whoever acts in this request, None outside of one."""
    return _acting.get()


def record(
    *,
    event: Event,
    actor: int | None = None,
    kind: str = "",
    ids: Iterable[object] = (),
    outcome: Outcome = Outcome.DONE,
    data: Mapping[str, Any] | None = None,
) -> AuditRow:
    """Return the new row, which stands whatever becomes of the transaction of content.

    Raises NotRecorded where it cannot be written, FreeText for what may not be.
    """
    values: dict[str, Any] = {
        "event": Event(event).value,
        "actor": actor if actor is not None else actor_of_context(),
        "object_kind": checked_kind(kind),
        "object_ids": checked_ids(ids),
        "outcome": Outcome(outcome).value,
        "data": checked_data(data),
    }
    try:
        return _added(values)
    except (DatabaseError, InterfaceError) as error:
        raise NotRecorded("The audit log takes no rows at the moment.") from error


def note(*, event: Event, **about: Any) -> AuditRow | None:
    """Record, or go on without the row and say so in the log of the site. Raises FreeText for what may not be."""
    try:
        return record(event=event, **about)
    except NotRecorded:
        logger.exception("An event was not recorded: %s", Event(event).value)
        return None


def require(*, event: Event, **about: Any) -> AuditRow | None:
    """Record what lets somebody do or read more. On the web it does not happen unrecorded; an operator goes on."""
    return record(event=event, **about) if _on_the_web.get() else note(event=event, **about)


def _added(values: dict[str, Any]) -> AuditRow:
    # On SQLite the transaction holds the file from its beginning; either way the last row is read when it is our turn.
    with transaction.atomic(using=chain.ALIAS):
        take_turn()
        last = chain.head()
        values = {**values, "sequence": last.sequence + 1, "at": timezone.now(), "previous": last.hash}
        row = AuditRow(**values, hash=chain.hash_of(values))
        row.save_base(force_insert=True, using=chain.ALIAS)
    return row


def take_turn() -> None:
    """Wait, in a transaction of the log, for whoever writes to it; on SQLite the transaction itself has waited."""
    connection = connections[chain.ALIAS]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])
