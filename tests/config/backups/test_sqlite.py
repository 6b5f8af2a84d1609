"""A copy is of one moment, whatever writers do meanwhile; what is put back is what was copied."""

import gzip
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from config.backups import sqlite
from config.backups.facts import Damaged

# Adds a pair in each transaction, as fast as it can.
WRITER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
connection.execute("PRAGMA synchronous=NORMAL")
number = 0
while True:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO left_hand VALUES (?, ?)", (number, "x" * 400))
    connection.execute("INSERT INTO right_hand VALUES (?, ?)", (number, "x" * 400))
    connection.execute("COMMIT")
    number += 1
    if number == 1:
        print("writing", flush=True)
"""


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        for table in ("left_hand", "right_hand"):
            connection.execute(f"CREATE TABLE {table} (number INTEGER, text TEXT)")
            rows = ((-number, "y" * 1000) for number in range(8_000))
            connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)
        connection.commit()
    return path


def test_a_copy_is_of_one_moment_and_comes_to_an_end_while_others_write(pairs, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(sqlite, "PAGES", 50)  # many steps, between which writers commit
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(pairs)], stdout=subprocess.PIPE) for _number in range(2)
    ]
    try:
        for writer in writers:
            assert writer.stdout is not None
            writer.stdout.readline()
        before = sqlite.tables(pairs)
        sqlite.snapshot(pairs, tmp_path / "copy.sqlite3")
        after = before
        deadline = time.monotonic() + 60
        while after["left_hand"] <= sqlite.tables(tmp_path / "copy.sqlite3")["left_hand"]:
            assert time.monotonic() < deadline, "the writers do not go on"
            after = sqlite.tables(pairs)
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
            writer.stdout.close()
    copied = sqlite.tables(tmp_path / "copy.sqlite3")
    assert copied["left_hand"] == copied["right_hand"]
    assert before["left_hand"] <= copied["left_hand"]
    assert not (tmp_path / "copy.sqlite3-wal").exists()


def test_what_is_written_after_the_copy_has_begun_is_not_in_it(pairs, tmp_path, monkeypatch) -> None:
    opened = sqlite._opened

    class Interrupted:
        """A connection before whose copy somebody else writes."""

        def __init__(self, connection: sqlite3.Connection) -> None:
            self.execute = connection.execute
            self.connection = connection

        def backup(self, target: sqlite3.Connection, *, pages: int) -> None:
            with closing(sqlite3.connect(pairs)) as other, other:
                other.execute("INSERT INTO left_hand VALUES (1, 'late')")
            self.connection.backup(target, pages=pages)

    @contextmanager
    def interrupted(path: Path):
        with opened(path) as connection:
            yield Interrupted(connection) if path == pairs else connection

    monkeypatch.setattr(sqlite, "_opened", interrupted)
    sqlite.snapshot(pairs, tmp_path / "copy.sqlite3")
    assert sqlite.tables(tmp_path / "copy.sqlite3")["left_hand"] == 8_000
    monkeypatch.undo()
    assert sqlite.tables(pairs)["left_hand"] == 8_001


def test_a_log_of_changes_of_the_old_database_is_not_played_into_the_new_one(pairs, tmp_path) -> None:
    new, aside = tmp_path / "new.sqlite3", tmp_path / "aside"
    aside.mkdir()
    sqlite.snapshot(pairs, new)
    with closing(sqlite3.connect(pairs)) as connection:
        connection.execute("DELETE FROM left_hand")
        connection.commit()
        # As after a crash: the log is there, nobody has the database open.
        for ending in ("", "-wal"):
            (tmp_path / f"kept{ending}").write_bytes(Path(f"{pairs}{ending}").read_bytes())
    for ending in ("", "-wal"):
        (tmp_path / f"kept{ending}").replace(f"{pairs}{ending}")
    sqlite.replace(new, pairs, aside)
    assert sqlite.tables(pairs)["left_hand"] == 8_000
    sqlite.replace(new, pairs, aside)  # once more, as after an interruption
    assert sqlite.tables(pairs)["left_hand"] == 8_000
    assert {path.name for path in aside.iterdir()} == {"pairs.sqlite3", "pairs.sqlite3-wal"}


def test_what_is_unpacked_has_size_and_rows_of_the_manifest_or_is_refused(pairs, tmp_path) -> None:
    plain, packed = tmp_path / "copy.sqlite3", tmp_path / "copy.gz"
    sqlite.snapshot(pairs, plain)
    sqlite.pack(plain, packed)
    size, counts = plain.stat().st_size, sqlite.tables(plain)
    sqlite.unpack(packed, tmp_path / "one", size=size, expected=counts)
    with pytest.raises(Damaged, match="rows"):
        sqlite.unpack(packed, tmp_path / "two", size=size, expected={**counts, "left_hand": 7})
    for number, wrong in enumerate((size - 1, size + 1)):
        with pytest.raises(Damaged, match="size"):
            sqlite.unpack(packed, tmp_path / f"three{number}", size=wrong, expected=counts)
    packed.write_bytes(gzip.compress(b"no database at all, but long enough" * 200))
    with pytest.raises(Damaged):
        sqlite.unpack(packed, tmp_path / "four", size=7_000, expected=counts)


def test_a_file_that_is_no_database_counts_as_data(tmp_path) -> None:
    assert not sqlite.holds_tables(tmp_path / "absent")
    (tmp_path / "empty").touch()
    assert not sqlite.holds_tables(tmp_path / "empty")
    (tmp_path / "torn").write_bytes(b"torn" * 2000)
    assert sqlite.holds_tables(tmp_path / "torn")
