"""What is measured in this run, and does everything hold? `make bench`, or parts: `make bench ARGS="--areas pages"`."""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.areas import AREAS
from bench.cluster import Cluster, NoPostgres
from bench.ground import Ground, NotMade, folder
from bench.measurements import Measurement, absent, line, write

LATEST = Path(__file__).resolve().parent / "latest.json"
SIZES = (1_000, 10_000, 100_000)
DATABASES = ("sqlite", "postgresql")


def options(arguments: list[str] | None) -> argparse.Namespace:
    """Return what was asked for. Ends with a message for what is unknown."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description="Measure the site beside its floors.")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of entries, separated by commas")
    parser.add_argument("--databases", default=",".join(DATABASES))
    parser.add_argument("--areas", default=",".join(AREAS))
    parser.add_argument("--rounds", type=int, default=5, help="turns of every target; the median counts")
    found = parser.parse_args(arguments)
    found.areas, found.databases = found.areas.split(","), found.databases.split(",")
    for given, known in ((found.areas, AREAS), (found.databases, DATABASES)):
        if unknown := [name for name in given if name not in known]:
            parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(known)}")
    try:
        found.sizes = sorted({int(size) for size in found.sizes.split(",")})
    except ValueError:
        parser.error("--sizes takes numbers, as in --sizes 1000,10000")
    if found.rounds < 1 or found.sizes[0] < 100:
        parser.error("at least one round and 100 entries are needed")
    return found


def measured(ground: Ground, areas: list[str]) -> Iterator[Measurement]:
    """Yield the measurements of the areas; one that breaks off is named and the others go on."""
    if ground.no_postgres:
        yield absent("ops.postgresql", "", "there", ground.no_postgres)
    for name in areas:
        try:
            yield from AREAS[name](ground)
        except (NotMade, OSError, RuntimeError, KeyError, ValueError) as error:
            yield absent(f"{name}.measured", "", "to the end", f"{type(error).__name__}: {error}")


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the table as it grows, write it; return 1 where a bound does not hold."""
    asked = options(arguments)
    started = time.monotonic()
    found: list[Measurement] = []
    with ExitStack() as stack:
        ground = Ground(folder(), asked.sizes, asked.databases, asked.rounds, None)
        if "postgresql" in asked.databases:
            try:
                ground.cluster = stack.enter_context(Cluster(ground.folder / "postgres"))
            except NoPostgres as reason:
                ground.no_postgres = f"PostgreSQL was not measured: {reason}"
                print(f"\n!!! {ground.no_postgres}\n", flush=True)
        for row in measured(ground, asked.areas):
            found.append(row)
            print(line(row), flush=True)
            write(LATEST, found)
    missed = [row for row in found if not row.holds]
    print(f"\n{len(found)} numbers in {(time.monotonic() - started) / 60:.1f} minutes; they are in {LATEST.name}.")
    if missed:
        print(f"{len(missed)} bounds do not hold:")
        print("\n".join(line(row) for row in missed))
        return 1
    print("Every bound holds.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
