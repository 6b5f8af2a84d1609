"""How do documents get into an index, and how is a new one filled?"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy

from search.documents import Document
from search.engines.embedded.integrity import Sample, compare
from search.engines.embedded.schema import SCHEMA, as_tantivy

HEAP = 50_000_000  # bytes of a writer


def write(index: tantivy.Index, documents: Iterable[Document], replaced: Sequence[str]) -> None:
    """Remove the documents of these keys and add others, in one commit; all or nothing."""
    writer = index.writer(heap_size=HEAP, num_threads=1)
    try:
        for key in replaced:
            writer.delete_documents_by_term("key", key)
        for document in documents:
            writer.add_document(as_tantivy(document))
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    writer.wait_merging_threads()


def fill(path: Path, documents: Iterable[Document]) -> int:
    """Make an index in an empty directory, read back what it holds, and return how many works these are.

    Raises EngineUnavailable where it holds anything else than what was written.
    """
    sample = Sample()
    write(tantivy.Index(SCHEMA, path=str(path)), sample.noting(documents), [])
    compare(path, sample, whole=True)
    return sample.count


def catch_up(path: Path, documents: Iterable[Document], replaced: Sequence[str]) -> None:
    """Bring into a new index what changed while it was being filled, and read it back."""
    sample = Sample()
    write(tantivy.Index.open(str(path)), sample.noting(documents), replaced)
    compare(path, sample, whole=False)
