"""How is a SQLite database copied while others write to it, and put back?"""

import gzip
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from config.backups.facts import BackupNotMade, Damaged

PAGES = 2_000  # in one step of a copy
PATIENCE = 30.0  # seconds to wait for a lock
BLOCK = 1024 * 1024


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database that is there already."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=PATIENCE)
    connection.isolation_level = None
    try:
        yield connection
    finally:
        connection.close()


def snapshot(path: Path, target: Path, emptied: Iterable[str] = ()) -> None:
    """Copy a database as it is at one moment; the rows of the tables to be emptied are left out.

    The read transaction holds that moment still, so that writers go on and cannot make the copy begin again.
    Raises BackupNotMade.
    """
    if not path.exists():
        raise BackupNotMade(f"There is no database at {path}.")
    try:
        with _opened(path) as source, closing(sqlite3.connect(target)) as copy:
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(copy, pages=PAGES)
            source.execute("ROLLBACK")
            copy.execute("PRAGMA journal_mode=DELETE")
            copy.execute("PRAGMA secure_delete=ON")
            for table in set(emptied) & set(tables(target, copy)):
                copy.execute(f"DELETE FROM {_quoted(table)}")  # noqa: S608  (a name from the schema, quoted)
            copy.commit()
            _check(copy)
    except (sqlite3.Error, Damaged) as error:
        raise BackupNotMade(f"The database {path} could not be copied: {error}") from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _check(connection: sqlite3.Connection) -> None:
    told = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if told != "ok":
        raise Damaged(f"The database is damaged: {' '.join(str(told).split())}")


def tables(path: Path, connection: sqlite3.Connection | None = None) -> dict[str, int]:
    """Return how many rows each table of a database has. Raises sqlite3.Error."""
    if connection is None:
        with _opened(path) as opened:
            return tables(path, opened)
    names = [
        str(name)
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        )
    ]
    return {
        name: int(connection.execute(f"SELECT count(*) FROM {_quoted(name)}").fetchone()[0])  # noqa: S608  (names of our own tables, quoted)
        for name in sorted(names)
    }


def migrations(path: Path) -> list[list[str]]:
    """Return app and name of every migration that a database has."""
    with _opened(path) as connection:
        try:
            rows = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
        except sqlite3.OperationalError:
            return []
    return [[str(app), str(name)] for app, name in rows]


def holds_tables(path: Path) -> bool:
    """Is there a database with tables, or something that is no database and not empty?"""
    if not path.exists() or not path.stat().st_size:
        return False
    try:
        return bool(tables(path))
    except sqlite3.Error:
        return True


def pack(path: Path, target: Path) -> None:
    """Compress a copy of a database."""
    with path.open("rb") as source, gzip.GzipFile(target, "wb", compresslevel=4, mtime=0) as packed:
        shutil.copyfileobj(source, packed, BLOCK)


def unpack(packed: Path, target: Path, *, size: int, expected: dict[str, int]) -> None:
    """Put a database of `size` bytes at a path, and prove that it holds the rows expected. Raises Damaged."""
    try:
        with gzip.open(packed, "rb") as source, target.open("xb") as unpacked:
            target.chmod(0o600)
            left = size
            while data := source.read(min(BLOCK, left + 1)):
                left -= len(data)
                if left < 0:
                    break
                unpacked.write(data)
        if left:
            raise Damaged(f"{packed.name} does not have the size that the manifest says.")
        with _opened(target) as connection:
            _check(connection)
            found = tables(target, connection)
    except (EOFError, gzip.BadGzipFile, sqlite3.Error) as error:
        raise Damaged(f"{packed.name} is no database: {error}") from error
    if found != expected:
        raise Damaged(f"{packed.name} does not have the rows that the manifest says.")


def replace(new: Path, target: Path, aside: Path) -> None:
    """Put a database in the place of another, which moves to the folder aside; nobody may have either open.

    Done again after an interruption, it does what was left to do.
    """
    if not new.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    for ending in ("-wal", "-shm", "-journal", ""):
        # A log of changes left beside another database would be played into it.
        old = target.with_name(target.name + ending)
        if old.exists():
            old.replace(aside / old.name)
    new.replace(target)


def settle(path: Path) -> None:
    """Bring everything of a database that nobody has open into its one file, and that file to the disk."""
    with _opened(path) as connection:
        connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    with path.open("rb") as written:
        os.fsync(written.fileno())
