"""How does a query become clauses, and what do its words tell in return?"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import pairwise

from tantivy import Occur, Query

from kb.vocabulary import Vocabulary
from search.analysis import fold, nearest, stop_words
from search.engines.embedded.forms import forms, indexed_forms, label_stems, stem
from search.engines.embedded.reader import Reader
from search.engines.embedded.schema import SCHEMA, all_of, any_of, term_query, within
from search.query import SearchQuery
from search.snippets import Highlighter
from search.synonyms import Named, synonyms

# Weights, chosen on judged questions (docs/decisions): what stands in a title or side by side counts more.
EXACT, TIE, OWN_LANGUAGE = 0.5, 0.2, 1.1
TITLE, PAIR, ALL_WORDS, CONCEPT, FUZZY, CORRECTED = 0.8, 0.25, 0.5, 2.0, 0.5, 0.8
SHORT = 6  # words up to which a query is taken for a name of something, not for a sentence
READ_FOR_CORRECTION = 4  # works that hold something like a word that is nowhere
CHECKED_WORDS = 12  # words of a query that are tested for typing errors


def tolerance(word: str) -> int:
    """Return how many letters of a word may be wrong."""
    return 2 if len(word) >= 9 else 1 if len(word) >= 5 else 0


@lru_cache(maxsize=16_384)
def _is_stop(languages: tuple[str, ...], own: str, folded: str) -> bool:
    """Return whether a word carries no meaning in one of the languages."""
    return any(folded in stop_words(language) for language in (*languages, own))


@lru_cache(maxsize=4_096)
def _word_clause(languages: tuple[str, ...], own: str, word: str) -> Query | None:
    """Return the clause of a word: its best match among the ways in which it may stand in the index."""
    terms = [
        (f"body_{language}", form, OWN_LANGUAGE if language == own else 1.0)
        for language in languages
        for form in indexed_forms(language, word)
    ]
    folded = fold(word)
    if not _is_stop(languages, own, folded):
        terms.append(("exact", folded, EXACT))
    clauses = [Query.boost_query(term_query(field, term), weight) for field, term, weight in terms]
    return Query.disjunction_max_query(clauses, TIE) if clauses else None


class Plan:
    """The clauses of one query."""

    def __init__(
        self,
        query: SearchQuery,
        audience: Sequence[int],
        reader: Reader,
        vocabulary: Vocabulary,
        hidden: Collection[str] = (),
        visible: int = 0,
    ) -> None:
        """Analyse the words in every language of the index. `visible` is how many works the reader may find."""
        self.query = query
        self.reader = reader
        self.vocabulary_version = vocabulary.version
        self.audience = within(audience, hidden)
        self.unseen = reader.documents - visible
        self.languages = reader.languages
        self.counted = Counter(query.words)
        self.named = synonyms(vocabulary, stem).name(query.words) if query.words else []
        folded = [fold(word) for word in self.counted]
        stops = {word: _is_stop(self.languages, query.language, word) for word in folded}
        self.only_stops = bool(stops) and all(stops.values())
        self.stops = stops
        self.corrections: dict[str, str] = {}

    def word(self, word: str) -> Query | None:
        """Return the clause of a word: its best match among the languages."""
        if self.only_stops:
            return Query.disjunction_max_query([term_query("exact", fold(word))], TIE)
        return _word_clause(self.languages, self.query.language, word)

    def any_form(self, word: str) -> Query:
        """Return what matches a folded word in any form and language, whatever its weight."""
        return any_of([term_query(field, form) for field, form in self._forms(word)])

    def _forms(self, word: str) -> list[tuple[str, str]]:
        """Return (field, term) of every form of a folded word."""
        terms = [(f"body_{language}", form) for language in self.languages for form in indexed_forms(language, word)]
        return list(dict.fromkeys([*terms, ("exact", word)]))

    def _phrase(self, phrase: Sequence[str], field: str = "exact", slop: int = 0) -> Query:
        if len(phrase) == 1:
            return term_query(field, phrase[0])
        return Query.phrase_query(SCHEMA, field, list(phrase), slop)

    def _concept(self, named: Named) -> Query:
        """Return what finds a concept that the query names; the clause is the same for all who name it in one state."""
        key = (named.term.pk, named.preferred, named.end - named.start)
        kept = self.reader.concepts.get(key)
        if kept is None or kept[0] != self.vocabulary_version:
            kept = self.reader.concepts[key] = (self.vocabulary_version, self._concept_clause(named))
        return kept[1]

    def _concept_clause(self, named: Named) -> Query:
        """Return what finds a concept: works that carry it, and its names in their text."""
        length = named.end - named.start
        weight = (
            CONCEPT
            * self.reader.inverse_frequency("facet", named.token)
            * (length if named.preferred else 0.6 * length)
        )
        clauses = [Query.const_score_query(term_query("facet", named.token), max(weight, 0.1))]
        for label in named.labels(self.languages):
            clauses.append(Query.const_score_query(self._phrase(label), max(weight * 0.7, 0.1)))
        return Query.disjunction_max_query(clauses, 0.0)

    def _fuzzy(self, word: str) -> Query | None:
        allowed = tolerance(word)
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
        must += [term_query("title", word) for word in self.query.title_words]
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
                should.append(Query.boost_query(term_query("title", folded), TITLE))
            if positions[word] not in named_words and len(clauses) <= CHECKED_WORDS and self._missing(word):
                should += self._misspelt(folded)
        should += [self._concept(named) for named in self.named]
        for phrase in self.query.phrases:
            should += [clause for word in phrase if (clause := self.word(word)) is not None]
        if 1 < len(clauses) <= SHORT:
            should.append(Query.const_score_query(all_of(list(clauses.values())), ALL_WORDS * len(clauses)))
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
            return any_of(should)
        return Query.empty_query() if self.query.words else None

    def _missing(self, word: str) -> bool:
        """Return whether no form of the word is in what the reader may find; words of hidden works must not show."""
        terms = self._forms(fold(word))
        frequency = max(self.reader.searcher.doc_freq(field, form) for field, form in terms)
        if frequency > self.unseen:
            return False  # more works hold the word than the reader may not find
        # A word that is nowhere is looked for too: the time of an answer must not tell it from one of a hidden work.
        return not self.reader.found_by(any_of([term_query(*term) for term in terms]), self.audience)

    def restrictions(self, without: str = "") -> list[tuple[Occur, Query]]:
        """Return audience, facets but the one named, filters and exclusions."""
        clauses: list[tuple[Occur, Query]] = [(Occur.Must, self.audience)]
        sets = [self.query.tokens_of(param) for param in self.query.selection_without(without)]
        sets += [[token] for token in self.query.filters]
        for tokens in sets:
            chosen = Query.term_set_query(SCHEMA, "facet", tokens)
            clauses.append((Occur.Must, Query.const_score_query(chosen, 0.0)))
        clauses += [(Occur.MustNot, term_query("facet", token)) for token in self.query.excluded_filters]
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
        found = self.reader.searcher.search(all_of([fuzzy, self.audience]), READ_FOR_CORRECTION, count=False)
        payloads = [self.reader.payload(address)[1] for _score, address in found.hits]
        texts = (text for payload in payloads for _stamp, text in payload["texts"].values())
        return nearest(word, [*(payload["names"] for payload in payloads), *texts], tolerance(word))

    def highlighter(self) -> Highlighter:
        """Return what marks the words of the query, in every language, in the texts that were found."""
        single: dict[str, set[str]] = {language: set() for language in self.languages}
        names: dict[str, dict[str, list[tuple[str, ...]]]] = {language: {} for language in self.languages}
        typed = [*self.counted, *self.corrections.values(), *self.query.title_words]
        typed += [word for phrase in self.query.phrases for word in phrase]
        for language in self.languages:
            for word in typed:
                single[language].update(indexed_forms(language, word))
            for named in self.named:
                for label_language, label in named.term.all_labels():
                    stems = label_stems(language, label) if label_language == language else ()
                    if stems:
                        names[language].setdefault(stems[0], []).append(stems)
        return Highlighter({language: frozenset(found) for language, found in single.items()}, names, forms)
