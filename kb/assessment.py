"""Which questions does a place under a threat have to answer? Made from the vulnerability patterns one may read."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from kb.choices import Axis, EntryKind, RelationType, Tlp, TranslationStatus
from kb.models import Entry, EntryConcept, EntryRelation
from kb.reading import best_version, versions_by_work
from kb.sharing import tlp
from kb.vocabulary import Term, Vocabulary
from people.viewers import Viewer

MAX_PATTERNS = 12


@dataclass(frozen=True)
class Question:
    """One indicator as a question, with the practices that help where the answer is no."""

    code: str
    text: str
    note: str
    options: list[Entry]


@dataclass(frozen=True)
class Group:
    """The questions of one pattern."""

    pattern: Entry
    questions: list[Question]


@dataclass(frozen=True)
class Sheet:
    """An assessment sheet for a facility type and threats."""

    place: Term
    threats: list[Term]
    groups: list[Group]

    @property
    def count(self) -> int:
        """How many questions there are."""
        return sum(len(group.questions) for group in self.groups)

    @property
    def options(self) -> list[Entry]:
        """Every option once, in the order of the sheet."""
        found: dict[str, Entry] = {}
        for group in self.groups:
            for question in group.questions:
                for option in question.options:
                    found.setdefault(option.public_id, option)
        return list(found.values())

    @property
    def highest_marking(self) -> Tlp:
        """The highest label of the patterns and options it is made of."""
        return tlp.highest(
            [*(group.pattern.marking.label for group in self.groups), *(row.marking.label for row in self.options)]
        )

    @property
    def chatham_house(self) -> bool:
        """Does any of them stand under the Chatham House rule?"""
        return tlp.withholds_source(row.marking for row in [*(group.pattern for group in self.groups), *self.options])


def _fits(axis: str, keys: set[int]) -> Exists:
    return Exists(EntryConcept.objects.filter(entry=OuterRef("pk"), axis=axis, concept__in=keys))


def _around(vocabulary: Vocabulary, term: Term) -> set[int]:
    """Return the term, those below it and those above it: a pattern of any of these holds for it."""
    return vocabulary.with_narrower(term.pk) | {above.pk for above in vocabulary.lineage(term.pk)}


def make_sheet(place: Term, threats: Sequence[Term], viewer: Viewer, vocabulary: Vocabulary, language: str) -> Sheet:
    """Return the sheet; without threats, for every threat. Four queries whatever the size of the library."""
    condition = Q(kind=EntryKind.PATTERN, translation_status=TranslationStatus.ORIGINAL)
    condition &= Q(_fits(Axis.FACILITY, _around(vocabulary, place)))
    if threats:
        keys = set().union(*(_around(vocabulary, threat) for threat in threats))
        condition &= Q(_fits(Axis.THREAT, keys))
    originals = list(
        Entry.objects.visible_to(viewer)
        .filter(condition)
        .order_by("-reviewed_date", "pk")
        .values_list("pk", "translation_key")[:MAX_PATTERNS]
    )
    relations: dict[Any, list[Mapping[str, Any]]] = defaultdict(list)
    for row in EntryRelation.objects.filter(source__in=[pk for pk, _key in originals], type=RelationType.OPTION).values(
        "source__translation_key", "target__translation_key", "indicators"
    ):
        relations[row["source__translation_key"]].append(row)
    wanted = {key for _pk, key in originals} | {
        row["target__translation_key"] for rows in relations.values() for row in rows
    }
    works = versions_by_work(viewer, Q(translation_key__in=wanted))
    groups: list[Group] = []
    for _pk, key in originals:
        pattern = best_version(works[key], language)
        questions = [
            Question(
                code=str(item["code"]),
                text=str(item["question"]),
                note=str(item["note"] or ""),
                options=[
                    best_version(works[row["target__translation_key"]], language)
                    for row in relations[key]
                    if row["target__translation_key"] in works
                    and (not row["indicators"] or str(item["code"]) in row["indicators"])
                ],
            )
            for item in pattern.section("indicators") or []
        ]
        if questions:
            groups.append(Group(pattern, questions))
    return Sheet(place, list(threats), groups)
