"""How does a trial corpus get into the database, in batches, continued where an earlier run ended?"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from kb.corpus.pool import read_pool
from kb.corpus.works import GROUP, Corpus, Relation
from kb.importing.writing import Version, write_new
from kb.models import Entry, EntryRelation
from kb.vocabulary import vocabulary
from people import circles
from people.choices import OrganisationKind
from people.demonstration import load_people
from people.models import Circle, Organisation

BATCH = 250  # works in one transaction; whole groups, so that related works stand together
_ORGANISATIONS, _CIRCLES = 12, 6
# What of the demonstration's people needs accounts: a corpus has organisations and circles only.
_OF_PERSONS = ("accounts", "requests", "invitations", "circle_invitations")


@transaction.atomic
def _community(fixtures: Path) -> tuple[list[Circle], list[Organisation]]:
    """Return the demonstration's circles and organisations and some more, made where they are missing; no account."""
    people: dict[str, Any] = json.loads((fixtures / "people.json").read_text(encoding="utf-8"))
    cast = load_people({**people, **{key: [] for key in _OF_PERSONS}})
    kinds = list(OrganisationKind)
    more = [
        Organisation.objects.get_or_create(
            name=f"Trial organisation {number}",
            defaults={"kind": kinds[number % len(kinds)], "country": "EU", "is_partner": number % 6 == 5},
        )[0]
        for number in range(1, _ORGANISATIONS + 1)
    ]
    named = list(cast.circles.values())
    for number in range(1, _CIRCLES + 1):
        name = f"Trial circle {number}"
        found = Circle.objects.filter(name=name).first()
        named.append(found or circles.found(name=name, purpose="Trial corpus", organisations=more[number::_CIRCLES]))
    return named, [*cast.organisations.values(), *more]


def open_corpus(fixtures: Path, seed: int) -> Corpus:
    """Return the corpus of a seed, made of the entries under `fixtures/entries`."""
    named, organisations = _community(fixtures)
    return Corpus(seed, read_pool(fixtures / "entries"), vocabulary(), named, organisations)


def _relate(relations: list[Relation], corpus: Corpus) -> None:
    keys = {corpus.key(place) for each in relations for place in (each.source, each.target)}
    stored = dict(Entry.objects.originals().filter(source_key__in=keys).values_list("source_key", "pk"))
    EntryRelation.objects.bulk_create(
        EntryRelation(
            source_id=stored[corpus.key(each.source)],
            target_id=stored[corpus.key(each.target)],
            type=each.type,
            indicators=each.indicators,
        )
        for each in relations
    )


def load(corpus: Corpus, count: int, *, announce: bool) -> Iterator[tuple[int, int]]:
    """Write the works of the places before `count` that are missing; yield (places looked at, works added so far).

    A batch is one transaction with its relations, so that a run that was killed is continued by the next.
    """
    added = 0
    assert BATCH % GROUP == 0  # noqa: S101  (a group must not be torn)
    for start in range(0, count, BATCH):
        places = range(start, min(start + BATCH, count))
        present = set(
            Entry.objects.originals()
            .filter(source_key__in=[corpus.key(place) for place in places])
            .values_list("source_key", flat=True)
        )
        missing = [place for place in places if corpus.key(place) not in present]
        versions: list[Version] = [version for place in missing for version in corpus.versions(place)]
        if versions:
            with transaction.atomic():
                write_new(versions, by=None, at=timezone.now(), announce=announce)
                _relate([each for place in missing for each in corpus.relations(place)], corpus)
        added += len(missing)
        yield places.stop, added
