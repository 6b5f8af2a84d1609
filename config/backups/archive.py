"""What does a backup look like? A tar file that any tar can unpack, whose end proves all that comes before it.

    VERSION            the version of this form
    keys.json          secrets of the environment
    databases/…        one file for each database
    media/…            what was uploaded
    manifest.json      what everything above has to be
    SHA256             the checksum of every byte before this member

The member SHA256 is written the same way every time, so that its own bytes can be compared as well.
"""

import hashlib
import io
import re
import tarfile
from pathlib import Path
from typing import BinaryIO

from config.backups.facts import Damaged, NotSealed, OtherVersion
from config.backups.sealing import FAMILY, Sink, Source, Unsealer

VERSION = 1
FIRST = "VERSION"
LAST = "manifest.json"
KEYS = "keys.json"
SEAL = "SHA256"
SNAPSHOT = ".sqlite3.gz"
DUMP = ".pgdump"
BLOCK = 256 * 1024
END = 2048  # bytes: one head of a member, one block with its text, two empty blocks
_NAME = re.compile(
    r"VERSION|manifest\.json|keys\.json|databases/[a-z][a-z0-9_]{0,40}(?:\.sqlite3\.gz|\.pgdump)|media/.+"
)


def may_stand(name: str) -> bool:
    """May a member have this name? No other leads only to places below the folder that it is unpacked to."""
    parts = name.split("/")
    return bool(_NAME.fullmatch(name)) and "\0" not in name and not any(part in {"", ".", ".."} for part in parts)


def ending(digest: str) -> bytes:
    """Return the last 2,048 bytes of a backup whose other bytes have this SHA-256, in hexadecimal digits."""
    text = f"{digest}\n".encode()
    info = tarfile.TarInfo(SEAL)
    info.size = len(text)
    info.mode = 0o600
    return info.tobuf(tarfile.USTAR_FORMAT) + text.ljust(512, b"\0") + bytes(1024)


class Writer:
    """Writes members one after the other and notes size and checksum of each."""

    def __init__(self, target: Sink) -> None:
        """Begin with the version of this form."""
        self._target = target
        self._digest = hashlib.sha256()
        self._written = 0
        self._tar = tarfile.TarFile(fileobj=self, mode="w", format=tarfile.PAX_FORMAT)  # type: ignore[arg-type]  # writing asks for `write` and `tell` only
        self.members: dict[str, dict[str, int | str]] = {}
        self.add_text(FIRST, f"{VERSION}\n")

    def write(self, data: bytes) -> int:
        """Take bytes of the tar file."""
        self._digest.update(data)
        self._target.write(data)
        self._written += len(data)
        return len(data)

    def tell(self) -> int:
        """Return how many bytes were written."""
        return self._written

    def add_text(self, name: str, text: str) -> None:
        """Add a small member."""
        data = text.encode()
        self.add(name, io.BytesIO(data), size=len(data))

    def add_file(self, name: str, path: Path) -> None:
        """Add a file. Raises FileNotFoundError, and OSError where it becomes shorter while it is read."""
        with path.open("rb") as source:
            state = path.stat()
            self.add(name, source, size=state.st_size, changed=int(state.st_mtime))

    def add(self, name: str, source: BinaryIO, *, size: int, changed: int = 0) -> None:
        """Add so many bytes of a source under a name; `changed` is in seconds since 1970."""
        info = tarfile.TarInfo(name)
        info.size = size
        info.mode = 0o600
        info.mtime = changed
        read = Checked(source)
        self._tar.addfile(info, read)  # type: ignore[arg-type]  # reading asks for `read` only
        self._tar.members.clear()  # type: ignore[attr-defined]  # not in the stubs: else every member is kept in memory
        self.members[name] = {"size": size, "sha256": read.digest.hexdigest()}

    def finish(self) -> None:
        """Write the end."""
        self._target.write(ending(self._digest.hexdigest()))


class Checked:
    """Reads on while noting the checksum of what was read."""

    def __init__(self, source: Source) -> None:
        """Begin."""
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        """Return at most so many bytes."""
        data = self._source.read(size)
        self.digest.update(data)
        return data


class Body:
    """Reads all of a backup but its end, which `finish` compares with what was read."""

    def __init__(self, source: Source) -> None:
        """Begin."""
        self._source = source
        self._digest = hashlib.sha256()
        self._held = bytearray()

    def read(self, size: int) -> bytes:
        """Return at most so many bytes, none where only the end is left."""
        while len(self._held) < size + END and (more := self._source.read(BLOCK)):
            self._held += more
        given = bytes(self._held[: max(0, min(size, len(self._held) - END))])
        del self._held[: len(given)]
        self._digest.update(given)
        return given

    def finish(self) -> None:
        """Read to the end. Raises Damaged where it does not prove what was read."""
        while self.read(BLOCK):
            pass
        if bytes(self._held) != ending(self._digest.hexdigest()):
            raise Damaged("The file is damaged or cut off: its checksum is not that of its content.")


def is_sealed(raw: BinaryIO) -> bool:
    """Does an opened file begin as a sealed backup does?"""
    start = raw.read(len(FAMILY))
    raw.seek(0)
    return start == FAMILY


def open_body(raw: BinaryIO, passphrase: bytes | None, *, plain: bool = False) -> Body:
    """Return the content of an opened backup, sealed, or where this is said, plain.

    Anybody can write a plain one, whatever its name, so it is taken only where it is said to be plain. It is read
    through once before anything in it is looked at; of a sealed one every part is proved when it is read.
    Raises Damaged, NotSealed, OtherVersion, or WrongPassphrase.
    """
    if is_sealed(raw):
        if plain:
            raise NotSealed("The file is sealed: leave --plain out.")
        return Body(Unsealer(raw, passphrase))
    if not plain:
        raise NotSealed(
            "The file is not sealed: anybody can have written it, whatever its name. Where you know that it is a plain "
            "backup of yours, give --plain."
        )
    Body(raw).finish()
    raw.seek(0)
    return Body(raw)


def check_version(text: bytes) -> None:
    """Raise OtherVersion where the form of the backup is not the one that this code knows."""
    if text != f"{VERSION}\n".encode():
        said = text.decode("ascii", "replace").strip()[:20]
        raise OtherVersion(f"The backup has form {said}; this version reads form {VERSION}. Take the version it is of.")
