"""What must an engine be able to do? The port; every engine passes the same contract of tests."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

from kb.vocabulary import Vocabulary
from search.documents import Document
from search.query import SearchQuery
from search.snippets import Highlighter

MOST_HIDDEN = 500  # keys that a question may leave out

Counts = Mapping[str, Mapping[str, int]]  # param → value → works


class EngineUnavailable(Exception):
    """The index is missing, unreadable or of another make. Readers get the database's answer instead.

    `raised` counts how often that was in this process: a page that was made meanwhile may be a makeshift.
    """

    raised: ClassVar[int] = 0

    def __init__(self, *args: object) -> None:
        """Count it."""
        super().__init__(*args)
        EngineUnavailable.raised += 1


@dataclass(frozen=True)
class Text:
    """The indexed prose of one language version and the state of the row that it came from."""

    stamp: str
    text: str


@dataclass(frozen=True)
class Hit:
    """A work that was found."""

    key: str
    texts: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True)
class Results:
    """One page of what was found, and what was counted on the way; all of it within one audience."""

    hits: Sequence[Hit] = ()
    total: int = 0
    total_visible: int = 0
    page: int = 1
    counts: Counts = field(default_factory=dict)
    did_you_mean: str = ""
    make_highlighter: Callable[[], Highlighter] = Highlighter

    @cached_property
    def highlighter(self) -> Highlighter:
        """What marks the words of the query in texts; made when the first text is shown."""
        return self.make_highlighter()


@dataclass(frozen=True)
class Coverage:
    """How many works there are for each pair of uppermost facility type and threat."""

    cells: Mapping[tuple[int, int], int]
    counts: Counts
    total: int


# Given the keys of works that changed, returns their documents; keys without a document are to be removed.
CatchUp = Callable[[Sequence[str]], Sequence[Document]]


class Engine(ABC):
    """An index of works. `audience` are the tokens of the reader; no answer reaches beyond them.

    `hidden` are keys of works that the index may still show to more readers than may know of them: every answer is
    as if they were not there. Every method raises EngineUnavailable where the index cannot be used, or where more
    than MOST_HIDDEN keys are hidden.
    """

    @abstractmethod
    def generation(self) -> str:
        """Return a text that changes whenever readers may get other answers."""

    @abstractmethod
    def apply(self, documents: Sequence[Document], gone: Sequence[str]) -> None:
        """Put documents in the place of those with the same key, and remove the keys that are gone.

        Whoever asks after it has returned gets the new state: kept pages are made anew from then on.
        """

    @abstractmethod
    def rebuild(self, documents: Iterable[Document], catch_up: CatchUp) -> int:
        """Make a new index beside the old one and swap; return how many works it holds.

        Works that were applied meanwhile are taken from `catch_up` before the swap. Readers notice nothing. The new
        index is read back before it is used: one that does not hold what was written is refused, the old one stays.
        """

    @abstractmethod
    def sweep(self) -> None:
        """Take from the disk whatever no answer comes from any more."""

    @abstractmethod
    def check(self) -> None:
        """Raise EngineUnavailable where what is stored is damaged. Cheap enough for every round of the worker."""

    @abstractmethod
    def checksums(self) -> dict[str, str]:
        """Return the checksum of every indexed document by key, whatever its audience."""

    @abstractmethod
    def search(
        self, query: SearchQuery, audience: Sequence[int], vocabulary: Vocabulary, *, hidden: Collection[str] = ()
    ) -> Results:
        """Return a page of works. A page beyond the last one gives the last one."""

    @abstractmethod
    def counts(self, audience: Sequence[int], *, hidden: Collection[str] = ()) -> Counts:
        """Return how many works there are for each value of each facet."""

    @abstractmethod
    def count(self, audience: Sequence[int], *, hidden: Collection[str] = ()) -> int:
        """Return how many works there are."""

    @abstractmethod
    def coverage(self, audience: Sequence[int], *, hidden: Collection[str] = ()) -> Coverage:
        """Return the numbers of the coverage map."""

    @abstractmethod
    def suggest(
        self, prefix: str, audience: Sequence[int], limit: int = 8, *, hidden: Collection[str] = ()
    ) -> list[str]:
        """Return the keys of works with a title in which the typed words begin words."""

    @abstractmethod
    def similar(self, key: str, audience: Sequence[int], limit: int = 4) -> list[str]:
        """Return the keys of the works that share most concepts with a work, the closest first.

        Nothing is hidden here: whoever asks checks each work, so asks for more than are to be shown.
        """

    def cells(self, audience: Sequence[int], *, hidden: Collection[str] = ()) -> Mapping[tuple[int, int], int]:
        """Return how many works there are for each pair of uppermost facility type and threat."""
        return self.coverage(audience, hidden=hidden).cells
