"""How does the site start, grow and change while people read?"""

from collections.abc import Iterator

from bench.ground import Ground
from bench.measurements import Measurement


def measure(ground: Ground) -> Iterator[Measurement]:
    """Yield nothing yet."""
    yield from ()
