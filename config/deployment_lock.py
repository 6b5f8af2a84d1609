"""How do two deployments at once become one after the other?

SQLite: a lock on a file in VAR_DIR. PostgreSQL: an advisory lock in the database, which holds for all machines that
share it. Either falls with the process that held it, however that ended.
"""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connections

KEY = 0x505341  # of the advisory lock: any number, the same for every version
EVERY = 0.25  # seconds between two tries


@contextmanager
def held(folder: Path, *, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock of deployments; `waiting` is called once where another one holds it.

    Raises OSError where the file cannot be opened, DatabaseError where the database cannot be asked.
    """
    postgresql = connections["default"].vendor == "postgresql"
    with _in_database(waiting) if postgresql else _in_file(folder / "upgrade.lock", waiting):
        yield


def _until(taken: Callable[[], bool], waiting: Callable[[], None]) -> None:
    if taken():
        return
    waiting()
    while not taken():
        time.sleep(EVERY)


@contextmanager
def _in_file(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    with path.open("a") as file:

        def taken() -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        _until(taken, waiting)
        yield


@contextmanager
def _in_database(waiting: Callable[[], None]) -> Iterator[None]:
    # A connection of its own: the lock belongs to it, and what is migrated may close the other.
    connection = connections.create_connection("default")
    try:
        with connection.cursor() as cursor:

            def taken() -> bool:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [KEY])
                return bool(cursor.fetchone()[0])

            _until(taken, waiting)
            yield
    finally:
        connection.close()
