"""Which works are like one of them?"""

from collections.abc import Sequence

from tantivy import Occur, Query

from search.engines.embedded.reader import Reader
from search.engines.embedded.schema import any_of, term_query, within

_TELLING = ("place:", "threat:", "measure:")
_COMPARED = 10  # concepts by which works are called similar


def similar(reader: Reader, key: str, audience: Sequence[int], limit: int) -> list[str]:
    """Return the keys of the works that share most of what one tells."""
    found = reader.searcher.search(term_query("key", key), 1, count=False)
    if not found.hits:
        return []
    _key, payload = reader.payload(found.hits[0][1])
    weights: list[tuple[float, str]] = []
    for token in payload["concepts"][:40]:
        weight = reader.inverse_frequency("facet", token)
        weights.append((weight * (1.0 if token.startswith(_TELLING) else 0.2), token))
    # What very many works carry hardly counts, and is what takes time.
    telling = sorted(weights, reverse=True)[:_COMPARED]
    shared = [Query.const_score_query(term_query("facet", token), weight) for weight, token in telling]
    if not shared:
        return []
    query = Query.boolean_query(
        [
            (Occur.Must, any_of(shared)),
            (Occur.Must, within(audience)),
            (Occur.MustNot, term_query("key", key)),
        ]
    )
    near = reader.searcher.search(query, limit, count=False, weight_by_field="prior")
    return [reader.key(address) for _score, address in near.hits]
