"""Where does an index on disk live, which one is in use, and who may write?

<root>/current            the name of the directory in use; replaced in one step
<root>/<make>-<time>/     one index; the make says which code can read it
<root>/<…>.changed        keys that changed while that index is being built
<root>/suspect            there where answers failed though an index stands; whoever writes looks at the files then
<root>/*.lock             held by whoever writes or rebuilds; the system lets go of them when a process ends
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class RebuildRunning(Exception):
    """Another process is making a new index."""


class Generations:
    """The directories of one index."""

    def __init__(self, root: Path, make: str) -> None:
        """Keep the paths; nothing is made before it is needed."""
        self.root = root
        self.make = make
        self._current = root / "current"
        self._known: Path | None = None

    def current(self) -> Path | None:
        """Return the directory in use, or None where there is none that this code can read."""
        try:
            # Every question asks: what a path object does besides would be a part of the answer's time.
            pointer = os.open(self._current, os.O_RDONLY)
            try:
                name = os.read(pointer, 256).decode("ascii").strip()
            finally:
                os.close(pointer)
        except (OSError, UnicodeDecodeError):
            return None
        path = self._known
        if path is None or path.name != name:
            path = self.root / name
            if not name.startswith(f"{self.make}-") or path.parent != self.root:
                return None
            self._known = path
        return path if path.is_dir() else None

    @contextmanager
    def _locked(self, name: str, *, wait: bool) -> Iterator[None]:
        self._make_room(name)
        with (self.root / f"{name}.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the right to write to the index in use and to swap it; waits for others."""
        with self._locked("write", wait=True):
            yield

    @contextmanager
    def building(self) -> Iterator[Path]:
        """Make an empty directory for a new index and hold the right to fill it.

        Raises RebuildRunning where another process does.
        """
        try:
            with self._locked("rebuild", wait=False):
                with self.writing():
                    self._clear()
                    path = self.root / f"{self.make}-{time.time_ns()}"
                    path.mkdir()
                    self._journal(path).touch()
                try:
                    yield path
                except BaseException:
                    # What is not in use is not wanted. After a kill the next one clears it away.
                    if path != self.current():
                        shutil.rmtree(path, ignore_errors=True)
                    raise
                finally:
                    self._journal(path).unlink(missing_ok=True)
        except BlockingIOError:
            raise RebuildRunning from None

    def sweep(self) -> None:
        """Remove what unfinished rebuilds left, and every index but the one in use.

        Raises RebuildRunning where another process makes a new one.
        """
        try:
            with self._locked("rebuild", wait=False), self.writing():
                self._clear()
        except BlockingIOError:
            raise RebuildRunning from None

    def note(self, keys: Iterable[str]) -> None:
        """Tell a rebuild that is under way what changed meanwhile; call it while writing."""
        lines = "".join(f"{key}\n" for key in keys)
        for journal in self.root.glob("*.changed"):
            with journal.open("a", encoding="ascii") as handle:
                handle.write(lines)

    def noted(self, path: Path) -> list[str]:
        """Return what changed since the rebuild into this directory began."""
        journal = self._journal(path)
        return list(dict.fromkeys(journal.read_text(encoding="ascii").split())) if journal.exists() else []

    def swap(self, path: Path) -> None:
        """Bring the directory into use; call it while writing."""
        waiting = self.root / "current.new"
        with waiting.open("w", encoding="ascii") as handle:
            handle.write(path.name)
            handle.flush()
            os.fsync(handle.fileno())
        waiting.replace(self.root / "current")
        self.trust()

    def suspect(self) -> None:
        """Note that an answer failed though an index stands."""
        with suppress(OSError):
            (self.root / "suspect").touch()

    def suspected(self) -> bool:
        """Did an answer fail since the files were found sound?"""
        return (self.root / "suspect").exists()

    def trust(self) -> None:
        """Note that the files are sound."""
        with suppress(OSError):
            (self.root / "suspect").unlink(missing_ok=True)

    def _make_room(self, name: str) -> None:
        """Make the folder, and take away what stands where a file of ours belongs: everything here can be made anew."""
        self.root.mkdir(parents=True, exist_ok=True)
        for path in (self.root / f"{name}.lock", self.root / "current", self.root / "current.new"):
            if path.is_dir():
                shutil.rmtree(path)

    def _journal(self, path: Path) -> Path:
        return path.with_name(path.name + ".changed")

    def _clear(self) -> None:
        """Remove what unfinished rebuilds left, and every index but the one in use."""
        keep = self.current()
        for path in self.root.iterdir():
            if path.is_dir() and path != keep:
                shutil.rmtree(path, ignore_errors=True)
            elif path.suffix == ".changed":
                path.unlink(missing_ok=True)
