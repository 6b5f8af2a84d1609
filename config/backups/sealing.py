"""How is a backup kept from whoever finds it, and how does a changed one show?

A sealed file is a head and chunks. The head holds the salt; from salt and passphrase scrypt makes two keys, one for
the text and one that signs the head. Each chunk of 64 KiB is ChaCha20-Poly1305 (RFC 8439), with the head as associated
data; its nonce is its number and, in the last byte, whether it is the last: the STREAM construction of Hoang,
Reyhanitabar, Rogaway and Vizár (CRYPTO 2015). So no chunk can be changed, moved, left out, added or cut off unnoticed.
"""

import hashlib
import hmac
import os
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from config import env_file
from config.backups.facts import BackupNotMade, Damaged, OtherVersion, WrongPassphrase

FAMILY = b"psa-commons sealed backup "
MAGIC = FAMILY + b"1\n"
COST = 17  # scrypt's n is 2 to this: 128 MiB and about half a second
COSTS = range(14, 21)  # what is accepted from a file; more would let a damaged head ask for all memory
SALT = 32
SIGNATURE = 32
HEAD = len(MAGIC) + 1 + SALT + SIGNATURE
CHUNK = 64 * 1024
TAG = 16
SHORTEST_PASSPHRASE = 16  # bytes


class Sink(Protocol):
    """Something to write to."""

    def write(self, data: bytes, /) -> object:
        """Take all of the data."""


class Source(Protocol):
    """Something to read from."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes, none at the end."""


def passphrase_from(path: str) -> bytes | None:
    """Return the passphrase that a file holds, without the line's end; None where no file is named.

    Raises BackupNotMade where the file cannot be read, is open to others, or holds less than 16 bytes: a backup that
    should be sealed is never made without.
    """
    if not path:
        return None
    try:
        with Path(path).open("rb") as source:
            mode = os.fstat(source.fileno()).st_mode
            passphrase = source.read().strip(b"\r\n")
    except OSError as error:
        raise BackupNotMade(f"The passphrase cannot be read: {path}: {error.strerror}.") from None
    if env_file.is_open(mode):
        raise BackupNotMade(f"The passphrase in {path} is open to others; do: chmod 600 {path}")
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise BackupNotMade(f"The passphrase in {path} is too short: give at least {SHORTEST_PASSPHRASE} characters.")
    return passphrase


def _keys(passphrase: bytes, salt: bytes, cost: int) -> tuple[bytes, bytes]:
    both = Scrypt(salt=salt, length=64, n=2**cost, r=8, p=1).derive(passphrase)
    return both[:32], both[32:]


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class Sealer:
    """Writes a sealed file; `finish` writes the last chunk, without which the file is not whole."""

    def __init__(self, target: Sink, passphrase: bytes) -> None:
        """Write the head."""
        salt = os.urandom(SALT)
        key, signing = _keys(passphrase, salt, COST)
        head = MAGIC + bytes([COST]) + salt
        self._head = head + hmac.digest(signing, head, hashlib.sha256)
        self._cipher = ChaCha20Poly1305(key)
        self._target = target
        self._waiting = bytearray()
        self._number = 0
        target.write(self._head)

    def write(self, data: bytes) -> None:
        """Seal every chunk that cannot be the last."""
        self._waiting += data
        done = 0
        while len(self._waiting) - done > CHUNK:
            self._seal(bytes(self._waiting[done : done + CHUNK]), last=False)
            done += CHUNK
        del self._waiting[:done]

    def finish(self) -> None:
        """Seal the rest as the last chunk."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last=last), chunk, self._head))
        self._number += 1


class Unsealer:
    """Reads a sealed file; gives out nothing that was not proved to be what was written."""

    def __init__(self, source: Source, passphrase: bytes | None) -> None:
        """Read the head. Raises Damaged, OtherVersion, or WrongPassphrase."""
        head = source.read(HEAD)
        if len(head) < HEAD:
            raise Damaged("The file ends within its head.")
        if not head.startswith(MAGIC):
            raise OtherVersion("The file is sealed in a way that this version does not know, or its head is damaged.")
        if passphrase is None:
            raise WrongPassphrase("The backup is sealed: name the file of its passphrase with --passphrase-file.")
        cost = head[len(MAGIC)]
        if cost not in COSTS:
            raise Damaged("The head of the file is damaged.")
        key, signing = _keys(passphrase, head[len(MAGIC) + 1 : -SIGNATURE], cost)
        if not hmac.compare_digest(hmac.digest(signing, head[:-SIGNATURE], hashlib.sha256), head[-SIGNATURE:]):
            raise WrongPassphrase("The passphrase is not the one of this backup, or the head of the file is damaged.")
        self._head = head
        self._cipher = ChaCha20Poly1305(key)
        self._source = source
        self._number = 0
        self._ahead = self._next()
        self._ready = b""

    def _next(self) -> bytes:
        chunk = b""
        while len(chunk) < CHUNK + TAG and (more := self._source.read(CHUNK + TAG - len(chunk))):
            chunk += more
        return chunk

    def read(self, size: int) -> bytes:
        """Return at most so many bytes, none at the end. Raises Damaged."""
        if not self._ready and (self._ahead or self._number == 0):
            sealed, self._ahead = self._ahead, self._next()
            try:
                self._ready = self._cipher.decrypt(_nonce(self._number, last=not self._ahead), sealed, self._head)
            except InvalidTag:
                where = HEAD + self._number * (CHUNK + TAG)
                raise Damaged(f"The file is damaged or cut off behind byte {where}.") from None
            self._number += 1
        given, self._ready = self._ready[:size], self._ready[size:]
        return given
