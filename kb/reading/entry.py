"""What does one reader get to see of one entry?"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BigIntegerField

from kb import trust
from kb.choices import Audience, Axis, RelationType, Tlp, TranslationStatus
from kb.media import Shown, shown_to
from kb.models import Entry, EntryConcept, EntryReference
from kb.outlines import OUTLINES, Section
from kb.reading.related import Related, related_to
from kb.reading.versions import best_version, page_language, references_of, versions_of
from kb.sharing import tlp
from kb.vocabulary import Term, Vocabulary
from people.models import Circle
from people.statements import Statement
from people.viewers import Viewer

_CONCEPTS = Statement(
    lambda entry: EntryConcept.objects.filter(entry=entry).order_by("pk").values_list("axis", "concept_id"),
    entry=BigIntegerField(),
)


@dataclass(frozen=True)
class Passing:
    """One answer to "May I pass this on?"."""

    to: str
    answer: str


@dataclass(frozen=True)
class Part:
    """A section with its content."""

    outline: Section
    value: Any


@dataclass
class Reading:
    """An entry as one reader sees it."""

    entry: Entry
    original: Entry
    languages: list[Entry]
    parts: list[Part]
    terms: dict[str, list[Term]]
    references: list[EntryReference]
    related: list[Related]
    circles: list[Circle]
    trust_line: str
    evidence: trust.Evidence
    overdue: bool
    readers: str
    passing: list[Passing]
    options: dict[str, list[Related]] = field(default_factory=dict)
    media: list[Shown] = field(default_factory=list)

    @property
    def facilities(self) -> list[Term]:
        """The kinds of place it fits."""
        return self.terms.get(Axis.FACILITY, [])

    @property
    def threats(self) -> list[Term]:
        """The threats it helps against."""
        return self.terms.get(Axis.THREAT, [])

    @property
    def source_terms(self) -> list[Term]:
        """What the entry rests on."""
        return self.terms.get(Axis.SOURCE, [])

    @property
    def contradictions(self) -> list[Related]:
        """The entries that advise otherwise."""
        return [row for row in self.related if row.type == RelationType.CONTRADICTS]

    @property
    def successors(self) -> list[Related]:
        """The entries that replace this one."""
        return [row for row in self.related if row.type == RelationType.SUPERSEDES and not row.outgoing]

    @property
    def further(self) -> list[Related]:
        """The other related entries."""
        return [
            row
            for row in self.related
            if row.type != RelationType.CONTRADICTS
            and row not in self.successors
            and not (row.type == RelationType.OPTION and row.outgoing)
        ]

    @property
    def translated(self) -> bool:
        """Is this another language version than the original?"""
        return self.entry.translation_status != TranslationStatus.ORIGINAL

    @property
    def highest_marking(self) -> Tlp:
        """The highest label of all that the page shows."""
        related = (row.entry.marking.label for row in self.related)
        return tlp.highest([self.entry.marking.label, *related, *(shown.item.marking.label for shown in self.media)])

    @property
    def chatham_house(self) -> bool:
        """Does anything that the page shows stand under the Chatham House rule?"""
        parts = (*(row.entry.marking for row in self.related), *(shown.item.marking for shown in self.media))
        return tlp.withholds_source([self.entry.marking, *parts])


def _terms(original: Entry, vocabulary: Vocabulary) -> dict[str, list[Term]]:
    terms: dict[str, list[Term]] = defaultdict(list)
    for axis, pk in _CONCEPTS(entry=original.pk):
        if pk in vocabulary.terms:
            terms[axis].append(vocabulary.terms[pk])
    return dict(terms)


def parts_of(entry: Entry) -> list[Part]:
    """Return the sections of an entry in the order of its outline."""
    values = {child.block_type: child.value for child in entry.body}
    return [Part(section, values[section.name]) for section in OUTLINES[entry.kind] if values.get(section.name)]


def passing_on(label: str) -> list[Passing]:
    """Return the answers to "May I pass this on?" under a label."""
    return [Passing(str(Audience(to).label), str(answer)) for to, answer in tlp.PASS_ON[Tlp(label)].items()]


def read_entry(public_id: str, viewer: Viewer, vocabulary: Vocabulary, language: str | None = None) -> Reading | None:
    """Return the entry as this viewer may see it, or None: for what is hidden as for what does not exist."""
    language = language or page_language()
    versions = versions_of(viewer, public_id)
    if not versions:
        return None
    entry = best_version(versions, language)
    return compose(entry, versions, viewer, vocabulary, language)


def compose(entry: Entry, versions: Sequence[Entry], viewer: Viewer, vocabulary: Vocabulary, language: str) -> Reading:
    """Return the reading of an entry that was loaded within the viewer's clearance."""
    original = next((row for row in versions if row.translation_status == TranslationStatus.ORIGINAL), entry)
    references = references_of([entry]).get(entry.pk, [])
    related = related_to(original, viewer, language)
    options: dict[str, list[Related]] = defaultdict(list)
    for row in related:
        if row.type == RelationType.OPTION and row.outgoing:
            for code in row.indicators or "*":
                options[code].append(row)
    circles: list[Circle] = []
    if entry.marking.label == Tlp.AMBER:
        circles = [circle for circle in entry.marking.circles.all() if circle.pk in viewer.circles]
    parts = _shown_parts(entry, viewer)
    return Reading(
        entry=entry,
        original=original,
        languages=sorted(versions, key=lambda row: row.locale.language_code),
        parts=parts,
        terms=_terms(original, vocabulary),
        references=references,
        related=related,
        circles=circles,
        trust_line=trust.trust_line(entry, references),
        evidence=trust.evidence(entry),
        overdue=trust.is_overdue(entry),
        readers=tlp.readers_in_words(entry.marking.label, partner_release=entry.marking.partner_release),
        passing=passing_on(entry.marking.label),
        options=dict(options),
        media=[row for part in parts if part.outline.name in _MEDIA for row in part.value],
    )


# The sections whose content has markings of its own, and what their rows name.
_MEDIA = {"pictures": "picture", "files": "file"}


def _shown_parts(entry: Entry, viewer: Viewer) -> list[Part]:
    """Return the sections with what the viewer sees of pictures and files; where that is nothing, no heading stands."""
    parts = [
        Part(part.outline, shown_to(viewer, _MEDIA[part.outline.name], part.value))
        if part.outline.name in _MEDIA
        else part
        for part in parts_of(entry)
    ]
    return [part for part in parts if part.value]
