"""Which work stands at a place of the trial corpus? Its kind, concepts, dates, marking, versions and relations.

Ten places form a group that relates among itself: six practices, two lessons, two patterns. What place `i` holds
depends on the seed and on `i` alone, so that a corpus can be continued.
"""

import datetime
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from wagtail.models import Locale

from kb.choices import Axis, EntryKind, Maturity, RelationType, Standing, Tlp, TranslationStatus
from kb.corpus import texts
from kb.corpus.pool import Source
from kb.demonstration import AXES, body_of
from kb.importing.writing import Version
from kb.marking import Facts
from kb.models import Entry, EntryReference
from kb.models.identifiers import work_key
from kb.vocabulary import Vocabulary
from people.models import Circle, Organisation

GROUP = 10
KINDS = (*[EntryKind.PRACTICE] * 6, *[EntryKind.LESSON] * 2, *[EntryKind.PATTERN] * 2)
# (how many concepts at least, at most) beside those of the text; every axis is filled.
_MORE: dict[str, tuple[int, int]] = {
    Axis.FACILITY: (1, 2),
    Axis.THREAT: (1, 2),
    Axis.MEASURE: (1, 3),
    Axis.FUNCTION: (1, 2),
    Axis.SECTOR: (1, 2),
    Axis.EXPERTISE: (1, 2),
    Axis.SOURCE: (0, 2),
}
_LABELS = ((Tlp.CLEAR, 80), (Tlp.GREEN, 12), (Tlp.AMBER, 5), (Tlp.AMBER_STRICT, 3))
_LAST_DAY = datetime.date(2026, 11, 1)
_REFERENCE = ("kind", "title", "publisher", "year", "url", "licence", "locator")


@dataclass(frozen=True)
class Relation:
    """A relation between two places of the corpus."""

    source: int
    target: int
    type: RelationType
    indicators: str = ""


def _drawn(rng: random.Random, weighted: Sequence[tuple[Any, int]]) -> Any:
    return rng.choices([value for value, _weight in weighted], [weight for _value, weight in weighted])[0]


