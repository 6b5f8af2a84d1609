"""Are two series of answers told apart where they differ, and not where they only scatter?"""

import random
from statistics import median

import pytest

from bench.areas.search import NOISE, alike
from bench.measurements import as_fast_as, error_of_median, within


def series(middle: float, seed: int) -> list[float]:
    """Answers that take about so long, some of them very much longer."""
    source = random.Random(seed)
    return [source.gauss(middle, 1.0) + (50 if source.random() < 0.03 else 0) for _turn in range(200)]


def test_the_error_is_what_medians_of_equal_series_differ_by() -> None:
    apart = [median(series(20, seed)) - median(series(20, seed + 1000)) for seed in range(60)]
    inside = sum(abs(each) < 2 * error_of_median(series(20, 1), series(20, 2)) for each in apart)
    assert 50 <= inside <= 60


@pytest.mark.parametrize(("slower", "holds"), [(0.0, True), (1.0, False)])
def test_what_takes_longer_is_told_from_what_scatters(slower: float, holds: bool) -> None:
    found = alike("search.hidden", series(20 + slower, 3), series(20, 4), series(20, 5))
    assert found.holds is holds
    assert found.bound == f"≤ {NOISE:g}"


def test_answers_without_any_scatter_prove_nothing() -> None:
    assert not alike("search.hidden", [1.0] * 200, [1.0] * 200, [1.0] * 200).holds


def test_a_slower_machine_gets_more_seconds_and_a_faster_one_no_fewer() -> None:
    assert within("ops.first-answer", 2.6, 2.5, slowness=1.0).bound == "≤ 2.5"
    assert not within("ops.first-answer", 2.6, 2.5, slowness=1.0).holds
    slow = within("ops.first-answer", 3.7, 2.5, slowness=2.0)
    assert slow.holds
    assert slow.bound == "≤ 5"
    assert "≤ 2.5 on the agreed machine" in slow.note


def test_a_slower_machine_has_to_do_less_in_a_second() -> None:
    assert not as_fast_as("ops.import", 99, "works/s", 100, slowness=1.0).holds
    assert as_fast_as("ops.import", 51, "works/s", 100, slowness=2.0).holds
    assert not as_fast_as("ops.import", 49, "works/s", 100, slowness=2.0).holds
