"""How much does the engine add to tantivy, and how long do searches take?"""

from collections.abc import Iterator
from typing import Any

from bench.ground import Ground
from bench.measurements import Measurement, at_most, percentile, scale

ENGINE = 1.5  # times the same query and counts, sent straight to tantivy


def measure(ground: Ground) -> Iterator[Measurement]:
    """Yield the engine's share at every size, and what a search takes for scale."""
    for stand in ground.stands():
        rows: list[dict[str, Any]] = stand.probe("engine", str(ground.rounds * 3))
        straight = sum(row["straight"] for row in rows)
        worst = max(rows, key=lambda row: row["fresh"] / row["straight"])
        name = f"search.engine.{stand.name}"
        note = f"worst {worst['fresh'] / worst['straight']:.1f} × for {worst['address'][:40]}"
        yield at_most(f"{name}.fresh", sum(row["fresh"] for row in rows) / straight, "× tantivy", ENGINE, note)
        again = sum(row["again"] for row in rows) / straight
        yield scale(f"{name}.remembered", again, "× tantivy", "the same query asked again")
        fresh = [row["fresh"] for row in rows]
        yield scale(f"{name}.p50", percentile(fresh, 0.5), "ms")
        yield scale(f"{name}.p95", percentile(fresh, 0.95), "ms")
        yield scale(f"{name}.tantivy.p50", percentile([row["straight"] for row in rows], 0.5), "ms")
