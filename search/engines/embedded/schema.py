"""Which fields has the index, what of a document stands in each, and how are they asked for?"""

import json
from collections.abc import Collection, Sequence
from functools import lru_cache
from importlib.metadata import version as version_of
from typing import Any

import tantivy
from tantivy import Occur, Query

from search.analysis import END, LANGUAGES, words_and_ends
from search.documents import Document
from search.engines.base import MOST_HIDDEN, EngineUnavailable
from search.engines.embedded.forms import tokens

MAKE = f"v1-tantivy{version_of('tantivy')}"  # another schema or another engine cannot read the directory


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


def field_language(language: str) -> str:
    """Return the language whose field holds a text of a language."""
    return language if language in LANGUAGES else "en"


def as_tantivy(document: Document) -> tantivy.Document:
    """Return a document as it is indexed."""
    fields: dict[str, Any] = {"key": document.key, "exact": [], "title": []}
    for version in document.versions:
        language = field_language(version.language)
        pieces = (version.title, version.summary, *version.text.split("\n"), *version.extra.split("\n"))
        folded, forms = tokens(language, words_and_ends(pieces))
        title = words_and_ends([version.title])
        # A word of the title counts twice.
        body = [*tokens(language, title)[1], *forms]
        fields.setdefault(f"body_{language}", []).append(" ".join(body))
        fields["title"].append(" ".join(folded[: len(title)]))
        fields["exact"] += [piece.strip() for piece in " ".join(folded).split(END)]
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


@lru_cache(maxsize=4_096)
def term_query(field: str, value: str) -> Query:
    """Return what matches one term of a field."""
    return Query.term_query(SCHEMA, field, value, index_option="basic" if field in {"facet", "key"} else "freq")


def any_of(queries: Sequence[Query]) -> Query:
    """Return what matches one of the clauses at least."""
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def all_of(queries: Sequence[Query]) -> Query:
    """Return what matches every clause."""
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def within(audience: Sequence[int], hidden: Collection[str] = ()) -> Query:
    """Return what matches the works that one of the tokens admits, but none of the keys; it adds nothing to a score.

    Raises EngineUnavailable for more keys than a question may leave out.
    """
    admitted = Query.term_set_query(SCHEMA, "audience", list(audience))
    if len(hidden) > MOST_HIDDEN:
        raise EngineUnavailable(f"More than {MOST_HIDDEN} works wait to be narrowed")
    if hidden:
        taken_out = Query.term_set_query(SCHEMA, "key", sorted(hidden))
        admitted = Query.boolean_query([(Occur.Must, admitted), (Occur.MustNot, taken_out)])
    return Query.const_score_query(admitted, 0.0)
