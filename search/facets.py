"""By what can results be narrowed? Each facet is an object that knows its values and their names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf.locale import LANG_INFO
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from kb.choices import Axis, EntryKind, Maturity, SourceReliability, Tlp
from kb.vocabulary import Vocabulary
from search.analysis import words


def token(param: str, value: object) -> str:
    """Return the token of a facet's value, as an index holds it."""
    return f"{param}:{value}"


def _slug_of_choice(value: str) -> str:
    return value.removeprefix("TLP:").lower().replace("+", "-")


@dataclass(frozen=True)
class Facet:
    """One respect. Its values are keys of concepts (as text) or slugs of a closed list."""

    param: str
    title: str | Promise
    axis: Axis | None = None
    choices: type[TextChoices] | None = None
    hierarchical: bool = False
    primary: bool = False
    shown_from: int = 1  # values that must occur before it is shown
    names: tuple[str, ...] = ()  # other names in `field:value`

    def value_of(self, slug: str, vocabulary: Vocabulary) -> str | None:
        """Return the value that a slug in an address names, or None where there is none."""
        if self.axis is not None:
            term = vocabulary.get(self.axis, slug)
            return str(term.pk) if term else None
        if self.choices is not None:
            return slug if any(slug == _slug_of_choice(value) for value in self.choices.values) else None
        return slug if slug in LANG_INFO and len(slug) == 2 else None

    def value_named(self, text: str, vocabulary: Vocabulary) -> str | None:
        """Return the value that a person's words name: a slug, or a label in any language; None for neither."""
        slug = "-".join(words(text))
        if found := self.value_of(slug, vocabulary):
            return found
        wanted = words(text)
        if self.axis is not None:
            for term in vocabulary.of_scheme(self.axis):
                if any(words(label) == wanted for _language, label in term.all_labels()):
                    return str(term.pk)
        elif self.choices is not None:
            for value, label in self.choices.choices:
                if words(str(label)) == wanted:
                    return _slug_of_choice(value)
        return None

    def slug_of(self, value: str, vocabulary: Vocabulary) -> str:
        """Return how a value is written in an address."""
        if self.axis is not None:
            term = vocabulary.terms.get(int(value))
            return term.slug if term else ""
        return value

    def label_of(self, value: str, vocabulary: Vocabulary) -> str:
        """Return what readers are shown for a value."""
        if self.axis is not None:
            term = vocabulary.terms.get(int(value))
            return term.label if term else ""
        if self.choices is not None:
            for known, label in self.choices.choices:
                if _slug_of_choice(known) == value:
                    return f"{known}: {label}" if self.choices is SourceReliability else str(label)
            return ""
        return str(get_language_info(value)["name_translated"]).capitalize() if value in LANG_INFO else value

    def labels(self, values: Iterable[str], vocabulary: Vocabulary) -> dict[str, str]:
        """Return what readers are shown for each of the values."""
        if self.axis is None:
            return {value: self.label_of(value, vocabulary) for value in values}
        known = vocabulary.labels()
        return {value: known.get(int(value), "") for value in values}

    def token_of_choice(self, value: str) -> str:
        """Return the token of a stored choice."""
        return token(self.param, _slug_of_choice(value))

    def order(self, counts: Mapping[str, int], vocabulary: Vocabulary) -> list[str]:
        """Return the values that occur: closed lists in their own order, the rest the most frequent first."""
        if self.choices is not None:
            known = [_slug_of_choice(value) for value in self.choices.values]
            return [value for value in known if counts.get(value)]
        labels = self.labels([value for value, count in counts.items() if count], vocabulary)
        return sorted((value for value in labels if labels[value]), key=lambda value: (-counts[value], labels[value]))


FACETS: tuple[Facet, ...] = (
    Facet("place", _("Facility type"), Axis.FACILITY, hierarchical=True, primary=True, names=("facility",)),
    Facet("threat", _("Threat"), Axis.THREAT, hierarchical=True, primary=True),
    Facet("kind", _("Kind"), choices=EntryKind, primary=True),
    Facet("measure", _("Measure"), Axis.MEASURE, hierarchical=True, primary=True),
    Facet("function", _("Protective function"), Axis.FUNCTION),
    Facet("sector", _("Sector"), Axis.SECTOR, hierarchical=True),
    Facet("expertise", _("Area of expertise"), Axis.EXPERTISE),
    Facet("mission", _("Mission type"), Axis.MISSION, hierarchical=True),
    Facet("event", _("Event category"), Axis.EVENT, hierarchical=True),
    Facet("source", _("Source basis"), Axis.SOURCE),
    Facet("evidence", _("Reliability of the source"), choices=SourceReliability),
    Facet("maturity", _("Maturity"), choices=Maturity, shown_from=2),
    Facet("language", _("Language"), names=("lang",)),
    Facet("marking", _("Marking"), choices=Tlp, names=("tlp",)),
)
BY_PARAM = {facet.param: facet for facet in FACETS}
BY_NAME = {**BY_PARAM, **{name: facet for facet in FACETS for name in facet.names}}
BY_AXIS = {facet.axis: facet for facet in FACETS if facet.axis is not None}


@dataclass
class Option:
    """One value as the filter shows it."""

    slug: str
    label: str
    count: int
    selected: bool
    children: "list[Option]"

    @property
    def open(self) -> bool:
        """Is it, or one below it, selected?"""
        return self.selected or any(child.open for child in self.children)


@dataclass
class FacetView:
    """A facet as the filter shows it: what stands in sight, and what opens on demand."""

    facet: Facet
    shown: list[Option]
    folded: list[Option]

    @property
    def selected(self) -> bool:
        """Is any of its values selected?"""
        return any(option.open for option in (*self.shown, *self.folded))


_IN_SIGHT = 4
_AT_MOST = 60


def view_of(
    facet: Facet, counts: Mapping[str, int], selected: tuple[str, ...], vocabulary: Vocabulary
) -> FacetView | None:
    """Return what the filter shows of a facet; None where it has too few values to help and none is selected."""
    merged: dict[str, int] = {**dict.fromkeys(selected, 0), **counts}
    values = facet.order(counts, vocabulary) + [value for value in selected if not counts.get(value)]
    if not selected and len(values) < facet.shown_from:
        return None
    offered = values[:_AT_MOST] + [value for value in selected if value in values[_AT_MOST:]]
    options = {
        value: Option(
            slug=facet.slug_of(value, vocabulary),
            label=label,
            count=merged[value],
            selected=value in selected,
            children=[],
        )
        for value, label in facet.labels(offered, vocabulary).items()
    }
    tops: list[Option] = []
    for value, option in options.items():
        parent = _parent(facet, value, options, vocabulary)
        (options[parent].children if parent else tops).append(option)
    if not tops:
        return None
    shown = [option for position, option in enumerate(tops) if position < _IN_SIGHT or option.open]
    folded = [option for option in tops if option not in shown]
    if len(folded) == 1:
        shown, folded = tops, []
    return FacetView(facet, shown, folded)


def _parent(facet: Facet, value: str, options: Mapping[str, Any], vocabulary: Vocabulary) -> str | None:
    if not facet.hierarchical:
        return None
    broader = next((term for term in vocabulary.lineage(int(value))[1:] if str(term.pk) in options), None)
    return str(broader.pk) if broader else None
