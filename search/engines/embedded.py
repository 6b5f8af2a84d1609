"""How does an index inside this process answer? The only file that imports tantivy."""

import json
import math
import re
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib.metadata import version as version_of
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import tantivy
from tantivy import Filter, Occur, Query, Tokenizer

from kb.vocabulary import Vocabulary
from search.analysis import CUT_AT, LANGUAGES, STEMMED, distance, fold, raw_words, stop_words, words
from search.documents import Document
from search.engines.base import CatchUp, Counts, Coverage, Engine, EngineUnavailable, Hit, Results, Text
from search.engines.generations import Generations
from search.query import MAX_PAGE, PER_PAGE, SearchQuery
from search.snippets import Highlighter
from search.synonyms import Named, synonyms

MAKE = f"v1-tantivy{version_of('tantivy')}"  # another schema or another engine cannot read the directory
RELOAD_AFTER = 0.2  # seconds between two looks at the disk
HEAP = 50_000_000  # bytes of a writer
MANY_VALUES = 5_000
_REMEMBERED = 512  # answers to questions that are asked again and again

# Weights, chosen on judged questions (docs/decisions): what stands in a title or side by side counts more.
EXACT, TIE, OWN_LANGUAGE = 0.5, 0.2, 1.1
TITLE, PAIR, ALL_WORDS, CONCEPT, FUZZY, CORRECTED = 0.8, 0.25, 0.5, 2.0, 0.5, 0.8
SHORT = 6  # words up to which a query is taken for a name of something, not for a sentence
CHECKED_WORDS = 12  # words of a query that are tested for typing errors

_stemmers: dict[str, tantivy.TextAnalyzer] = {}
_stemming = threading.Lock()


def _stem(language: str, word: str) -> str:
    with _stemming:
        if language not in _stemmers:
            builder = tantivy.TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stemmer(STEMMED[language]))
            _stemmers[language] = builder.build()
        found = _stemmers[language].analyze(word)
    return found[0] if found else word


@lru_cache(maxsize=400_000)
def forms(language: str, word: str) -> tuple[str, ...]:
    """Return the forms under which a word in small letters is indexed; the last one does not depend on accents.

    Two, where a stemmer brings the word elsewhere with its accents than without them: then readers who type
    accents and readers who do not both find it.
    """
    folded = fold(word)
    if language not in STEMMED:
        return (folded[:CUT_AT],)
    plain = fold(_stem(language, folded))
    if word == folded:
        return (plain,)
    # The Romanian stemmer knows the letters with cedilla; readers type those with comma.
    accented = fold(_stem(language, word.replace("ș", "ş").replace("ț", "ţ")))
    return (plain,) if accented == plain else (accented, plain)


@lru_cache(maxsize=400_000)
def _indexed_forms(language: str, word: str) -> tuple[str, ...]:
    return () if fold(word) in stop_words(language) else forms(language, word)


