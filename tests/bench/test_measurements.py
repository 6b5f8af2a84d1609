"""Are two series of answers told apart where they differ, and not where they only scatter?"""

import random
from statistics import median

import pytest

from bench.areas.search import NOISE, alike
from bench.measurements import error_of_median


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
