"""What of entries is taken along in a briefing?"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from kb import trust
from kb.choices import Axis
from kb.models import Entry, EntryReference
from kb.reading.versions import best_version
from kb.sanitising import plain_text
from kb.vocabulary import Term, Vocabulary
from people.viewers import Viewer

MAX_TOGETHER = 40  # entries in one briefing


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
