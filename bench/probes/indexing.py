"""How many documents a second go into a new index, once they are read?"""

from bench.probes.start import hand_back, stand_up

stand_up()

import sys  # noqa: E402  (Django has to stand first)
import tempfile  # noqa: E402  (Django has to stand first)
import time  # noqa: E402  (Django has to stand first)

from kb.vocabulary import vocabulary  # noqa: E402  (Django has to stand first)
from search.documents.entries import all_keys, build  # noqa: E402  (Django has to stand first)
from search.engines.embedded.engine import EmbeddedEngine  # noqa: E402  (Django has to stand first)


def main(most: int) -> None:
    """Read documents, then time only how they are indexed; hand back how many there were and the seconds."""
    terms = vocabulary()
    started = time.monotonic()
    documents = []
    for keys in all_keys():
        documents += build(keys, terms)
        if len(documents) >= most:
            break
    read = time.monotonic() - started
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        EmbeddedEngine(folder).rebuild(documents, lambda _keys: [])
        seconds = time.monotonic() - started
    hand_back({"documents": len(documents), "reading": read, "indexing": seconds})


main(int(sys.argv[1]))
