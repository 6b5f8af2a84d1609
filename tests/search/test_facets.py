"""Facets know their values, their names and their order."""

from __future__ import annotations

import pytest
from django.utils import translation

from search.facets import BY_PARAM, FACETS, view_of
from tests.search.worlds import small_vocabulary

TERMS = small_vocabulary()


def test_every_parameter_of_the_design_has_a_facet() -> None:
    assert [facet.param for facet in FACETS] == [
        *("place", "threat", "kind", "measure"),
        *(
            "function",
            "sector",
            "expertise",
            "mission",
            "event",
            "source",
            "evidence",
            "maturity",
            "language",
            "marking",
        ),
    ]
    assert [facet.param for facet in FACETS if facet.primary] == ["place", "threat", "kind", "measure"]


@pytest.mark.parametrize(
    ("param", "slug"),
    [("place", "stadium"), ("kind", "lesson"), ("marking", "amber-strict"), ("language", "fr"), ("evidence", "b")],
)
def test_a_slug_leads_to_a_value_and_back(param: str, slug: str) -> None:
    facet = BY_PARAM[param]
    value = facet.value_of(slug, TERMS)
    assert value is not None
    assert facet.slug_of(value, TERMS) == slug
    assert facet.label_of(value, TERMS)


@pytest.mark.parametrize("param", [facet.param for facet in FACETS])
def test_an_unknown_slug_is_no_value(param: str) -> None:
    assert BY_PARAM[param].value_of("nowhere", TERMS) is None
    assert BY_PARAM[param].value_of("", TERMS) is None


def test_names_are_in_the_language_of_the_page() -> None:
    with translation.override("de"):
        assert BY_PARAM["place"].label_of("2", TERMS) == "Weihnachtsmarkt"


def test_narrower_values_stand_below_broader_ones() -> None:
    view = view_of(BY_PARAM["place"], {"1": 3, "2": 2, "3": 9}, ("2",), TERMS)
    assert view is not None
    assert [(option.slug, option.count) for option in view.shown] == [("stadium", 9), ("temporary-event", 3)]
    assert [option.slug for option in view.shown[1].children] == ["christmas-market"]
    assert view.shown[1].open


def test_maturity_is_shown_from_two_values_on() -> None:
    assert view_of(BY_PARAM["maturity"], {"identified": 9}, (), TERMS) is None
    assert view_of(BY_PARAM["maturity"], {"identified": 9, "applied": 1}, (), TERMS) is not None


def test_a_facet_without_values_is_not_shown_but_a_selected_value_is() -> None:
    assert view_of(BY_PARAM["place"], {}, (), TERMS) is None
    view = view_of(BY_PARAM["place"], {}, ("3",), TERMS)
    assert view is not None
    assert (view.shown[0].slug, view.shown[0].count, view.shown[0].selected) == ("stadium", 0, True)


def test_closed_lists_keep_their_own_order() -> None:
    view = view_of(BY_PARAM["kind"], {"pattern": 9, "lesson": 1}, (), TERMS)
    assert view is not None
    assert [option.slug for option in view.shown] == ["lesson", "pattern"]


def test_a_value_that_the_vocabulary_lost_is_not_shown() -> None:
    view = view_of(BY_PARAM["place"], {"3": 1, "999": 5}, (), TERMS)
    assert view is not None
    assert [option.slug for option in view.shown] == ["stadium"]
