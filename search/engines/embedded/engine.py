"""How does an index inside this process answer, and how is it written?"""

import math
import time
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Query

from kb.vocabulary import Vocabulary
from search.analysis import words
from search.documents import Document
from search.engines.base import CatchUp, Counts, Coverage, Engine, EngineUnavailable, Results
from search.engines.embedded import writer
from search.engines.embedded.integrity import damage
from search.engines.embedded.newest import Newest
from search.engines.embedded.plan import Plan
from search.engines.embedded.reader import MANY_VALUES, Reader, count_of, guarded
from search.engines.embedded.schema import MAKE, SCHEMA, all_of, term_query, within
from search.engines.embedded.similar import similar
from search.engines.generations import Generations
from search.query import MAX_PAGE, PER_PAGE, SearchQuery

CHECK_EVERY = 3_600  # seconds between two readings of all files
SUSPECT_EVERY = 10  # seconds between two readings because answers failed


_Whose = tuple[tuple[int, ...], frozenset[str]]


def _whose(audience: Sequence[int], hidden: Collection[str]) -> _Whose:
    """Return by what the answers of different readers are told apart."""
    return tuple(audience), frozenset(hidden)


def _narrowed(plan: Plan, without: str = "") -> tuple[Any, ...]:
    """Return by what the answers to different queries are told apart, selected values of one facet left out."""
    query = plan.query
    chosen = tuple(sorted(query.selection_without(without).items()))
    words = (query.language, query.words, query.phrases, query.title_words, query.excluded)
    return chosen, words, query.filters, query.excluded_filters, plan.vocabulary_version


