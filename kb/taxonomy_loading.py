"""How do the vocabularies of `fixtures/vocabularies/` get into the database, without undoing what was edited there?"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from kb.models.taxonomy import Concept, ConceptScheme, StateVersion
from kb.signals import vocabulary_changed


@dataclass
class Loaded:
    """What a run did."""

    added: int = 0
    changed: int = 0
    kept: int = 0


_TEXTS = ("pref_label", "alt_labels", "short_label", "definition")


def _values(row: dict[str, Any], position: int) -> dict[str, Any]:
    return {
        **{name: row.get(name) or {} for name in _TEXTS},
        "notation": row.get("notation", ""),
        "source": row.get("source", ""),
        "mappings": row.get("mappings") or {},
        "position": position,
    }


@transaction.atomic
def load_scheme(data: dict[str, Any]) -> Loaded:
    """Load one vocabulary; a concept that was edited in the database stays as it was edited.

    `data` is {"scheme": {slug, title, description, source, synonym_search}, "concepts": [{slug, pref_label,
    alt_labels, short_label, definition, broader, related, …}]}. Raises KeyError where `broader` or `related` name
    a concept that the vocabulary lacks.
    """
    done = Loaded()
    head = dict(data["scheme"])
    scheme, _created = ConceptScheme.objects.update_or_create(slug=head.pop("slug"), defaults=head)
    existing = {concept.slug: concept for concept in scheme.concepts.all()}
    touched: set[str] = set()
    known = set(existing)
    for position, row in enumerate(data["concepts"]):
        values = _values(row, position)
        concept = existing.get(row["slug"])
        if concept is None:
            existing[row["slug"]] = Concept.objects.create(scheme=scheme, slug=row["slug"], **values)
            touched.add(row["slug"])
            done.added += 1
        elif concept.edited_here or all(getattr(concept, name) == value for name, value in values.items()):
            done.kept += 1
        else:
            Concept.objects.filter(pk=concept.pk).update(**values)
            touched.add(row["slug"])
            done.changed += 1
    for row in data["concepts"]:
        concept = existing[row["slug"]]
        if concept.edited_here:
            continue
        broader = existing[row["broader"]].pk if row.get("broader") else None
        if concept.broader_id != broader:
            Concept.objects.filter(pk=concept.pk).update(broader_id=broader)
            touched.add(row["slug"])
    related = _relate(data["concepts"], existing)
    if touched or related:
        StateVersion.bump("vocabulary")
    for slug in sorted(touched & known):
        vocabulary_changed.send(sender=Concept, concept_id=existing[slug].pk)
    return done


def _relate(rows: list[dict[str, Any]], existing: dict[str, Concept]) -> bool:
    """Give concepts their related ones, which hold both ways; return whether that changed anything."""
    wanted: dict[int, set[int]] = {}
    for row in rows:
        for slug in row.get("related") or ():
            wanted.setdefault(existing[row["slug"]].pk, set()).add(existing[slug].pk)
            wanted.setdefault(existing[slug].pk, set()).add(existing[row["slug"]].pk)
    through: Any = Concept.related.through
    present: dict[int, set[int]] = {}
    keys = [concept.pk for concept in existing.values()]
    for one, other in through.objects.filter(from_concept__in=keys).values_list("from_concept_id", "to_concept_id"):
        present.setdefault(one, set()).add(other)
    changed = False
    for concept in existing.values():
        if not concept.edited_here and wanted.get(concept.pk, set()) - present.get(concept.pk, set()):
            concept.related.add(*wanted[concept.pk])
            changed = True
    return changed


def load_folder(folder: Path) -> Loaded:
    """Load every vocabulary of a folder of JSON files; idempotent."""
    total = Loaded()
    for path in sorted(folder.glob("*.json")):
        done = load_scheme(json.loads(path.read_text(encoding="utf-8")))
        total.added += done.added
        total.changed += done.changed
        total.kept += done.kept
    return total
