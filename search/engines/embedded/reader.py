"""What can be asked of one state of the index?"""

import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any, cast

import tantivy
from tantivy import Query

from search.engines.base import EngineUnavailable, Hit, Text
from search.engines.embedded.answers import Answers
from search.engines.embedded.schema import all_of, field_language

MANY_VALUES = 5_000
# Answers to questions that are asked again and again: counts are hundreds of numbers each, places a few.
_COUNTS, _PLACES = 160, 2_048


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


class _Split(dict[str, tuple[str, str]]):
    """Param and value of facet tokens; there are some hundred, and each is met with every question."""

    def __missing__(self, token: str) -> tuple[str, str]:
        if len(self) > MANY_VALUES:
            self.clear()
        param, _colon, value = token.partition(":")
        self[token] = param, value
        return param, value


_split = _Split()


class Stored(Mapping[str, Text]):
    """The texts of a hit as they are stored, read when the first of them is looked at."""

    def __init__(self, payload: bytes) -> None:
        """Keep what is stored."""
        self._payload = payload

    @cached_property
    def _texts(self) -> dict[str, Text]:
        return {language: Text(stamp, text) for language, (stamp, text) in json.loads(self._payload)["texts"].items()}

    def __getitem__(self, language: str) -> Text:
        return self._texts[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


class Reader:
    """One state of the index, opened."""

    def __init__(self, index: tantivy.Index, generation: str) -> None:
        """Take the searcher and see which languages there are."""
        self.searcher = index.searcher()
        self.generation = generation
        self.counts = Answers(_COUNTS)
        self.places = Answers(_PLACES)
        # The clauses of concepts, as many as there are concepts and ways to name them, with their vocabulary's version.
        self.concepts: dict[tuple[int, bool, int], tuple[Any, Query]] = {}
        # Every document has one kind. Documents that were replaced since the last merge are among these, as they are
        # among the frequencies of words.
        self.documents = sum(count for _term, count in self.searcher.terms_with_prefix("facet", "kind:"))
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

    def hit(self, address: tantivy.DocAddress) -> Hit:
        """Return a document as a hit."""
        document = self.searcher.doc(address)
        return Hit(cast(str, document.get_first("key")), Stored(cast(bytes, document.get_first("payload"))))

    def payload(self, address: tantivy.DocAddress) -> tuple[str, dict[str, Any]]:
        """Return key and stored data of a document."""
        document = self.searcher.doc(address)
        return cast(str, document.get_first("key")), json.loads(cast(bytes, document.get_first("payload")))

    def key(self, address: tantivy.DocAddress) -> str:
        """Return the key of a document."""
        return cast(str, self.searcher.doc(address).get_first("key"))

    def facet_counts(self, query: Query) -> dict[str, dict[str, int]]:
        """Return how many documents that match the query carry each facet token, by param and value."""
        answer = self.searcher.aggregate(query, {"all": {"terms": {"field": "facet", "size": MANY_VALUES}}})
        counts: dict[str, dict[str, int]] = defaultdict(dict)
        split = _split
        for bucket in answer["all"]["buckets"]:
            param, value = split[bucket["key"]]
            counts[param][value] = bucket["doc_count"]
        return dict(counts)