class EmbeddedEngine(Engine):
    """An index on disk, read and written inside the processes of the site."""

    def __init__(self, root: Path | str) -> None:
        """Keep the place; the index opens with the first question."""
        self.generations = Generations(Path(root), MAKE)
        self._newest = Newest(self.generations)
        self._checked: Path | None = None
        self._checked_at = 0.0

    # Reading

    def generation(self) -> str:
        """Return directory and time of the last commit."""
        return self._newest.reader().generation

    def search(
        self, query: SearchQuery, audience: Sequence[int], vocabulary: Vocabulary, *, hidden: Collection[str] = ()
    ) -> Results:
        """Return a page of works; see the port."""
        reader = self._newest.reader()
        with self._newest.reading():
            visible = self._count(reader, audience, hidden)
            plan = Plan(query, audience, reader, vocabulary, hidden, visible)
            asked = plan.asked()
            whole = plan.whole(asked)
            found, page, total = self._found(reader, plan, whole, asked, _whose(audience, hidden))
            return Results(
                hits=[reader.hit(address) for _score, address in found],
                total=total,
                total_visible=visible,
                page=page,
                counts=self._facets(reader, plan, asked, _whose(audience, hidden)),
                did_you_mean=plan.correction(),
                make_highlighter=plan.highlighter,
            )

    def _found(self, reader: Reader, plan: Plan, whole: Query, asked: Query | None, whose: _Whose) -> Any:
        """Return a page of hits; without words it is what the first page and topics show, and is kept."""
        if asked is not None:
            return self._page(reader, plan.query, whole, ranked=True)
        key = ("page", whose, plan.query.sort, plan.query.page, *_narrowed(plan))
        return reader.places.remember(key, lambda: self._page(reader, plan.query, whole, ranked=False))

    def _page(self, reader: Reader, query: SearchQuery, whole: Query, *, ranked: bool) -> tuple[list[Any], int, int]:
        order: dict[str, Any] = {"order_by_field": query.sort if query.sort != "relevance" else "newest"}
        if ranked and query.sort == "relevance":
            order = {"weight_by_field": "prior"}
        # The hits of the pages before are found on the way: whoever asks for a page too many costs no second search.
        found = reader.searcher.search(whole, query.page * PER_PAGE, **order)
        total = count_of(found)
        page = min(query.page, max(math.ceil(total / PER_PAGE), 1), MAX_PAGE)
        start = (page - 1) * PER_PAGE
        return list(found.hits[start : start + PER_PAGE]), page, total

    def _facets(self, reader: Reader, plan: Plan, asked: Query | None, whose: _Whose) -> Counts:
        """Return the counts of all facets, each as if nothing of its own were selected."""

        def counted(without: str) -> dict[str, dict[str, int]]:
            answer: dict[str, dict[str, int]] = reader.counts.remember(
                ("facets", whose, *_narrowed(plan, without)),
                lambda: reader.facet_counts(plan.whole(asked, without)),
            )
            return answer

        counts = dict(counted(""))
        for param, values in plan.query.selected.items():
            if values:
                counts[param] = counted(param).get(param, {})
        return counts

    def counts(self, audience: Sequence[int], *, hidden: Collection[str] = ()) -> Counts:
        """Return the counts of everything within the audience."""
        reader = self._newest.reader()
        with self._newest.reading():
            return self._counts(reader, audience, hidden)

    def _counts(self, reader: Reader, audience: Sequence[int], hidden: Collection[str]) -> Counts:
        counts: Counts = reader.counts.remember(
            ("all facets", _whose(audience, hidden)),
            lambda: reader.facet_counts(within(audience, hidden)),
        )
        return counts

    def count(self, audience: Sequence[int], *, hidden: Collection[str] = ()) -> int:
        """Return how many works are within the audience."""
        reader = self._newest.reader()
        with self._newest.reading():
            return self._count(reader, audience, hidden)

    def _count(self, reader: Reader, audience: Sequence[int], hidden: Collection[str]) -> int:
        total: int = reader.places.remember(
            ("count", _whose(audience, hidden)),
            lambda: count_of(reader.searcher.search(within(audience, hidden), 1)),
        )
        return total

    def coverage(self, audience: Sequence[int], *, hidden: Collection[str] = ()) -> Coverage:
        """Return the numbers of the coverage map."""
        reader = self._newest.reader()

        def counted() -> dict[tuple[int, int], int]:
            answer = reader.searcher.aggregate(
                within(audience, hidden), {"all": {"terms": {"field": "cell", "size": MANY_VALUES}}}
            )
            pairs = ((bucket["key"].split(":"), bucket["doc_count"]) for bucket in answer["all"]["buckets"])
            return {(int(place), int(threat)): count for (place, threat), count in pairs}

        with self._newest.reading():
            cells = reader.counts.remember(("cells", _whose(audience, hidden)), counted)
            return Coverage(cells, self._counts(reader, audience, hidden), self._count(reader, audience, hidden))

    def suggest(
        self, prefix: str, audience: Sequence[int], limit: int = 8, *, hidden: Collection[str] = ()
    ) -> list[str]:
        """Return works whose title holds the typed words, the last one perhaps unfinished."""
        typed = words(prefix)[:8]
        if not typed:
            return []
        reader = self._newest.reader()
        with self._newest.reading():
            clauses = [term_query("title", word) for word in typed[:-1]]
            clauses.append(Query.fuzzy_term_query(SCHEMA, "title", typed[-1], distance=0, prefix=True))
            whole = all_of([*clauses, within(audience, hidden)])
            found = reader.searcher.search(whole, limit, order_by_field="evidence")
            return [reader.key(address) for _score, address in found.hits]

    def similar(self, key: str, audience: Sequence[int], limit: int = 4) -> list[str]:
        """Return works that share concepts; place, threat and measure count more than the rest."""
        reader = self._newest.reader()
        with self._newest.reading():
            asked = ("similar", key, tuple(audience), limit)
            keys: list[str] = reader.places.remember(asked, lambda: similar(reader, key, audience, limit))
            return keys

    def checksums(self) -> dict[str, str]:
        """Return the checksum of every document."""
        reader = self._newest.reader()
        with self._newest.reading():
            total = reader.searcher.num_docs
            found = reader.searcher.search(Query.all_query(), total, count=False).hits if total else []
            pairs = (reader.payload(address) for _score, address in found)
            return {key: str(payload["sum"]) for key, payload in pairs}

    # Writing

    def apply(self, documents: Sequence[Document], gone: Sequence[str]) -> None:
        """Replace and remove documents in one commit."""
        keys = [*(document.key for document in documents), *gone]
        with guarded(), self.generations.writing():
            path = self.generations.current()
            if path is None:
                raise EngineUnavailable("There is no index to write to")
            writer.write(tantivy.Index.open(str(path)), documents, keys)
            self.generations.note(keys)

    def rebuild(self, documents: Iterable[Document], catch_up: CatchUp) -> int:
        """Fill a new directory and swap; what was applied meanwhile is applied to it before the swap."""
        with guarded(), self.generations.building() as path:
            count = writer.fill(path, documents)
            with self.generations.writing():
                changed = self.generations.noted(path)
                if changed:
                    writer.catch_up(path, catch_up(changed), changed)
                self.generations.swap(path)
        return count

    def sweep(self) -> None:
        """Remove every index but the one in use. Raises RebuildRunning where another process makes one."""
        self.generations.sweep()

    def check(self) -> None:
        """Read the files again where an answer failed, and now and then where none did."""
        path = self.generations.current()
        if path is None:
            raise EngineUnavailable("There is no index that this version can read")
        rested = time.monotonic() - self._checked_at
        due = path != self._checked or rested > CHECK_EVERY
        if not due and not (rested > SUSPECT_EVERY and self.generations.suspected()):
            return
        with guarded(), self.generations.writing():
            found = damage(path) if path == self.generations.current() else ""
        if found:
            raise EngineUnavailable(f"The index is damaged: {found}")
        self.generations.trust()
        self._checked, self._checked_at = path, time.monotonic()
