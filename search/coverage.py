"""What is known where? The map of facility groups by threat groups, and the choosers made of the same numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from kb.choices import Axis
from kb.vocabulary import Term, Vocabulary
from search.engines.base import Coverage
from search.facets import BY_PARAM

# From how many entries on a field is shaded how.
BANDS = ((10, "most"), (6, "many"), (3, "some"), (1, "few"))


@dataclass(frozen=True)
class Cell:
    """One number and where it leads."""

    count: int
    address: str
    band: str


@dataclass(frozen=True)
class Row:
    """One facility group."""

    term: Term
    address: str
    cells: list[Cell]
    sum: Cell


@dataclass(frozen=True)
class CoverageMap:
    """The whole table."""

    heads: list[tuple[Term, str]]
    rows: list[Row]
    sums: list[Cell]
    total: Cell
    empty: int

    @property
    def fields(self) -> int:
        """How many fields the map has."""
        return len(self.heads) * len(self.rows)


def band(count: int) -> str:
    """Return the word for a number of entries."""
    return next((word for least, word in BANDS if count >= least), "none")


@lru_cache(maxsize=4_096)
def _address(place: str, threat: str) -> str:
    """Return the query string of a field, by the slugs of its concepts; a map has hundreds of them."""
    return "?" + urlencode([(param, slug) for param, slug in (("place", place), ("threat", threat)) if slug])


def _cell(count: int, place: Term | None, threat: Term | None) -> Cell:
    return Cell(count, _address(place.slug if place else "", threat.slug if threat else ""), band(count))


def coverage_map(numbers: Coverage, terms: Vocabulary) -> CoverageMap:
    """Return the map. Sums count an entry once, however many fields it stands in."""
    places, threats = terms.roots(Axis.FACILITY), terms.roots(Axis.THREAT)
    by_place, by_threat = numbers.counts.get("place", {}), numbers.counts.get("threat", {})
    rows = [
        Row(
            term=place,
            address=_cell(0, place, None).address,
            cells=[_cell(numbers.cells.get((place.pk, threat.pk), 0), place, threat) for threat in threats],
            sum=_cell(by_place.get(str(place.pk), 0), place, None),
        )
        for place in places
    ]
    return CoverageMap(
        heads=[(threat, _cell(0, None, threat).address) for threat in threats],
        rows=rows,
        sums=[_cell(by_threat.get(str(threat.pk), 0), None, threat) for threat in threats],
        total=_cell(numbers.total, None, None),
        empty=sum(1 for row in rows for cell in row.cells if not cell.count),
    )


@dataclass(frozen=True)
class Choice:
    """An option of a chooser; `count` is None where nothing could be counted."""

    slug: str
    label: str
    count: int | None


@dataclass(frozen=True)
class ChoiceGroup:
    """A top concept and those below it that occur."""

    head: Choice
    below: list[Choice]


def chooser(param: str, numbers: Coverage | None, terms: Vocabulary) -> list[ChoiceGroup]:
    """Return the concepts of a facet that occur, by their top concept; all of them where nothing was counted."""
    facet = BY_PARAM[param]
    counts: Mapping[str, int] | None = numbers.counts.get(param, {}) if numbers else None

    def choice(term: Term) -> Choice:
        return Choice(term.slug, term.label, None if counts is None else counts.get(str(term.pk), 0))

    groups = []
    for root in terms.roots(str(facet.axis)):
        if counts is not None and not counts.get(str(root.pk)):
            continue
        below = [choice(terms.terms[pk]) for pk in _below(root, terms)]
        groups.append(ChoiceGroup(choice(root), [item for item in below if item.count is None or item.count]))
    return groups


def _below(root: Term, terms: Vocabulary) -> list[int]:
    wanted = terms.with_narrower(root.pk) - {root.pk}
    return [pk for pk in terms.terms if pk in wanted]