def stem(language: str, word: str) -> str:
    """Return the form of a word by which labels are compared."""
    return forms(language, word)[-1]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", tokenizer_name="raw", index_option="basic", stored=True)
    for language in LANGUAGES:
        builder.add_text_field(f"body_{language}", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("exact", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("title", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("facet", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_text_field("cell", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_unsigned_field("audience", indexed=True, fast=True)
    builder.add_unsigned_field("newest", fast=True)
    builder.add_unsigned_field("evidence", fast=True)
    builder.add_float_field("prior", fast=True)
    builder.add_bytes_field("payload", stored=True)
    return builder.build()


SCHEMA = _schema()


def _field_language(language: str) -> str:
    return language if language in LANGUAGES else "en"


def _as_tantivy(document: Document) -> tantivy.Document:
    fields: dict[str, Any] = {"key": document.key, "exact": [], "title": []}
    for version in document.versions:
        language = _field_language(version.language)
        prose = "\n".join((version.title, version.title, version.summary, version.text, version.extra))
        tokens = [form for word in raw_words(prose) for form in _indexed_forms(language, word)]
        fields.setdefault(f"body_{language}", []).append(" ".join(tokens))
        fields["title"].append(" ".join(words(version.title)))
        pieces = (version.title, version.summary, *version.text.split("\n"), *version.extra.split("\n"))
        fields["exact"] += [" ".join(words(piece)) for piece in pieces if piece]
    payload = {
        "texts": {version.language: [version.stamp, version.text] for version in document.versions},
        "names": "\n".join("\n".join((version.title, version.summary, version.extra)) for version in document.versions),
        "concepts": document.concepts,
        "sum": document.checksum(),
    }
    fields |= {
        "facet": list(document.facets),
        "cell": list(document.cells),
        "audience": list(document.audience),
        "newest": document.newest,
        "evidence": document.evidence,
        "prior": document.prior,
        "payload": json.dumps(payload, ensure_ascii=False).encode(),
    }
    return tantivy.Document.from_dict({name: value for name, value in fields.items() if value != []}, SCHEMA)


@contextmanager
def _guarded() -> Iterator[None]:
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


def _term(field: str, value: str) -> Query:
    return Query.term_query(SCHEMA, field, value, index_option="basic" if field in {"facet", "key"} else "freq")


def _any_of(queries: Sequence[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _all_of(queries: Sequence[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def _audience(audience: Sequence[int]) -> Query:
    return Query.const_score_query(Query.term_set_query(SCHEMA, "audience", list(audience)), 0.0)


def _tolerance(word: str) -> int:
    """Return how many letters of a word may be wrong."""
    return 2 if len(word) >= 9 else 1 if len(word) >= 5 else 0


def _count(found: Any) -> int:
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
                _field_language(term.split(":")[1])
                for term, _count in self.searcher.terms_with_prefix("facet", "language:")
            )
        )

    def inverse_frequency(self, field: str, value: str) -> float:
        """Return how telling a term is (BM25's idf)."""
        frequency = self.searcher.doc_freq(field, value)
        return math.log(1 + (self.searcher.num_docs - frequency + 0.5) / (frequency + 0.5))

    def found_by(self, query: Query, audience: Query) -> bool:
        """Return whether anything within the audience matches."""
        return bool(self.searcher.search(_all_of([query, audience]), 1, count=False).hits)

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


class Plan:
    """The clauses of one query."""

    def __init__(self, query: SearchQuery, audience: Sequence[int], reader: Reader, vocabulary: Vocabulary) -> None:
        """Analyse the words in every language of the index."""
        self.query = query
        self.reader = reader
        self.vocabulary_version = vocabulary.version
        self.audience = _audience(audience)
        self.languages = reader.languages
        self.counted = Counter(query.words)
        self.named = synonyms(vocabulary, stem).name(query.words) if query.words else []
        stops = {fold(word): self._stop(fold(word)) for word in self.counted}
        self.only_stops = bool(stops) and all(stops.values())
        self.stops = stops
        self.corrections: dict[str, str] = {}

    def _stop(self, folded: str) -> bool:
        return any(folded in stop_words(language) for language in {*self.languages, self.query.language})

    def _word_terms(self, word: str) -> list[tuple[str, str, float]]:
        """Return (field, term, weight) of every way in which a word may stand in the index."""
        folded = fold(word)
        if self.only_stops:
            return [("exact", folded, 1.0)]
        terms = [
            (f"body_{language}", form, OWN_LANGUAGE if language == self.query.language else 1.0)
            for language in self.languages
            for form in _indexed_forms(language, word)
        ]
        if not self.stops.get(folded):
            terms.append(("exact", folded, EXACT))
        return terms

    def word(self, word: str) -> Query | None:
        """Return the clause of a word: its best match among the languages."""
        clauses = [Query.boost_query(_term(field, term), weight) for field, term, weight in self._word_terms(word)]
        return Query.disjunction_max_query(clauses, TIE) if clauses else None

    def any_form(self, word: str) -> Query | None:
        """Return what matches a folded word in any form and language, whatever its weight."""
        terms = [(f"body_{language}", form) for language in self.languages for form in _indexed_forms(language, word)]
        return _any_of([_term(field, term) for field, term in dict.fromkeys([*terms, ("exact", word)])])

    def _phrase(self, phrase: Sequence[str], field: str = "exact", slop: int = 0) -> Query:
        if len(phrase) == 1:
            return _term(field, phrase[0])
        return Query.phrase_query(SCHEMA, field, list(phrase), slop)

    def _concept(self, named: Named) -> Query:
        """Return what finds a concept that the query names: works that carry it, and its names in their text."""
        length = named.end - named.start
        weight = (
            CONCEPT
            * self.reader.inverse_frequency("facet", named.token)
            * (length if named.preferred else 0.6 * length)
        )
        clauses = [Query.const_score_query(_term("facet", named.token), max(weight, 0.1))]
        for label in named.labels(self.languages):
            clauses.append(Query.const_score_query(self._phrase(label), max(weight * 0.7, 0.1)))
        return Query.disjunction_max_query(clauses, 0.0)

    def _fuzzy(self, word: str) -> Query | None:
        allowed = _tolerance(word)
        return Query.fuzzy_term_query(SCHEMA, "exact", word, distance=allowed) if allowed else None

    def _misspelt(self, word: str) -> list[Query]:
        """Return what stands in for a word that is nowhere: words that are nearly the same, best the closest one."""
        fuzzy = self._fuzzy(word)
        if fuzzy is None:
            return []
        closest = self._closest(word, fuzzy)
        clauses = [Query.const_score_query(fuzzy, FUZZY)]
        if closest:
            self.corrections[word] = closest
            clause = self.word(closest)
            clauses += [Query.boost_query(clause, CORRECTED)] if clause is not None else []
        return clauses

    def asked(self) -> Query | None:
        """Return what the words ask for: any of them, better all, side by side, in the title. None without words."""
        should: list[Query] = []
        must: list[Query] = [self._phrase(phrase) for phrase in self.query.phrases]
        must += [_term("title", word) for word in self.query.title_words]
        clauses: dict[str, Query] = {}
        named_words = {position for named in self.named for position in range(named.start, named.end)}
        positions = {word: position for position, word in enumerate(self.query.words)}
        for word, times in self.counted.items():
            clause = self.word(word)
            if clause is None:
                continue
            clauses[word] = clause
            should.append(Query.boost_query(clause, float(times)) if times > 1 else clause)
            folded = fold(word)
            if not self.stops[folded]:
                should.append(Query.boost_query(_term("title", folded), TITLE))
            if positions[word] not in named_words and len(clauses) <= CHECKED_WORDS and self._missing(word):
                should += self._misspelt(folded)
        should += [self._concept(named) for named in self.named]
        for phrase in self.query.phrases:
            should += [clause for word in phrase if (clause := self.word(word)) is not None]
        if 1 < len(clauses) <= SHORT:
            should.append(Query.const_score_query(_all_of(list(clauses.values())), ALL_WORDS * len(clauses)))
            folded_words = [fold(word) for word in self.query.words]
            should += [
                Query.boost_query(self._phrase(pair), PAIR)
                for pair in dict.fromkeys(pairwise(folded_words))
                if not (self.stops[pair[0]] or self.stops[pair[1]])
            ]
        if must:
            return Query.boolean_query(
                [(Occur.Must, query) for query in must] + [(Occur.Should, query) for query in should]
            )
        if should:
            return _any_of(should)
        return Query.empty_query() if self.query.words else None

    def _missing(self, word: str) -> bool:
        """Return whether no form of the word is in what the reader may find; words of hidden works must not show."""
        clause = self.any_form(fold(word))
        return clause is not None and not self.reader.found_by(clause, self.audience)

    def restrictions(self, without: str = "") -> list[tuple[Occur, Query]]:
        """Return audience, facets but the one named, filters and exclusions."""
        clauses: list[tuple[Occur, Query]] = [(Occur.Must, self.audience)]
        sets = [self.query.tokens_of(param) for param in self.query.selection_without(without)]
        sets += [[token] for token in self.query.filters]
        for tokens in sets:
            chosen = Query.term_set_query(SCHEMA, "facet", tokens)
            clauses.append((Occur.Must, Query.const_score_query(chosen, 0.0)))
        clauses += [(Occur.MustNot, _term("facet", token)) for token in self.query.excluded_filters]
        for phrase in self.query.excluded:
            unwanted = self.any_form(phrase[0]) if len(phrase) == 1 else self._phrase(phrase)
            clauses += [(Occur.MustNot, unwanted)] if unwanted is not None else []
        return clauses

    def whole(self, asked: Query | None, without: str = "") -> Query:
        """Return the complete query."""
        clauses = self.restrictions(without)
        return Query.boolean_query([(Occur.Must, asked), *clauses] if asked is not None else clauses)

    def correction(self) -> str:
        """Return the query with words that occur nowhere replaced by the closest that does, or nothing."""

        def replaced(found: "re.Match[str]") -> str:
            return self.corrections.get(fold(found.group()), found.group())

        return re.sub(r"[^\W_]+", replaced, self.query.text) if self.corrections else ""

    def _closest(self, word: str, fuzzy: Query) -> str | None:
        found = self.reader.searcher.search(_all_of([fuzzy, self.audience]), 8, count=False)
        seen: Counter[str] = Counter()
        for _score, address in found.hits:
            _key, payload = self.reader.payload(address)
            for text in (payload["names"], *(text for _stamp, text in payload["texts"].values())):
                seen.update(raw_words(text))
        near = [(distance(fold(other), word), -count, other) for other, count in seen.items()]
        near = [item for item in near if 0 < item[0] <= _tolerance(word)]
        return min(near)[2] if near else None

    def highlighter(self) -> Highlighter:
        """Return what marks the words of the query, in every language, in the texts that were found."""
        single: dict[str, set[str]] = {language: set() for language in self.languages}
        names: dict[str, dict[str, list[tuple[str, ...]]]] = {language: {} for language in self.languages}
        typed = [*self.counted, *self.corrections.values(), *self.query.title_words]
        typed += [word for phrase in self.query.phrases for word in phrase]
        for language in self.languages:
            for word in typed:
                single[language].update(_indexed_forms(language, word))
            for named in self.named:
                for label_language, label in named.term.all_labels():
                    stems = (
                        tuple(stem(language, word) for word in raw_words(label)) if label_language == language else ()
                    )
                    if stems:
                        names[language].setdefault(stems[0], []).append(stems)
        return Highlighter({language: frozenset(found) for language, found in single.items()}, names, forms)


class EmbeddedEngine(Engine):
    """An index on disk, read and written inside the processes of the site."""

    def __init__(self, root: Path | str) -> None:
        """Keep the place; the index opens with the first question."""
        self.generations = Generations(Path(root), MAKE)
        self._lock = threading.Lock()
        self._index: tantivy.Index | None = None
        self._path: Path | None = None
        self._reader: Reader | None = None
        self._looked_at = 0.0

    # Reading

    def refresh(self) -> None:
        """Look at the disk before the next answer."""
        self._looked_at = 0.0

    def _open(self) -> Reader:
        with self._lock:
            now = time.monotonic()
            if self._reader is not None and now - self._looked_at < RELOAD_AFTER:
                return self._reader
            path = self.generations.current()
            if path is None:
                self._reader = self._index = self._path = None
                raise EngineUnavailable("There is no index that this version can read")
            with _guarded():
                generation = f"{path.name}:{(path / 'meta.json').stat().st_mtime_ns}"
                if self._reader is None or self._reader.generation != generation:
                    if self._index is None or self._path != path:
                        self._index = tantivy.Index.open(str(path))
                        self._index.config_reader("manual")
                        self._path = path
                    self._index.reload()
                    self._reader = Reader(self._index, generation)
                self._looked_at = now
            return self._reader

    def generation(self) -> str:
        """Return directory and time of the last commit."""
        return self._open().generation

    def search(self, query: SearchQuery, audience: Sequence[int], vocabulary: Vocabulary) -> Results:
        """Return a page of works; see the port."""
        reader = self._open()
        with _guarded():
            plan = Plan(query, audience, reader, vocabulary)
            asked = plan.asked()
            whole = plan.whole(asked)
            found, page, total = self._page(reader, query, whole, asked is not None)
            return Results(
                hits=[self._hit(reader, address) for _score, address in found],
                total=total,
                total_visible=self.count(audience),
                page=page,
                counts=self._facets(reader, plan, asked, audience),
                did_you_mean=plan.correction(),
                highlighter=plan.highlighter(),
            )

    def _page(self, reader: Reader, query: SearchQuery, whole: Query, ranked: bool) -> tuple[list[Any], int, int]:
        order: dict[str, Any] = {"order_by_field": query.sort if query.sort != "relevance" else "newest"}
        if ranked and query.sort == "relevance":
            order = {"weight_by_field": "prior"}
        page = query.page
        found = reader.searcher.search(whole, PER_PAGE, offset=(page - 1) * PER_PAGE, **order)
        total = _count(found)
        last = min(max(math.ceil(total / PER_PAGE), 1), MAX_PAGE)
        if page > last:
            page = last
            found = reader.searcher.search(whole, PER_PAGE, offset=(page - 1) * PER_PAGE, **order)
        return list(found.hits), page, total

    def _hit(self, reader: Reader, address: tantivy.DocAddress) -> Hit:
        key, payload = reader.payload(address)
        texts = {language: Text(stamp, text) for language, (stamp, text) in payload["texts"].items()}
        return Hit(key, texts)

    def _facets(self, reader: Reader, plan: Plan, asked: Query | None, audience: Sequence[int]) -> Counts:
        """Return the counts of all facets, each as if nothing of its own were selected."""
        query = plan.query
        words = (query.language, query.words, query.phrases, query.title_words, query.excluded)
        filters = (query.filters, query.excluded_filters, plan.vocabulary_version)

        def counted(without: str) -> dict[str, dict[str, int]]:
            chosen = tuple(sorted(query.selection_without(without).items()))
            key = ("facets", tuple(audience), chosen, words, filters)
            answer: dict[str, dict[str, int]] = self._remember(
                reader, key, lambda: reader.facet_counts(plan.whole(asked, without))
            )
            return answer

        counts = dict(counted(""))
        for param, values in plan.query.selected.items():
            if values:
                counts[param] = counted(param).get(param, {})
        return counts

    def _remember(self, reader: Reader, key: Any, answer: Any) -> Any:
        """Return an answer that holds as long as this state of the index, kept for those who ask the same."""
        with self._lock:
            if key in reader.remembered:
                reader.remembered.move_to_end(key)
                return reader.remembered[key]
        value = answer()
        with self._lock:
            reader.remembered[key] = value
            while len(reader.remembered) > _REMEMBERED:
                reader.remembered.popitem(last=False)
        return value

    def counts(self, audience: Sequence[int]) -> Counts:
        """Return the counts of everything within the audience."""
        reader = self._open()
        with _guarded():
            counts: Counts = self._remember(
                reader, ("all facets", tuple(audience)), lambda: reader.facet_counts(_audience(audience))
            )
        return counts

    def count(self, audience: Sequence[int]) -> int:
        """Return how many works are within the audience."""
        reader = self._open()
        with _guarded():
            total: int = self._remember(
                reader, ("count", tuple(audience)), lambda: _count(reader.searcher.search(_audience(audience), 1))
            )
        return total

    def coverage(self, audience: Sequence[int]) -> Coverage:
        """Return the numbers of the coverage map."""
        reader = self._open()

        def counted() -> dict[tuple[int, int], int]:
            answer = reader.searcher.aggregate(
                _audience(audience), {"all": {"terms": {"field": "cell", "size": MANY_VALUES}}}
            )
            pairs = ((bucket["key"].split(":"), bucket["doc_count"]) for bucket in answer["all"]["buckets"])
            return {(int(place), int(threat)): count for (place, threat), count in pairs}

        with _guarded():
            cells = self._remember(reader, ("cells", tuple(audience)), counted)
        return Coverage(cells, self.counts(audience), self.count(audience))

    def suggest(self, prefix: str, audience: Sequence[int], limit: int = 8) -> list[str]:
        """Return works whose title holds the typed words, the last one perhaps unfinished."""
        typed = words(prefix)[:8]
        if not typed:
            return []
        reader = self._open()
        with _guarded():
            clauses = [_term("title", word) for word in typed[:-1]]
            clauses.append(Query.fuzzy_term_query(SCHEMA, "title", typed[-1], distance=0, prefix=True))
            found = reader.searcher.search(_all_of([*clauses, _audience(audience)]), limit, order_by_field="evidence")
            return [reader.key(address) for _score, address in found.hits]

    def similar(self, key: str, audience: Sequence[int], limit: int = 4) -> list[str]:
        """Return works that share concepts; place, threat and measure count more than the rest."""
        reader = self._open()
        with _guarded():
            found = reader.searcher.search(_term("key", key), 1, count=False)
            if not found.hits:
                return []
            _key, payload = reader.payload(found.hits[0][1])
            shared = []
            for token in payload["concepts"][:40]:
                weight = reader.inverse_frequency("facet", token)
                weight *= 1.0 if token.startswith(("place:", "threat:", "measure:")) else 0.2
                shared.append(Query.const_score_query(_term("facet", token), weight))
            if not shared:
                return []
            query = Query.boolean_query(
                [(Occur.Must, _any_of(shared)), (Occur.Must, _audience(audience)), (Occur.MustNot, _term("key", key))]
            )
            near = reader.searcher.search(query, limit, count=False, weight_by_field="prior")
            return [reader.key(address) for _score, address in near.hits]

    def checksums(self) -> dict[str, str]:
        """Return the checksum of every document."""
        self.refresh()
        reader = self._open()
        with _guarded():
            total = reader.searcher.num_docs
            found = reader.searcher.search(Query.all_query(), total, count=False).hits if total else []
            pairs = (reader.payload(address) for _score, address in found)
            return {key: str(payload["sum"]) for key, payload in pairs}

    # Writing

    def apply(self, documents: Sequence[Document], gone: Sequence[str]) -> None:
        """Replace and remove documents in one commit."""
        keys = [*(document.key for document in documents), *gone]
        with _guarded(), self.generations.writing():
            path = self.generations.current()
            if path is None:
                raise EngineUnavailable("There is no index to write to")
            self._write(tantivy.Index.open(str(path)), documents, keys)
            self.generations.note(keys)
        self.refresh()

    def _write(self, index: tantivy.Index, documents: Iterable[Document], replaced: Sequence[str]) -> int:
        writer = index.writer(heap_size=HEAP, num_threads=1)
        count = 0
        try:
            for key in replaced:
                writer.delete_documents_by_term("key", key)
            for document in documents:
                writer.add_document(_as_tantivy(document))
                count += 1
            writer.commit()
        except BaseException:
            writer.rollback()
            raise
        writer.wait_merging_threads()
        return count

    def rebuild(self, documents: Iterable[Document], catch_up: CatchUp) -> int:
        """Fill a new directory and swap; what was applied meanwhile is applied to it before the swap."""
        with _guarded(), self.generations.building() as path:
            index = tantivy.Index(SCHEMA, path=str(path))
            count = self._write(index, documents, [])
            with self.generations.writing():
                changed = self.generations.noted(path)
                if changed:
                    self._write(index, catch_up(changed), changed)
                self.generations.swap(path)
        self.refresh()
        return count
