"""What runs in the process that opens a stranger's file? Little memory, little time, no files to write."""

import resource
import sys

from kb.anonymisation import docx, odt, pdf, pictures, texts
from kb.anonymisation.kinds import PICTURES, Fault, Kind, Refused, kind_of

MEMORY = 1_500_000_000  # bytes of addresses, libraries included
SECONDS = 60
REFUSED = 3
_CLEAN = {Kind.PDF: pdf.clean, Kind.DOCX: docx.clean, Kind.ODT: odt.clean, Kind.TEXT: texts.clean}


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _cleaned(data: bytes) -> tuple[Kind, bytes]:
    kind = kind_of(data)
    if kind in PICTURES:
        cleaned, written_as = pictures.clean(data)
        return written_as, cleaned
    return kind, _CLEAN[kind](data)


def main() -> int:
    """Read a file from standard input; write its kind and what is left of it, or why it is refused."""
    _limit()
    try:
        kind, cleaned = _cleaned(sys.stdin.buffer.read())
    except Refused as refusal:
        sys.stderr.write(refusal.fault.value)
        return REFUSED
    except (MemoryError, RecursionError):
        sys.stderr.write(Fault.TOO_HARD.value)
        return REFUSED
    sys.stdout.buffer.write(kind.value.encode() + b"\n")
    sys.stdout.buffer.write(cleaned)
    return 0


if __name__ == "__main__":
    sys.exit(main())
