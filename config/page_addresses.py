"""Which addresses are pages that look alike to everybody without an account, and what in an address makes them differ?

What an address says beyond that is dropped before the page is made, so that strangers cannot make up new pages.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.conf import settings

from search.facets import FACETS

LONGEST_QUERY = 1_000  # characters of a query string; the answer to a longer one is not kept
MOST_PARAMETERS = 600  # more than a form of this site has


@dataclass(frozen=True)
class Kind:
    """One kind of page: the parameters that it understands, in the order in which they are written."""

    parameters: tuple[str, ...] = ()

    def query_of(self, query: str) -> str:
        """Return a query string with what the page understands, in one order; the values of one name keep theirs."""
        if not query or not self.parameters:
            return ""
        pairs = [pair for pair in parse_qsl(query, errors="replace") if pair[0] in self.parameters]
        pairs.sort(key=lambda pair: self.parameters.index(pair[0]))
        return urlencode(pairs[:MOST_PARAMETERS])


PLAIN = Kind()
RESULTS = Kind(("q", *(facet.param for facet in FACETS), "sort", "page", "e"))
_SLUG = r"[-a-zA-Z0-9_]+"

# By the path without the language. What is under no line is a page in the tree of editors.
_KINDS: tuple[tuple[str, Kind | None], ...] = (
    (rf"entries/{_SLUG}/", PLAIN),
    (r"search/", RESULTS),
    (r"search/suggest/", Kind(("q",))),
    (r"", PLAIN),
    (rf"topics/{_SLUG}/{_SLUG}/", PLAIN),
    (r"topics/", PLAIN),
    (r"assess/", Kind(("place", "threat"))),
    (r"briefing/", Kind(("e", "since"))),
    (r"(?:admin|account|you|_util|static|media|documents|health|csp-report|\.well-known)(?:/.*)?", None),
    (rf"(?:{_SLUG}/)+", PLAIN),
)
# Without a language before it.
_MACHINES = re.compile(r"/(?:robots\.txt|sitemap\.xml|sitemap-\d+\.xml)")
_TABLE = re.compile("|".join(f"(?P<k{number}>{pattern})" for number, (pattern, _kind) in enumerate(_KINDS)))
_BY_GROUP: Mapping[str, Kind | None] = {f"k{number}": kind for number, (_pattern, kind) in enumerate(_KINDS)}
_PREFIXES = tuple(f"/{code}/" for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE)


def kind_of(path: str) -> Kind | None:
    """Return which kind of public page a path leads to; None where what is there is never kept."""
    for prefix in _PREFIXES:
        if path.startswith(prefix):
            rest = path[len(prefix) :]
            break
    else:
        if _MACHINES.fullmatch(path):
            return PLAIN
        rest = path[1:]
    found = _TABLE.fullmatch(rest)
    return _BY_GROUP[found.lastgroup or ""] if found else None
