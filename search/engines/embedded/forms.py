"""Under which forms is a word indexed and looked up?"""

import threading
from collections.abc import Sequence
from functools import lru_cache

import tantivy
from tantivy import Filter, Tokenizer

from search.analysis import CUT_AT, END, MAX_WORD, STEMMED, fold, raw_words, stop_words

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
def indexed_forms(language: str, word: str) -> tuple[str, ...]:
    """Return the forms of a word, none for a stop word."""
    return () if fold(word) in stop_words(language) else forms(language, word)


_MOST_TOKENS = 200_000
# Language: what stands in an index for a word, folded and in its forms.
_folded: dict[str, dict[str, str]] = {}
_formed: dict[str, dict[str, str]] = {}


def tokens(language: str, spelt: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what stands in an index for words: each folded, and the forms of those that have any. END is kept folded.

    Plain dictionaries, emptied when they are full: an index is made of very many words, most of which were met before.
    """
    folded, formed = _folded.get(language), _formed.get(language)
    if folded is None or formed is None or len(folded) > _MOST_TOKENS:
        folded, formed = {END: END}, {END: ""}
    for word in set(spelt).difference(folded):
        formed[word] = " ".join(indexed_forms(language, word.lower()[:MAX_WORD]))
        folded[word] = fold(word)[:MAX_WORD]
    # Only whole dictionaries are shared with other threads.
    _folded[language], _formed[language] = folded, formed
    return list(map(folded.__getitem__, spelt)), list(filter(None, map(formed.__getitem__, spelt)))


def stem(language: str, word: str) -> str:
    """Return the form of a word by which labels are compared."""
    return forms(language, word)[-1]


@lru_cache(maxsize=16_384)
def label_stems(language: str, label: str) -> tuple[str, ...]:
    """Return the words of a concept's label by which texts are marked; labels are asked for again and again."""
    return tuple(stem(language, word) for word in raw_words(label))
