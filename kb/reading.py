"""What does a reader get to see of entries? Every way to read starts here, with the viewer's clearance."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BigIntegerField, CharField, Prefetch, Q, UUIDField
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kb import trust
from kb.choices import Audience, Axis, RelationType, Tlp, TranslationStatus
from kb.media import Shown, shown_to
from kb.models.entries import Entry, EntryConcept, EntryReference, EntryRelation
from kb.outlines import OUTLINES, Section
from kb.sanitising import plain_text
from kb.sharing import tlp
from kb.vocabulary import Term, Vocabulary
from people.models import Circle
from people.statements import Statement
from people.viewers import Viewer

MAX_TOGETHER = 40  # entries in one briefing


def page_language() -> str:
    """Return the two letters of the language of the page."""
    return (get_language() or "en").split("-")[0]


def best_version(versions: Iterable[Entry], language: str) -> Entry:
    """Return the version in the language, else the original, else the first. Raises IndexError for none."""
    rows = list(versions)
    for row in rows:
        if row.locale.language_code == language:
            return row
    return next((row for row in rows if row.translation_status == TranslationStatus.ORIGINAL), rows[0])


# What of a row is shown where it stands in a list; anything else would be asked for row by row.
_SHOWN_IN_LISTS = (
    *("title", "summary", "public_id", "kind", "translation_key", "translation_status", "live_revision_id"),
    *("standing", "maturity", "evidence_source", "evidence_info", "published_date", "reviewed_date", "review_by"),
    *("marking__label", "marking__chatham_house", "locale__language_code"),
)
# What every page asks. `visible_to` stands in each question about entries.
_VERSIONS = Statement(
    lambda viewer, public_id: (
        Entry.objects.visible_to(viewer)
        .filter(public_id=public_id)
        .select_related("marking", "locale")
        .order_by("translation_key", "pk")
    ),
    public_id=CharField(),
)
_LISTED = Statement(
    lambda viewer, works: (
        Entry.objects.visible_to(viewer)
        .filter(translation_key__in=works)
        .select_related("marking", "locale")
        .only(*_SHOWN_IN_LISTS)
        .order_by("pk")
    ),
    works=UUIDField(),
)
_RELATIONS = Statement(
    lambda entry: (
        EntryRelation.objects.filter(Q(source=entry) | Q(target=entry))
        .order_by("pk")
        .values("source_id", "type", "note", "indicators", "source__translation_key", "target__translation_key")
    ),
    entry=BigIntegerField(),
)
_CONCEPTS = Statement(
    lambda entry: EntryConcept.objects.filter(entry=entry).order_by("pk").values_list("axis", "concept_id"),
    entry=BigIntegerField(),
)
_REFERENCES = Statement(
    lambda entries: EntryReference.objects.filter(entry__id__in=entries).order_by("sort_order", "pk"),
    entries=BigIntegerField(),
)


def listed(viewer: Viewer, works: Sequence[Any]) -> list[Entry]:
    """Return the readable language versions of works, without their long texts, in order of their rows; one query."""
    return _LISTED(viewer, works=works) if works else []


def references_of(entries: Sequence[Entry]) -> dict[int, list[EntryReference]]:
    """Return the references of entries in their order, by the entry's key; one query."""
    found: dict[int, list[EntryReference]] = defaultdict(list)
    for reference in _REFERENCES(entries=[entry.pk for entry in entries]) if entries else []:
        found[reference.entry_id].append(reference)
    return found


def versions_by_work(viewer: Viewer, condition: Q) -> dict[Any, list[Entry]]:
    """Return the readable language versions that meet the condition, by translation key; one query."""
    works: dict[Any, list[Entry]] = defaultdict(list)
    rows = Entry.objects.visible_to(viewer).filter(condition).select_related("marking", "locale").order_by("pk")
    for row in rows:
        works[row.translation_key].append(row)
    return works


@dataclass(frozen=True)
class Passing:
    """One answer to "May I pass this on?"."""

    to: str
    answer: str


@dataclass(frozen=True)
class Related:
    """Another entry and how it stands to this one."""

    entry: Entry
    type: str
    words: str
    note: str
    indicators: str
    outgoing: bool


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


