"""How is a backup put in the place of what stands? Verified and unpacked beside it first, then switched."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections

from config.backups import archive, conditions, keys, making, manifest, reading, sources, sqlite, switching
from config.backups.facts import BackupNotMade, Damaged, NotRestored, NotSealed, OtherVersion, WrongPassphrase
from config.backups.manifest import Manifest
from config.backups.sources import Source
from config.backups.switching import Say, Switch
from config.databases import migrate_words

SAFETY = "before-restore"


@dataclass
class Restored:
    """What a restore came to."""

    state: Manifest
    safety: str
    rows: dict[str, dict[str, tuple[int, int]]]  # alias → table → rows in the backup, rows now
    media: int  # uploads now
    keys: list[str] = field(default_factory=list)  # secrets of the backup that are not those of this installation
    keys_path: Path | None = None


def restore(*, path: Path, passphrase: bytes | None, plain: bool = False, replace: bool, say: Say) -> Restored:
    """Put a backup in place. Nothing is changed before the whole file is verified and stands unpacked.

    The passphrase seals the copy of what stands here as well, also where the backup itself is `plain`.
    Raises NotRestored; the message says what stands now.
    """
    conditions.be_alone()
    if switching.interrupted():
        raise NotRestored("An earlier restore was interrupted. Finish it first: manage.py restore --finish")
    conditions.refuse_mounts()
    holds_data = conditions.standing()
    if holds_data and not replace:
        raise NotRestored(
            f"There is data here already: {', '.join(holds_data)}. Nothing was changed. "
            "With --replace it is replaced, after a backup of it was made."
        )
    switching.clear_staging()
    try:
        switch = Switch(path.name, _stage(path, passphrase, plain=plain))
        if holds_data:
            switch.safety = str(_copy_first(passphrase))
            say(f"What stands here was copied first: {switch.safety}")
        # Unpacking may have taken an hour, in which somebody has connected.
        conditions.refuse_sessions()
        differing = keys.write_differing()
    except BaseException:
        switching.clear_staging()
        raise
    # From here on what is staged must stay: an interruption is made good with it.
    switch.begin()
    return _finish(switch, say, differing)


def finish(*, say: Say) -> Restored:
    """Bring an interrupted restore to its end. Raises NotRestored."""
    conditions.be_alone()
    switch = switching.interrupted()
    if switch is None:
        raise NotRestored("No restore was interrupted: there is nothing to finish.")
    return _finish(switch, say, keys.write_differing())


def _finish(switch: Switch, say: Say, differing: list[str]) -> Restored:
    switching.put_in_place(switch, say)
    restored = Restored(switch.state, switch.safety, _count(switch.state), _count_media(), differing)
    if differing:
        restored.keys_path = sources.var_dir() / keys.NAME
    switch.end()
    return restored


def _stage(path: Path, passphrase: bytes | None, *, plain: bool) -> Manifest:
    """Unpack a backup beside what stands, SQLite at the schema of this version; return its manifest."""
    switching.staging().mkdir(mode=0o700)
    here = {source.alias: source for source in sources.databases()}

    def place(name: str) -> Path | None:
        if name == archive.FIRST:
            return None
        if name.startswith("media/"):
            return switching.staged_media() / name.removeprefix("media/")
        return switching.staging() / name.rpartition("/")[2]

    try:
        state = reading.unpack(path, passphrase, place, plain=plain)
        manifest.check_not_newer(state)
        _check_engines(state, here)
        keys.staged()
        switching.staged_media().mkdir(mode=0o700, parents=True, exist_ok=True)
        for alias, database in state.databases.items():
            if database.engine == "sqlite":
                _stage_sqlite(here[alias], database)
    except (Damaged, NotSealed, WrongPassphrase, OtherVersion) as problem:
        raise NotRestored(f"{problem} Nothing was changed.") from problem
    except OSError as error:
        where = error.filename or path
        raise NotRestored(f"{where}: {error.strerror}. Nothing was changed.") from error
    return state


def _check_engines(state: Manifest, here: dict[str, Source]) -> None:
    for alias, database in state.databases.items():
        if alias not in here:
            raise OtherVersion(f"The backup has a database {alias!r}, for which there is no place here.")
        if here[alias].engine != database.engine:
            raise OtherVersion(
                f"The database {alias!r} of the backup is of {database.engine}, this installation uses "
                f"{here[alias].engine}: set DATABASE_URL as it was."
            )


def _stage_sqlite(source: Source, database: manifest.Database) -> None:
    """Unpack a SQLite database beside its place and run the migrations that it lacks."""
    target = switching.staged_database(source)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    packed = switching.staging() / f"{source.alias}{archive.SNAPSHOT}"
    sqlite.unpack(packed, target, size=database.size, expected=database.tables)
    packed.unlink()
    try:
        with _pointing_at(source.alias, target):
            call_command(*migrate_words(source.alias))
    except (CommandError, DatabaseError) as error:
        raise NotRestored(
            f"The backup could not be brought up to this version ({error}). Nothing was changed."
        ) from error
    sqlite.settle(target)


@contextmanager
def _pointing_at(alias: str, path: Path) -> Iterator[None]:
    """Let an alias stand for another file, through a connection of its own."""
    usual = connections[alias]
    usual.close()
    other = connections.create_connection(alias)
    other.settings_dict = {**other.settings_dict, "NAME": str(path)}
    connections[alias] = other
    try:
        yield
    finally:
        other.close()
        connections[alias] = usual


def _copy_first(passphrase: bytes | None) -> Path:
    """Back up what stands; return the file."""
    try:
        return making.write(folder=sources.var_dir() / SAFETY, passphrase=passphrase).path
    except BackupNotMade as problem:
        raise NotRestored(
            f"What stands here could not be copied first, so nothing was changed. {problem} Where it is beyond "
            "copying, move it away yourself and restore into an empty place."
        ) from problem


def _count(state: Manifest) -> dict[str, dict[str, tuple[int, int]]]:
    """Count the rows of every table of the backup as they are now."""
    counts: dict[str, dict[str, tuple[int, int]]] = {}
    for alias, database in state.databases.items():
        connection = connections[alias]
        with connection.cursor() as cursor:
            there = set(connection.introspection.table_names(cursor))
            counts[alias] = {}
            for table, expected in database.tables.items():
                found = 0
                if table in there:
                    cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608  (names of our own tables, quoted)
                    found = int(cursor.fetchone()[0])
                counts[alias][table] = (expected, found)
    return counts


def _count_media() -> int:
    return sum(len(names) for _folder, _folders, names in os.walk(sources.media_dir()))
