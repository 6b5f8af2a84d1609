"""A small world for tests of search: documents without a database, and readers."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

from kb.vocabulary import Term, Vocabulary
from search.documents import Document, Version

EVERYBODY = 1
MEMBERS = 2
CIRCLE = 12  # any token that only some hold


class _Scheme:
    synonym_search = True


def _term(pk: int, scheme: str, slug: str, en: str, broader: int | None = None, **more: Any) -> Term:
    return Term(
        pk=pk,
        scheme=scheme,
        slug=slug,
        pref_label={"en": en, **more.get("labels", {})},
        alt_labels=more.get("alt", {}),
        short_label={},
        definitions={},
        notation="",
        broader=broader,
        narrower=tuple(more.get("narrower", ())),
        related=(),
    )


def small_vocabulary() -> Vocabulary:
    """Return six concepts in three vocabularies."""
    terms = [
        _term(1, "facility-types", "temporary-event", "Temporary event", narrower=(2,)),
        _term(
            2,
            "facility-types",
            "christmas-market",
            "Christmas market",
            1,
            labels={"de": "Weihnachtsmarkt", "fr": "Marché de Noël"},
        ),
        _term(3, "facility-types", "stadium", "Stadium"),
        _term(4, "threats", "vehicle-attack", "Vehicle attack"),
        _term(5, "threats", "uas-threat", "Drone", alt={"en": ["UAV", "unmanned aircraft"]}),
        _term(6, "measures", "hostile-vehicle-mitigation", "Hostile vehicle mitigation", alt={"en": ["HVM"]}),
    ]
    schemes: Any = {name: _Scheme() for name in ("facility-types", "threats", "measures")}
    return Vocabulary(-1, terms, schemes)


PARAMS = {"facility-types": "place", "threats": "threat", "measures": "measure"}


def document(
    key: str,
    title: str,
    text: str = "",
    *,
    summary: str = "",
    language: str = "en",
    audience: Iterable[int] = (EVERYBODY,),
    concepts: Iterable[int] = (),
    kind: str = "practice",
    day: int = 1,
    evidence: int = 1,
    prior: float = 1.0,
    versions: Iterable[Version] = (),
) -> Document:
    """Return a document; `concepts` are keys of the small vocabulary."""
    terms = small_vocabulary()
    own = [f"{PARAMS[terms.terms[pk].scheme]}:{pk}" for pk in concepts]
    wide = [f"{PARAMS[term.scheme]}:{term.pk}" for pk in concepts for term in terms.lineage(pk)]
    all_versions = (Version(language, f"{key}:1", title, summary, text, ""), *versions)
    wide += [f"kind:{kind}", *(f"language:{version.language}" for version in all_versions)]
    places = [terms.root(pk).pk for pk in concepts if terms.terms[pk].scheme == "facility-types"]
    threats = [terms.root(pk).pk for pk in concepts if terms.terms[pk].scheme == "threats"]
    newest = (day << 24) + (zlib.crc32(key.encode()) & 0xFFFFFF)
    return Document(
        key=key,
        versions=all_versions,
        audience=tuple(audience),
        facets=tuple(dict.fromkeys(wide)),
        concepts=tuple(own),
        cells=tuple(f"{place}:{threat}" for place in places for threat in threats),
        newest=newest,
        evidence=(evidence << 44) + newest,
        prior=prior,
    )
