"""What can be asked of one state of the index?"""

import json
import math
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import tantivy
from tantivy import Query

from search.engines.base import EngineUnavailable
from search.engines.embedded.schema import all_of, field_language

MANY_VALUES = 5_000


@contextmanager
def guarded() -> Iterator[None]:
    """Turn whatever an unusable index throws into EngineUnavailable; a panic is no Exception in Python."""
    try:
        yield
    except EngineUnavailable:
        raise
    except (OSError, ValueError, RuntimeError) as error:
        raise EngineUnavailable(str(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise EngineUnavailable(str(error)) from error


def count_of(found: Any) -> int:
    """Return how many documents a search found (the package's stubs do not know of it)."""
    return int(found.count or 0)


class Reader:
    """One state of the index, opened."""

    def __init__(self, index: tantivy.Index, generation: str) -> None:
        """Take the searcher and see which languages there are."""
        self.searcher = index.searcher()
        self.generation = generation
        self.remembered: OrderedDict[Any, Any] = OrderedDict()
        self.languages = tuple(
            dict.fromkeys(
                field_language(term.split(":")[1])
                for term, _count in self.searcher.terms_with_prefix("facet", "language:")
            )
        )

    def inverse_frequency(self, field: str, value: str) -> float:
        """Return how telling a term is (BM25's idf)."""
        frequency = self.searcher.doc_freq(field, value)
        return math.log(1 + (self.searcher.num_docs - frequency + 0.5) / (frequency + 0.5))

    def found_by(self, query: Query, audience: Query) -> bool:
        """Return whether anything within the audience matches."""
        return bool(self.searcher.search(all_of([query, audience]), 1, count=False).hits)

    def payload(self, address: tantivy.DocAddress) -> tuple[str, dict[str, Any]]:
        """Return key and stored data of a document."""
        document = self.searcher.doc(address)
        return cast(str, document.get_first("key")), json.loads(bytes(cast(bytes, document.get_first("payload"))))

    def key(self, address: tantivy.DocAddress) -> str:
        """Return the key of a document."""
        return cast(str, self.searcher.doc(address).get_first("key"))

    def facet_counts(self, query: Query) -> dict[str, dict[str, int]]:
        """Return how many documents that match the query carry each facet token, by param and value."""
        answer = self.searcher.aggregate(query, {"all": {"terms": {"field": "facet", "size": MANY_VALUES}}})
        counts: dict[str, dict[str, int]] = {}
        for bucket in answer["all"]["buckets"]:
            param, _colon, value = bucket["key"].partition(":")
            counts.setdefault(param, {})[value] = bucket["doc_count"]
        return counts