class Corpus:
    """The works of one seed."""

    def __init__(
        self,
        seed: int,
        pool: Sequence[Source],
        vocabulary: Vocabulary,
        circles: Sequence[Circle],
        organisations: Sequence[Organisation],
    ) -> None:
        """Order the concepts of each axis, so that some are frequent and some rare."""
        self.seed = seed
        self.pool = {kind: [source for source in pool if source.row["kind"] == kind] for kind in EntryKind}
        self.vocabulary = vocabulary
        self.circles = circles
        self.organisations = organisations
        self.locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in ("en", "fr", "de")}
        self.frequent: dict[str, tuple[list[str], list[float]]] = {}
        for axis in AXES:
            slugs = [term.slug for term in vocabulary.of_scheme(axis)]
            random.Random(f"{seed}:{axis}").shuffle(slugs)
            self.frequent[axis] = (slugs, list(accumulate(1 / rank for rank in range(1, len(slugs) + 1))))

    def key(self, place: int) -> str:
        """Return the source key of a place."""
        return f"corpus:{self.seed}:{place}"

    def _common(self, rng: random.Random, axis: str, count: int) -> list[str]:
        slugs, weights = self.frequent[axis]
        return rng.choices(slugs, cum_weights=weights, k=count)

    def _slugs(self, rng: random.Random, own: Source) -> dict[str, list[str]]:
        """Return the concepts by axis: some of the text's own, some drawn."""
        chosen: dict[str, list[str]] = {}
        for axis, name in AXES.items():
            value = own.row.get(name) or []
            mine = [value] if isinstance(value, str) else list(value)
            if axis in (Axis.MISSION, Axis.EVENT):
                chosen[axis] = self._common(rng, axis, 1)
                continue
            least, most = _MORE[axis]
            kept = rng.sample(mine, min(len(mine), 2)) if mine else []
            drawn = self._common(rng, axis, rng.randint(least, most) + (0 if kept else 1))
            chosen[axis] = list(dict.fromkeys([*kept, *drawn]))
        return chosen

    def _facts(self, rng: random.Random) -> Facts:
        label = _drawn(rng, _LABELS)
        note = "" if label == Tlp.CLEAR else "Recombined from public sources, marked for trial."
        if label == Tlp.AMBER:
            return Facts(label, tuple(rng.sample(list(self.circles), rng.randint(1, 2))), handling_note=note)
        if label == Tlp.AMBER_STRICT:
            return Facts(label, owning_organisation=rng.choice(self.organisations), handling_note=note)
        released = label == Tlp.GREEN and rng.random() < 0.25
        return Facts(label, partner_release=released, chatham_house=label != Tlp.CLEAR, handling_note=note)

    def _dates(self, rng: random.Random, standing: Standing) -> dict[str, Any]:
        published = _LAST_DAY - datetime.timedelta(days=int(3650 * rng.random() ** 1.5) + 120)
        if standing == Standing.EXPIRED:
            published = min(published, _LAST_DAY - datetime.timedelta(days=600))
            due = published + datetime.timedelta(days=rng.randint(180, 480))
            return {"published_date": published, "reviewed_date": published, "review_by": due}
        reviewed = published + datetime.timedelta(days=rng.randint(0, (_LAST_DAY - published).days))
        due = _LAST_DAY + datetime.timedelta(days=rng.randint(-60, 1100))
        return {"published_date": published, "reviewed_date": reviewed, "review_by": due}

    def _standing(self, rng: random.Random, place: int) -> Standing:
        if place % GROUP == 1 and (place // GROUP) % 3 == 0:
            return Standing.SUPERSEDED
        return _drawn(rng, ((Standing.CURRENT, 94), (Standing.EXPIRED, 5), (Standing.RECALLED, 1)))

    def versions(self, place: int) -> list[Version]:
        """Return the language versions of the work at a place, the original first."""
        rng = random.Random(f"{self.seed}:{place}")
        own = rng.choice(self.pool[KINDS[place % GROUP]])
        slugs = self._slugs(rng, own)
        standing = self._standing(rng, place)
        header = {
            "kind": own.row["kind"],
            "source_key": self.key(place),
            "translation_key": work_key(self.key(place)),
            "positive": rng.random() < 0.4 if own.row["kind"] == EntryKind.LESSON else None,
            "evidence_source": _drawn(rng, (("B", 40), ("A", 25), ("C", 20), ("D", 8), ("F", 5), ("E", 2))),
            "evidence_info": _drawn(rng, (("2", 40), ("3", 25), ("1", 20), ("6", 8), ("4", 5), ("5", 2))),
            "maturity": _drawn(rng, ((Maturity.IDENTIFIED, 70), (Maturity.APPLIED, 20), (Maturity.VALIDATED, 10))),
            "standing": standing,
            **self._dates(rng, standing),
        }
        facts = self._facts(rng)
        header["public_id"] = "".join(rng.choices("23456789abcdefghjkmnpqrstvwxyz", k=8))
        made = [self._version(rng, place, own, "en", TranslationStatus.ORIGINAL, header, slugs, facts)]
        for language, version in own.versions.items():
            if rng.random() < 0.6:
                status = _drawn(
                    rng,
                    ((TranslationStatus.CHECKED, 70), (TranslationStatus.MACHINE, 20), (TranslationStatus.STALE, 10)),
                )
                made.append(self._version(rng, place, version, language, status, header, slugs, facts))
        return made

    def _label(self, axis: str, slug: str, language: str) -> str:
        term = self.vocabulary.get(axis, slug)
        return str(term.pref_label.get(language) or term.pref_label.get("en") or slug) if term else slug

    def _version(
        self,
        rng: random.Random,
        place: int,
        own: Source,
        language: str,
        status: TranslationStatus,
        header: dict[str, Any],
        slugs: dict[str, list[str]],
        facts: Facts,
    ) -> Version:
        other = rng.choice(own.near) if own.near else own
        names = [self._label(axis, slugs[axis][0], language) for axis in (Axis.FACILITY, Axis.THREAT)]
        entry = Entry(
            locale=self.locales[language],
            translation_status=status,
            title=texts.title(own, names[0], names[1], place + 1),
            summary=texts.summary(rng, own, other),
            works_when=texts.conditions(rng, own, other, "works_when"),
            not_when=texts.conditions(rng, own, other, "not_when"),
            body=body_of(own.row["kind"], texts.sections(rng, own, other)),
            live=True,
            first_published_at=_noon(header["published_date"]),
            last_published_at=_noon(header["reviewed_date"]),
            **header,
        )
        words = [*own.row.get("keywords", []), *other.row.get("keywords", [])]
        given = [*own.row.get("references", []), *other.row.get("references", [])]
        return Version(
            entry=entry,
            concepts=[
                (axis, term.pk)
                for axis, chosen in slugs.items()
                for slug in chosen
                if (term := self.vocabulary.get(axis, slug)) is not None
            ],
            references=[
                EntryReference(**{name: row[name] for name in _REFERENCE if row.get(name)})
                for row in rng.sample(given, min(len(given), rng.randint(1, 3)))
            ],
            keywords=rng.sample(sorted(set(words)), min(len(set(words)), 4)),
            facts=facts,
        )

    def relations(self, place: int) -> list[Relation]:
        """Return the relations between a place and earlier ones of its group, whichever way they go."""
        group, position = divmod(place, GROUP)
        first = group * GROUP
        rng = random.Random(f"{self.seed}:{place}:relations")
        found: list[Relation] = []
        if position == 1 and group % 3 == 0:
            found.append(Relation(first, place, RelationType.SUPERSEDES))
        if position == 2:
            found.append(Relation(place, first, RelationType.SUPPORTS))
        if position == 4 and group % 3 == 1:
            found.append(Relation(place, first + 3, RelationType.CONTRADICTS))
        if position == 6:
            found.append(Relation(place, first + rng.choice((0, 2, 3)), RelationType.SUPPORTS))
        if position == 7 and group % 2 == 0:
            found.append(Relation(place, first + 6, RelationType.DERIVED_FROM))
        if position >= 8:
            options = rng.sample((0, 2, 3, 4, 5), rng.randint(1, 3))
            found += [
                Relation(place, first + option, RelationType.OPTION, letter)
                for option, letter in zip(options, ("a", "b", "ab"), strict=False)
            ]
        return found


def _noon(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(12), tzinfo=datetime.UTC)
