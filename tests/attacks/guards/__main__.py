"""Is every test of an attack seen to fail once its guard is taken away? `python -m tests.attacks.guards [numbers…]`."""

import sys
import tempfile
import time
from pathlib import Path

from tests.attacks.guards.rows import ROWS
from tests.attacks.guards.trial import Trial, Verdict


def main(numbers: list[str]) -> int:
    """Try the guards against these attacks, all where none is named; 0 where each was seen to fail."""
    unknown = sorted(set(numbers) - {row.number for row in ROWS})
    if unknown:
        print(f"There is no row for {', '.join(unknown)}.")
        return 2
    rows = [row for row in ROWS if not numbers or row.number in numbers]
    begun, seen = time.monotonic(), 0
    with tempfile.TemporaryDirectory(prefix="guards-") as place:
        trial = Trial(Path(place))
        if trouble := trial.prepare(rows):
            print(f"With all guards in place, these tests do not pass:\n{trouble}")
            return 1
        for row in rows:
            verdict, why = trial.verdict(row)
            seen += verdict == Verdict.SEEN
            print(f"{verdict:12}  {row}" + (f"\n              {why}" if why else ""), flush=True)
    print(f"{seen} of {len(rows)} seen to fail, in {time.monotonic() - begun:.0f} seconds.")
    return 0 if seen == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
