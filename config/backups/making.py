"""How is a backup made? All databases as they are at one moment each, then media and secrets, into one file.

What is copied first is consistent in itself; uploads never change under their name, so those that the databases speak
of are still there when they are copied. The file gets its name when it is whole and on disk; what was killed before
that has another name and is swept away by the next backup.
"""

import datetime
import errno
import fcntl
import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from config.accounts import wrong_account
from config.backups import archive, postgres, record, sources, sqlite
from config.backups.facts import BackupNotMade
from config.backups.manifest import Database, Manifest, code_version
from config.backups.sealing import Sealer, passphrase_from

PLAIN, SEALED = ".tar", ".tar.sealed"
OURS = re.compile(r"commons-\d{8}T\d{6}Z\.tar(?:\.sealed)?")
UNFINISHED = re.compile(r"\.commons-\d{8}T\d{6}Z\.tar(?:\.sealed)?\.unfinished")
STAGING = "backup-staging"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass
class Made:
    """A backup that was made."""

    path: Path
    size: int  # bytes
    seconds: float
    sealed: bool
    manifest: Manifest
    removed: list[str]


def make(*, folder: Path, passphrase_file: str, keys: bool = True, keep: int | None = None) -> Made:
    """Make a backup in a folder, then remove the oldest ones beyond `keep`; note how it went for the status page.

    Without the name of a passphrase file it is plain. Raises BackupNotMade, and then nothing that looks like a backup
    is left.
    """
    if problem := wrong_account(sources.var_dir()):
        # Not even noted: the note would be root's.
        raise BackupNotMade(f"{problem[0].upper()}{problem[1:]}")
    begun = datetime.datetime.now(datetime.UTC)
    before = record.last_backup()
    try:
        made = write(folder=folder, passphrase=passphrase_from(passphrase_file), keys=keys, keep=keep)
    except BackupNotMade as problem:
        last_good = before.last_good if before else ""
        when = begun.isoformat(timespec="seconds")
        record.note(record.Backup(when, folder.name, False, problem=str(problem), last_good=last_good))
        raise
    when = made.manifest.made_at
    record.note(record.Backup(when, made.path.name, True, made.size, made.seconds, made.sealed, last_good=when))
    return made


def write(*, folder: Path, passphrase: bytes | None, keys: bool = True, keep: int | None = None) -> Made:
    """Make a backup without noting it. Raises BackupNotMade."""
    started = time.monotonic()
    with _words_for_full_disks(folder), _alone(), _staging() as staging:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.resolve().is_relative_to(sources.media_dir().resolve()):
            raise BackupNotMade(f"{folder} is inside the folder of uploads; give another folder.")
        _sweep(folder)
        with _file(folder, SEALED if passphrase else PLAIN) as (target, final):
            manifest = _fill(target, staging, passphrase, keys)
            target.flush()
            os.fsync(target.fileno())
            size = target.tell()
        removed = _keep_newest(folder, keep)
    return Made(final, size, round(time.monotonic() - started, 1), passphrase is not None, manifest, removed)


@contextmanager
def _words_for_full_disks(folder: Path) -> Iterator[None]:
    """Turn what the system says into one line that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise BackupNotMade(
                f"There is not enough room for a backup, in {folder} or in {sources.var_dir()} ({error.strerror}). "
                "Make room, or give another folder."
            ) from error
        raise BackupNotMade(f"{error.filename or folder}: {error.strerror or error}.") from error


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the right to make a backup of this site."""
    with (sources.var_dir() / "backup.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupNotMade("Another backup is being made. Wait for it.") from None
        yield


@contextmanager
def _staging() -> Iterator[Path]:
    """Give an empty folder for copies of databases, on the disk where they are kept in the clear anyway."""
    path = sources.var_dir() / STAGING
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(mode=0o700)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _file(folder: Path, ending: str) -> Iterator[tuple[BinaryIO, Path]]:
    """Open a file that gets its name when everything in it is on disk, and vanishes where that does not happen."""
    while True:
        now = datetime.datetime.now(datetime.UTC)
        final = folder / f"commons-{now:%Y%m%dT%H%M%SZ}{ending}"
        if not final.exists():
            break
        time.sleep(0.1)
    unfinished = folder / f".{final.name}.unfinished"
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            fcntl.flock(target, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield target, final
            unfinished.rename(final)
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _fill(target: BinaryIO, staging: Path, passphrase: bytes | None, keys: bool) -> Manifest:
    """Write everything; return what was written."""
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    sink = Sealer(target, passphrase) if passphrase else target
    writer = archive.Writer(sink)
    if keys:
        writer.add_text(archive.KEYS, json.dumps(sources.secrets()))
    # All databases are copied before the first upload is.
    copies = {source.alias: _copy(source, staging) for source in sources.databases()}
    for database, path in copies.values():
        writer.add_file(database.member, path)
        path.unlink()
    gone = _add_media(writer)
    databases = {alias: database for alias, (database, _path) in copies.items()}
    manifest = Manifest(now, code_version(), databases, dict(writer.members), gone, keys)
    writer.add_text(archive.LAST, manifest.text())
    writer.finish()
    if isinstance(sink, Sealer):
        sink.finish()
    return manifest


def _copy(source: sources.Source, staging: Path) -> tuple[Database, Path]:
    """Copy a database into a file for the backup."""
    emptied = sources.emptied_tables()
    if source.engine == "sqlite":
        plain, packed = staging / f"{source.alias}.sqlite3", staging / f"{source.alias}{archive.SNAPSHOT}"
        sqlite.snapshot(source.path, plain, emptied)
        found = sqlite.tables(plain), sqlite.migrations(plain)
        size = plain.stat().st_size
        sqlite.pack(plain, packed)
        plain.unlink()
    elif source.engine == "postgresql":
        packed = staging / f"{source.alias}{archive.DUMP}"
        found = postgres.dump(source.alias, packed, emptied)
        size = packed.stat().st_size
    else:
        raise BackupNotMade(f"The database {source.alias!r} is of a kind that cannot be backed up: {source.engine}.")
    return Database(source.engine, f"databases/{packed.name}", size, *found), packed


def _add_media(writer: archive.Writer) -> list[str]:
    """Add every upload; return the names of those that were deleted meanwhile."""
    root = sources.media_dir()
    gone: list[str] = []
    for folder, _folders, names in os.walk(root):
        for path in sorted(Path(folder) / name for name in names):
            if path.is_symlink() or not path.is_file():
                continue
            name = path.relative_to(root).as_posix()
            try:
                writer.add_file(f"media/{name}", path)
            except FileNotFoundError:
                gone.append(name)
            except (OSError, UnicodeError) as error:
                if isinstance(error, OSError) and error.errno:
                    raise
                raise BackupNotMade(f"The upload {name!r} cannot be copied ({error}). Try again.") from error
    return gone


def _sweep(folder: Path) -> None:
    """Remove what backups that were killed have left; one that is still being written is locked."""
    for path in folder.iterdir():
        if UNFINISHED.fullmatch(path.name):
            with suppress(OSError), path.open("rb") as left:
                fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()


def _keep_newest(folder: Path, keep: int | None) -> list[str]:
    """Remove the oldest backups beyond so many; return their names."""
    if keep is None:
        return []
    ours = sorted((path for path in folder.iterdir() if OURS.fullmatch(path.name)), key=lambda path: path.name)
    removed = ours[: max(0, len(ours) - keep)]
    for path in removed:
        path.unlink(missing_ok=True)
    return [path.name for path in removed]
