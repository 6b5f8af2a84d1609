"""What is left of an uploaded file once everything that tells of people, places and programs is gone?

The file is opened in a process of its own, with bounds of memory and time: it may be made to break what reads it.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kb.anonymisation.kinds import (
    FILES,
    MAX_FILE_BYTES,
    MAX_PICTURE_BYTES,
    PICTURES,
    Fault,
    Kind,
    Refused,
    check_name,
    kind_of,
)

_PROJECT = Path(__file__).resolve().parent.parent.parent
_WAIT = 90  # seconds


@dataclass(frozen=True)
class Cleaned:
    """A file as it may be kept."""

    kind: Kind
    data: bytes

    @property
    def ending(self) -> str:
        """What its name ends in."""
        return "jpg" if self.kind == Kind.JPEG else self.kind.value


def clean_upload(file: BinaryIO, *, name: str, size: int, wanted: frozenset[Kind]) -> Cleaned:
    """Return the cleaned file, if it is of a wanted kind. Raises Refused.

    `wanted` is PICTURES or FILES. What is too large is refused before it is read.
    """
    if size == 0:
        raise Refused(Fault.EMPTY)
    most = MAX_PICTURE_BYTES if wanted == PICTURES else MAX_FILE_BYTES
    if size > most:
        raise Refused(Fault.TOO_LARGE)
    data = file.read(most + 1)
    if len(data) > most:
        raise Refused(Fault.TOO_LARGE)
    kind = kind_of(data)
    if kind not in wanted:
        raise Refused(Fault.UNKNOWN_KIND)
    check_name(name, kind)
    return _in_a_process(data)


def _in_a_process(data: bytes) -> Cleaned:
    command = [sys.executable, "-m", "kb.anonymisation"]
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            cwd=_PROJECT,
            env={"LC_ALL": "C.UTF-8"},
            timeout=_WAIT,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise Refused(Fault.TOO_HARD) from late
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace")
        raise Refused(Fault(said) if said in set(Fault) else Fault.TOO_HARD)
    kind, _line, cleaned = done.stdout.partition(b"\n")
    if not cleaned:
        raise Refused(Fault.EMPTY)
    return Cleaned(Kind(kind.decode()), cleaned)


__all__ = ["FILES", "PICTURES", "Cleaned", "clean_upload"]
