"""Is what lies on disk what was written? Checksums of the files, and a sample of the documents read back."""

import json
import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import tantivy

from search.documents import Document
from search.engines.base import EngineUnavailable
from search.engines.embedded.reader import Reader, count_of
from search.engines.embedded.schema import term_query

# Every file of a segment ends with a footer in JSON, its length and this number (tantivy, directory/footer.rs).
MAGIC = 1337
PARTS = ("fast", "fieldnorm", "idx", "pos", "store", "term")
CHUNK = 1 << 20  # bytes
MOST_SAMPLED = 1_000  # documents that are read back from a new index


def damage(path: Path) -> str:
    """Say which file of an index is missing or not what was written; empty where all are sound.

    Reads every file once. Call it while nobody writes. Raises OSError where a file cannot be read.
    """
    try:
        meta = json.loads((path / "meta.json").read_text(encoding="utf-8"))
        names = [name for segment in meta["segments"] for name in _files(segment)]
    except (ValueError, KeyError, TypeError):
        return "meta.json cannot be read"
    return next((f"{name} is not what was written" for name in names if not _is_sound(path / name)), "")


def _files(segment: dict[str, object]) -> list[str]:
    stem = str(segment["segment_id"]).replace("-", "")
    deleted = segment.get("deletes")
    gone = [f"{stem}.{deleted['opstamp']}.del"] if isinstance(deleted, dict) else []
    return [f"{stem}.{part}" for part in PARTS] + gone


def _is_sound(path: Path) -> bool:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            file.seek(max(size - 8, 0))
            length, magic = struct.unpack("<II", file.read(8))
            left = size - 8 - length
            if magic != MAGIC or left < 0:
                return False
            file.seek(left)
            expected = json.loads(file.read(length))["crc"]
            file.seek(0)
            found = 0
            while left and (piece := file.read(min(left, CHUNK))):
                found = zlib.crc32(piece, found)
                left -= len(piece)
    except (FileNotFoundError, IsADirectoryError, struct.error, ValueError, KeyError, TypeError):
        return False
    return bool(found == expected)


class Sample:
    """Counts documents on their way into an index, and keeps the checksums of some, spread over all of them."""

    def __init__(self) -> None:
        """Begin with every document; the more there are, the fewer of them are kept."""
        self.count = 0
        self.sums: dict[str, str] = {}
        self._every = 1

    def noting(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield the documents."""
        for document in documents:
            if self.count % self._every == 0:
                self.sums[document.key] = document.checksum()
                if len(self.sums) > MOST_SAMPLED:
                    self.sums = dict(list(self.sums.items())[::2])
                    self._every *= 2
            self.count += 1
            yield document


def compare(path: Path, sample: Sample, *, whole: bool) -> None:
    """Open an index anew and hold it against what was written. Raises EngineUnavailable where it is another.

    `whole` says that the sample counted all that the index has to hold.
    """
    found = damage(path)
    if found:
        raise EngineUnavailable(f"The new index is damaged: {found}")
    reader = Reader(tantivy.Index.open(str(path)), "compared")
    held = int(reader.searcher.num_docs)
    if whole and held != sample.count:
        raise EngineUnavailable(f"The new index holds {held} works instead of {sample.count}")
    for key, checksum in sample.sums.items():
        hits = reader.searcher.search(term_query("key", key), 2)
        if count_of(hits) != 1 or reader.payload(hits.hits[0][1])[1]["sum"] != checksum:
            raise EngineUnavailable(f"The new index does not hold work {key} as it was written")
