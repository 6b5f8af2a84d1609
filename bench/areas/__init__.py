"""Which areas are measured? One module each, with a function that yields measurements."""

from collections.abc import Callable, Iterator

from bench.areas import operations, pages, search
from bench.ground import Ground
from bench.measurements import Measurement

# A further area adds its module here; its names begin with the key.
AREAS: dict[str, Callable[[Ground], Iterator[Measurement]]] = {
    "search": search.measure,
    "pages": pages.measure,
    "ops": operations.measure,
}
