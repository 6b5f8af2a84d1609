"""Is a file a whole backup, and what is in it? Reads it once, trusts nothing, and unpacks only where it is told to."""

import hashlib
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from config.backups import archive, manifest
from config.backups.facts import Damaged, NotSealed
from config.backups.manifest import Manifest

BLOCK = 1024 * 1024
LONGEST_MANIFEST = 512 * BLOCK  # bytes; a line for each upload
_DAMAGE = (tarfile.TarError, EOFError, ValueError, OverflowError)

SEALED = ".sealed"

Place = Callable[[str], Path | None]


def verify(path: Path, passphrase: bytes | None, *, plain: bool = False) -> Manifest:
    """Return what is in a backup, after every byte of it was looked at; nothing is written.

    A plain one is taken only where it is said to be one. Raises Damaged, NotSealed, WrongPassphrase or OtherVersion,
    and OSError where the file cannot be read.
    """
    return unpack(path, passphrase, lambda name: None, plain=plain)


def unpack(path: Path, passphrase: bytes | None, place: Place, *, plain: bool = False) -> Manifest:
    """Write the members of a backup to where `place` says, none where it says None; return what is in the backup.

    Whoever calls it throws away what was written where it raises: Damaged, NotSealed, WrongPassphrase, OtherVersion,
    or OSError.
    """
    if plain and path.name.endswith(SEALED):
        raise NotSealed(f"Its name ends in {SEALED}, as only that of a sealed backup does: leave --plain out.")
    with path.open("rb") as raw:
        body = archive.open_body(raw, passphrase, plain=plain)
        try:
            with tarfile.open(fileobj=body, mode="r|", bufsize=archive.BLOCK) as tar:  # type: ignore[call-overload]  # the stubs want a file that seeks; a stream need not
                found, told = _members(tar, place)
        except _DAMAGE as error:
            raise Damaged(f"The content of the file cannot be read: {error}") from None
        body.finish()
    if told is None:
        raise Damaged("The manifest is missing.")
    state = manifest.read(told)
    _compare(found, state)
    return state


def _members(tar: tarfile.TarFile, place: Place) -> tuple[dict[str, dict[str, int | str]], bytes | None]:
    """Go through all members; return size and checksum of each but the manifest, and the manifest's text."""
    found: dict[str, dict[str, int | str]] = {}
    told: bytes | None = None
    for info in tar:
        tar.members.clear()  # type: ignore[attr-defined]  # not in the stubs: else every member is kept in memory
        _check(info, found, after_manifest=told is not None)
        source = tar.extractfile(info)
        if source is None:
            raise Damaged(f"{info.name!r} is not a file.")
        if info.name == archive.LAST:
            if info.size > LONGEST_MANIFEST:
                raise Damaged("The manifest is longer than any can be.")
            told = source.read()
            continue
        if info.name == archive.FIRST:
            if info.size > 100:
                raise Damaged("The version is longer than any can be.")
            text = source.read()
            archive.check_version(text)
            found[info.name] = {"size": len(text), "sha256": hashlib.sha256(text).hexdigest()}
            continue
        target = place(info.name)
        found[info.name] = _copy(source, info, target)  # type: ignore[arg-type]  # a member that is a file has content
    return found, told


def _check(info: tarfile.TarInfo, found: dict[str, dict[str, int | str]], *, after_manifest: bool) -> None:
    """Raise Damaged for a member that no backup has."""
    if not found and info.name != archive.FIRST:
        raise Damaged("This is not a backup of PSA Commons.")
    if after_manifest:
        raise Damaged(f"{info.name!r} stands behind the manifest; it does not belong there.")
    if info.type not in {tarfile.REGTYPE, tarfile.AREGTYPE} or info.sparse is not None:
        raise Damaged(f"{info.name!r} is not a plain file; a backup holds nothing else.")
    if not archive.may_stand(info.name):
        raise Damaged(f"{info.name!r} is a name that no backup holds.")
    if info.name in found:
        raise Damaged(f"{info.name!r} is there twice.")


def _copy(source: BinaryIO, info: tarfile.TarInfo, target: Path | None) -> dict[str, int | str]:
    """Read a member to its end, into a new file where there is a target; return its size and checksum."""
    checked = archive.Checked(source)
    size = 0
    if target is None:
        while data := checked.read(BLOCK):
            size += len(data)
    else:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as written:
            while data := checked.read(BLOCK):
                size += len(data)
                written.write(data)
            written.flush()
            os.fsync(written.fileno())
        os.utime(target, (info.mtime, info.mtime))
    if size != info.size:
        raise Damaged(f"{info.name!r} is cut off.")
    return {"size": size, "sha256": checked.digest.hexdigest()}


def _compare(found: dict[str, dict[str, int | str]], state: Manifest) -> None:
    """Raise Damaged where the members are not those of the manifest."""
    for name in state.members:
        if name not in found:
            raise Damaged(f"{name!r} is missing.")
        if found[name] != state.members[name]:
            raise Damaged(f"{name!r} has changed.")
    for name in found:
        if name not in state.members:
            raise Damaged(f"{name!r} does not belong there.")
    for alias, database in state.databases.items():
        ending = archive.SNAPSHOT if database.engine == "sqlite" else archive.DUMP
        if database.member != f"databases/{alias}{ending}" or database.member not in found:
            raise Damaged(f"The manifest names no file for the database {alias!r}.")
