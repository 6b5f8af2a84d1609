"""Words are the same whatever their case and accents."""

from __future__ import annotations

import pytest

from search.analysis import distance, fold, raw_words, stop_words, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("École", "ecole"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("ΟΔΟΣ", "οδοσ"),
        ("οδός", "οδοσ"),
        ("Țară ţară", "tara tara"),
        ("Øresund", "oresund"),
        ("Œuvre", "oeuvre"),
        ("Ħal", "hal"),
        ("ﬁre", "fire"),
        ("Ångström", "angstrom"),
    ],
)
def test_folding_takes_case_and_accents_away(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_words_end_at_apostrophes_hyphens_and_underscores() -> None:
    assert words("L'école d’été: C-UAS_2, café.") == ["l", "ecole", "d", "ete", "c", "uas", "2", "cafe"]


def test_raw_and_folded_words_run_in_parallel() -> None:
    text = "İstanbul ẞ E\u0301cole ﬁn _x_ 12 " + "y" * 90
    assert len(words(text)) == len(raw_words(text))


def test_stop_words_are_folded() -> None:
    assert "uber" in stop_words("de")
    assert stop_words("xx") == frozenset()


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [
        ("barrier", "barrier", 0),
        ("bariers", "barriers", 1),
        ("vehicel", "vehicle", 1),
        ("gate", "gaet", 1),
        ("a", "abcdef", 3),
        ("cat", "dog", 3),
    ],
)
def test_distance_counts_neighbours_that_are_swapped_as_one(one: str, other: str, steps: int) -> None:
    assert distance(one, other) == steps
