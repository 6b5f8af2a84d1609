"""What of an entry can be found? Documents of works, built in batches with few queries."""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from kb.choices import Axis, InformationCredibility, Maturity, SourceReliability, Standing, TranslationStatus
from kb.models import Entry, EntryConcept, EntryKeyword
from kb.sanitising import plain_text
from kb.sharing.audience import of_marking
from kb.vocabulary import Vocabulary
from search.documents import Document, Version
from search.facets import BY_AXIS, BY_PARAM, token

BATCH = 250  # works

_UNSPOKEN = {"kind", "code", "id", "type"}  # keys of blocks that hold no words
_UNSPOKEN_SECTIONS = {"who_should_act"}
_UNNAMED_AXES = {Axis.SOURCE, Axis.MISSION}  # their names in a document would match nearly every query
# What a hit's score is multiplied by: entries that were replaced stand behind. Among equals the better supported
# one comes first, then the newer one, so that pages of results do not overlap.
_PRIORS = {Standing.SUPERSEDED: 0.5, Standing.EXPIRED: 0.85}
_BEST_RANK, _SUPPORT, _FRESHNESS = 32, 0.03, 0.01


def section_texts(value: Any) -> Iterator[str]:
    """Yield the plain text of each piece of prose in a block's stored value, however deep it lies."""
    if isinstance(value, str):
        text = plain_text(value) if "<" in value or "&" in value else " ".join(value.split())
        if text:
            yield text
    elif isinstance(value, dict):
        if "type" in value and "value" in value:
            if value["type"] not in _UNSPOKEN_SECTIONS:
                yield from section_texts(value["value"])
        else:
            for key, part in value.items():
                if key not in _UNSPOKEN:
                    yield from section_texts(part)
    elif isinstance(value, Iterable):
        for part in value:
            yield from section_texts(part)


def stamp_of(row: Entry) -> str:
    """Return a text that changes whenever another state of the row is published."""
    return f"{row.pk}:{row.live_revision_id or 0}:{zlib.crc32(f'{row.title}|{row.summary}'.encode()):x}"


def _version(
    row: Entry, keywords: Sequence[str], concepts: Sequence[tuple[str, int]], vocabulary: Vocabulary
) -> Version:
    language = row.locale.language_code.split("-")[0]
    names: list[str] = []
    for axis, pk in concepts:
        term = vocabulary.terms.get(pk)
        if term is not None and axis not in _UNNAMED_AXES:
            names += [term.pref_label[code] for code in (language, "en") if code in term.pref_label]
    prose = [*row.conditions("works_when"), *row.conditions("not_when"), *section_texts(row.body.raw_data)]
    return Version(
        language=language,
        stamp=stamp_of(row),
        title=row.title,
        summary=row.summary,
        text="\n".join(prose),
        extra="\n".join(dict.fromkeys([*keywords, *names])),
    )


def _tie_break(key: str) -> int:
    return zlib.crc32(key.encode()) & 0xFFFFFF


def _newest(day: date | None, key: str) -> int:
    return ((day.toordinal() if day else 0) << 24) + _tie_break(key)


def evidence_rank(row: Entry) -> int:
    """Return how well an entry is supported, 0 to 32: use by peers first, then its source and its content."""
    if row.standing == Standing.SUPERSEDED or not row.evidence_source or not row.evidence_info:
        return 0
    source = 5 - list(SourceReliability).index(SourceReliability(row.evidence_source))
    information = 5 - list(InformationCredibility).index(InformationCredibility(row.evidence_info))
    return list(Maturity).index(Maturity(row.maturity)) * 11 + source + information


def _prior(row: Entry) -> float:
    age = min(max(((row.published_date.toordinal() if row.published_date else 0) - 730_000) / 20_000, 0.0), 1.0)
    return _PRIORS.get(Standing(row.standing), 1.0) * (
        1 + _SUPPORT * evidence_rank(row) / _BEST_RANK + _FRESHNESS * age
    )


def _concept_tokens(
    concepts: Sequence[tuple[str, int]], vocabulary: Vocabulary
) -> tuple[list[str], list[str], list[str]]:
    """Return the tokens of the concepts, those with all broader ones, and the cells of the map."""
    own: list[str] = []
    wide: list[str] = []
    roots: dict[str, list[int]] = defaultdict(list)
    for axis, pk in concepts:
        facet = BY_AXIS.get(Axis(axis))
        lineage = vocabulary.lineage(pk)
        if facet is None or not lineage:
            continue
        own.append(token(facet.param, pk))
        wide += [token(facet.param, term.pk) for term in lineage]
        roots[axis].append(lineage[-1].pk)
    cells = [f"{place}:{threat}" for place in roots[Axis.FACILITY] for threat in roots[Axis.THREAT]]
    return own, wide, cells


def _document(
    rows: Sequence[Entry], concepts: Sequence[tuple[str, int]], keywords: dict[int, list[str]], vocabulary: Vocabulary
) -> Document:
    lead = next((row for row in rows if row.translation_status == TranslationStatus.ORIGINAL), rows[0])
    key = str(lead.translation_key)
    own, wide, cells = _concept_tokens(concepts, vocabulary)
    choices = {
        "kind": lead.kind,
        "evidence": lead.evidence_source,
        "maturity": lead.maturity,
        "marking": lead.marking.label,
    }
    wide += [BY_PARAM[param].token_of_choice(value) for param, value in choices.items() if value]
    versions = tuple(_version(row, keywords.get(row.pk, []), concepts, vocabulary) for row in rows)
    wide += [token("language", version.language) for version in versions]
    newest = _newest(lead.published_date, key)
    return Document(
        key=key,
        versions=versions,
        audience=tuple(of_marking(lead.marking)),
        facets=tuple(dict.fromkeys(wide)),
        concepts=tuple(dict.fromkeys(own)),
        cells=tuple(dict.fromkeys(cells)),
        newest=newest,
        evidence=(evidence_rank(lead) << 44) + newest,
        prior=_prior(lead),
    )


def build(keys: Sequence[UUID], vocabulary: Vocabulary) -> list[Document]:
    """Return the documents of those works that have a published, not recalled language version; four queries."""
    by_work: dict[UUID, list[Entry]] = defaultdict(list)
    rows = (
        Entry.objects.published()
        .filter(translation_key__in=keys)
        .select_related("locale", "marking")
        .prefetch_related("marking__circles")
        .order_by("pk")
    )
    for row in rows:
        by_work[row.translation_key].append(row)
    concepts: dict[UUID, list[tuple[str, int]]] = defaultdict(list)
    for work, axis, pk in (
        EntryConcept.objects.filter(
            entry__translation_key__in=by_work, entry__translation_status=TranslationStatus.ORIGINAL
        )
        .order_by("pk")
        .values_list("entry__translation_key", "axis", "concept_id")
    ):
        concepts[work].append((axis, pk))
    keywords: dict[int, list[str]] = defaultdict(list)
    for entry, name in (
        EntryKeyword.objects.filter(content_object__translation_key__in=by_work)
        .order_by("pk")
        .values_list("content_object_id", "tag__name")
    ):
        keywords[entry].append(name)
    return [_document(versions, concepts[work], keywords, vocabulary) for work, versions in by_work.items()]


def all_keys() -> Iterator[list[UUID]]:
    """Yield the keys of all works with a published version, a batch at a time."""
    last: UUID | None = None
    works = Entry.objects.published().order_by("translation_key")
    while True:
        page = works.filter(translation_key__gt=last) if last else works
        keys = list(page.values_list("translation_key", flat=True).distinct()[:BATCH])
        if not keys:
            return
        yield keys
        last = keys[-1]