def _relation_words(kind: str, outgoing: bool) -> str:
    words = {
        (RelationType.SUPPORTS, True): _("this entry supports it"),
        (RelationType.SUPPORTS, False): _("supports this entry"),
        (RelationType.CONTRADICTS, True): _("advises otherwise"),
        (RelationType.CONTRADICTS, False): _("advises otherwise"),
        (RelationType.SUPERSEDES, True): _("replaced by this entry"),
        (RelationType.SUPERSEDES, False): _("replaces this entry"),
        (RelationType.DERIVED_FROM, True): _("this entry is derived from it"),
        (RelationType.DERIVED_FROM, False): _("derived from this entry"),
        (RelationType.OPTION, True): _("an option against this pattern"),
        (RelationType.OPTION, False): _("this entry is one of its options"),
    }
    return words[RelationType(kind), outgoing]


def _related(original: Entry, viewer: Viewer, language: str) -> list[Related]:
    rows = _RELATIONS(entry=original.pk)
    if not rows:
        return []

    def far_end(row: Mapping[str, Any]) -> Any:
        outgoing = row["source_id"] == original.pk
        return row["target__translation_key"] if outgoing else row["source__translation_key"]

    works: dict[Any, list[Entry]] = defaultdict(list)
    for version in listed(viewer, list({far_end(row) for row in rows})):
        works[version.translation_key].append(version)
    found: list[Related] = []
    met: set[tuple[Any, str]] = set()
    for row in rows:
        versions = works.get(far_end(row))
        # Two entries may each say that they contradict the other: that is one relation to a reader.
        pair = (far_end(row), row["type"])
        if versions and not (row["type"] == RelationType.CONTRADICTS and pair in met):
            met.add(pair)
            outgoing = row["source_id"] == original.pk
            found.append(
                Related(
                    entry=best_version(versions, language),
                    type=row["type"],
                    words=_relation_words(row["type"], outgoing),
                    note=row["note"],
                    indicators=row["indicators"],
                    outgoing=outgoing,
                )
            )
    return found


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
    versions: list[Entry] = _VERSIONS(viewer, public_id=public_id)
    if not versions:
        return None
    entry = best_version(versions, language)
    return compose(entry, versions, viewer, vocabulary, language)


def compose(entry: Entry, versions: Sequence[Entry], viewer: Viewer, vocabulary: Vocabulary, language: str) -> Reading:
    """Return the reading of an entry that was loaded within the viewer's clearance."""
    original = next((row for row in versions if row.translation_status == TranslationStatus.ORIGINAL), entry)
    references = references_of([entry]).get(entry.pk, [])
    related = _related(original, viewer, language)
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


@dataclass(frozen=True)
class Brief:
    """An entry cut to what is taken along."""

    entry: Entry
    steps: list[str]
    trust_line: str
    references: list[EntryReference]
    terms: list[Term]
    threats: list[Term]

    @property
    def works_when(self) -> list[str]:
        """The conditions under which to use it."""
        return self.entry.conditions("works_when")

    @property
    def not_when(self) -> list[str]:
        """The conditions under which not to use it."""
        return self.entry.conditions("not_when")


def _brief_steps(entry: Entry) -> list[str]:
    """Return what to do: the steps of a practice, a lesson's recommendation, a pattern's questions."""
    if steps := entry.section("steps"):
        return [f"{step['title']} {step['text']}".strip() for step in steps]
    if indicators := entry.section("indicators"):
        return [str(item["question"]) for item in indicators]
    recommendation = entry.section("recommendation")
    return [plain_text(recommendation.source)] if recommendation else []


def read_briefing(public_ids: Sequence[str], viewer: Viewer, vocabulary: Vocabulary, language: str) -> list[Brief]:
    """Return the readable entries among the identifiers, in their order; the rest goes unmentioned. Three queries."""
    wanted = list(dict.fromkeys(public_ids))[:MAX_TOGETHER]
    works: dict[str, list[Entry]] = defaultdict(list)
    rows = (
        Entry.objects.visible_to(viewer)
        .filter(public_id__in=wanted)
        .select_related("marking", "locale")
        .prefetch_related("references", Prefetch("entry_concepts", to_attr="concept_rows"))
    )
    for row in rows:
        works[row.public_id].append(row)
    briefs: list[Brief] = []
    for public_id in wanted:
        if public_id not in works:
            continue
        entry = best_version(works[public_id], language)
        terms = [vocabulary.terms[row.concept_id] for row in entry.concept_rows if row.concept_id in vocabulary.terms]
        briefs.append(
            Brief(
                entry=entry,
                steps=_brief_steps(entry),
                trust_line=trust.trust_line(entry),
                references=list(entry.references.all()),
                terms=[term for term in terms if term.scheme == Axis.FACILITY],
                threats=[term for term in terms if term.scheme == Axis.THREAT],
            )
        )
    return briefs
