"""What was measured, what was allowed, and how is it told to people and to programs?"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from math import pi
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Measurement:
    """One number. `bound` says what is allowed, as "≤ 1.5"; without one the number is only for scale."""

    name: str
    value: float | None
    unit: str
    bound: str = ""
    holds: bool = True
    note: str = ""


def at_most(name: str, value: float, unit: str, limit: float, note: str = "") -> Measurement:
    """Return a measurement that holds up to a limit."""
    return Measurement(name, round(value, 3), unit, f"≤ {limit:g}", value <= limit, note)


def at_least(name: str, value: float, unit: str, limit: float, note: str = "") -> Measurement:
    """Return a measurement that holds from a limit on."""
    return Measurement(name, round(value, 3), unit, f"≥ {limit:g}", value >= limit, note)


def within(name: str, seconds: float, limit: float, slowness: float) -> Measurement:
    """Return seconds that hold up to a limit, which a slower machine than the agreed one stretches."""
    return at_most(name, seconds, "s", round(limit * slowness, 1), _stretched(f"≤ {limit:g}", slowness))


def as_fast_as(name: str, rate: float, unit: str, limit: float, slowness: float, note: str = "") -> Measurement:
    """Return a rate that holds from a limit on, which a slower machine than the agreed one lowers."""
    said = "; ".join(filter(None, (_stretched(f"≥ {limit:g}", slowness), note)))
    return at_least(name, rate, unit, round(limit / slowness), said)


def _stretched(bound: str, slowness: float) -> str:
    return f"{bound} on the agreed machine, this one is {slowness:.1f} × slower" if slowness > 1 else ""


def scale(name: str, value: float, unit: str, note: str = "") -> Measurement:
    """Return a number that has no bound and says how fast the machine is."""
    return Measurement(name, round(value, 3), unit, note=note)


def absent(name: str, unit: str, bound: str, reason: str) -> Measurement:
    """Return what could not be measured: it does not hold."""
    return Measurement(name, None, unit, bound, holds=False, note=reason)


def ratio(values: Sequence[float], to: Sequence[float]) -> float:
    """Return the ratio of the medians of two series that took turns."""
    return median(values) / max(median(to), 1e-9)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share (0 to 1) of the values lies. Raises ValueError for none."""
    if not values:
        raise ValueError("nothing was measured")
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def error_of_median(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the standard error of the difference between two medians; a few very slow answers do not widen it."""
    return sum(_spread(values) ** 2 * (pi / 2) / len(values) for values in (one, other)) ** 0.5


def _spread(values: Sequence[float]) -> float:
    """Return what the standard deviation would be, had no value strayed far from the middle."""
    middle = median(values)
    return 1.4826 * median(abs(value - middle) for value in values)


def line(found: Measurement) -> str:
    """Return one line of the table."""
    value = "–" if found.value is None else f"{found.value:,.3g}" if found.value < 100 else f"{found.value:,.0f}"
    verdict = "" if not found.bound else "holds" if found.holds else "MISSED"
    note = f"  {found.note}" if found.note else ""
    return f"{found.name:<64} {value:>9} {found.unit:<10} {found.bound:<10} {verdict:<6}{note}".rstrip()


def write(path: Path, found: Iterable[Measurement]) -> None:
    """Write the measurements as JSON, one object each."""
    rows = [{key: value for key, value in asdict(row).items() if value or key != "note"} for row in found]
    path.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
