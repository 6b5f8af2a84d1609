"""Whose turn is it, where two workers must not do the same at once?"""

import fcntl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection


@contextmanager
def turn(name: str) -> Iterator[bool]:
    """Yield whether this thread has the turn of that name until the block ends; never waits for it.

    The turn falls free when its holder ends, however that happens. With PostgreSQL it holds on all machines, with
    SQLite on this one, which then is the only one.
    """
    if connection.vendor == "postgresql":
        number = zlib.crc32(f"psa-commons {name}".encode())
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
            mine = bool(cursor.fetchone()[0])
        try:
            yield mine
        finally:
            if mine:
                # Where the connection is lost, so is the turn.
                with suppress(DatabaseError), connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
        return
    with Path(settings.VAR_DIR, f"{name}.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            mine = True
        except BlockingIOError:
            mine = False
        yield mine
