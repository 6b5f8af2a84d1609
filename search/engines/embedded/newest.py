"""Which state of the index is the newest on disk, and what if it cannot be read?"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tantivy

from search.engines.base import EngineUnavailable
from search.engines.embedded.reader import Reader, guarded
from search.engines.generations import Generations


class Newest:
    """The newest state of the index, kept open until there is a newer one."""

    def __init__(self, generations: Generations) -> None:
        """Keep the place; nothing is opened before the first question."""
        self._generations = generations
        self._lock = threading.Lock()
        self._index: tantivy.Index | None = None
        self._path: Path | None = None
        self._reader: Reader | None = None

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Turn what an unusable index throws into EngineUnavailable, and leave word for whoever can mend it."""
        try:
            with guarded():
                yield
        except EngineUnavailable as error:
            # What was refused, and not found broken, has no cause.
            if error.__cause__ is not None:
                self._generations.suspect()
            raise

    def reader(self) -> Reader:
        """Return the newest state on disk; once more, where it was swapped away in between."""
        tried: list[Path | None] = [None]
        try:
            return self._opened(tried)
        except EngineUnavailable:
            if self._generations.current() in tried:
                raise
        return self._opened(tried)

    def _opened(self, tried: list[Path | None]) -> Reader:
        """Return the newest state on disk, and note which it is.

        The disk is looked at for every question: whoever saw that nothing waits in the outbox has to get an answer
        from the index that holds it.
        """
        with self._lock:
            path = self._generations.current()
            tried.append(path)
            if path is None:
                self._reader = self._index = self._path = None
                raise EngineUnavailable("There is no index that this version can read")
            with self.reading():
                state = (path / "meta.json").stat()
                generation = f"{path.name}:{state.st_mtime_ns}:{state.st_ino}"
                if self._reader is None or self._reader.generation != generation:
                    if self._index is None or self._path != path:
                        self._index = tantivy.Index.open(str(path))
                        self._index.config_reader("manual")
                        self._path = path
                    self._index.reload()
                    self._reader = Reader(self._index, generation)
            return self._reader
