"""In which encoding is a text file written?"""

import codecs
from pathlib import Path

from kb.importing.files.base import FileUnusable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 1_000_000
NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a byte order mark",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252 (guessed: it is not UTF-8)",
    "latin-1": "Latin-1 (guessed: it is not UTF-8)",
}


def _is(path: Path, encoding: str) -> bool:
    """Can the whole file be read in this encoding?"""
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as handle:
        while block := handle.read(_SAMPLE):
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                return False
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _wide(sample: bytes) -> str:
    """Return the name of UTF-16 without a mark where every second byte of Latin text is zero; else nothing."""
    half = max(len(sample) // 2, 1)
    if sample[1::2].count(0) > half * 0.4 and sample[0::2].count(0) < half * 0.05:
        return "utf-16-le"
    if sample[0::2].count(0) > half * 0.4 and sample[1::2].count(0) < half * 0.05:
        return "utf-16-be"
    return ""


def encoding_of(path: Path, wished: str = "") -> str:
    """Return the name of a file's encoding as Python knows it: the wished one, else what the bytes say.

    A mark at the beginning decides, then whether all of it is UTF-8, then whether it can be Windows-1252; anything
    is Latin-1. Raises FileUnusable for an encoding that nobody knows or that the file is not written in, and for
    a file that holds no text.
    """
    if wished:
        try:
            name = codecs.lookup(wished).name
            codecs.getincrementaldecoder(name)
            "a".encode(name).decode(name)
        except (LookupError, TypeError, ValueError):
            raise FileUnusable(f"{wished!r} is no encoding. Try utf-8, utf-16, cp1252 or iso8859-2.") from None
        if not _is(path, name):
            raise FileUnusable(f"The file is not written in {wished}. Leave --encoding out to have it found out.")
        return "utf-8-sig" if name == "utf-8" else name
    with path.open("rb") as handle:
        sample = handle.read(_SAMPLE)
    for mark, name in _MARKS:
        if sample.startswith(mark):
            if not _is(path, name):
                raise FileUnusable(f"The file begins like {NAMES[name]}, but is not written in it. Save it as UTF-8.")
            return name
    if (wide := _wide(sample)) and _is(path, wide):
        return wide
    if sample.count(0) > len(sample) * 0.01:
        raise FileUnusable("The file holds no text. Save it as CSV, JSON lines or XLSX.")
    return next(name for name in ("utf-8", "cp1252", "latin-1") if _is(path, name))
