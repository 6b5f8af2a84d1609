"""What is being asked? The query of an address, parsed and bounded; nothing here knows an engine."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from kb.vocabulary import Vocabulary
from search.analysis import raw_words, words
from search.facets import BY_NAME, FACETS, token

MAX_LENGTH = 200  # characters
MAX_WORDS = 32
MAX_VALUES = 40  # selected values of one facet
MAX_TICKED = 40
PER_PAGE = 20
MAX_PAGE = 50
SORTS = ("relevance", "newest", "evidence")

_PART = re.compile(
    r"""(?P<minus>-)?(?:(?P<name>[^\W\d_]{2,12}):(?P<value>"[^"]*"|[^\s"]+)|"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))"""
)


@dataclass(frozen=True)
class SearchQuery:
    """A query within bounds.

    `words` keep their accents, for stemmers that know them; all other words are folded. `filters` and
    `excluded_filters` are tokens "param:value".
    """

    text: str = ""
    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    title_words: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    excluded_filters: tuple[str, ...] = ()
    selected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    page: int = 1
    language: str = "en"
    ticked: tuple[str, ...] = ()  # identifiers of entries that were ticked for a briefing before

    @property
    def asks(self) -> bool:
        """Does the query ask for words, so that results can be more or less relevant?"""
        return bool(self.words or self.phrases or self.title_words)

    @property
    def narrowed(self) -> bool:
        """Is any facet value selected?"""
        return any(self.selected.values())

    def with_page(self, page: int) -> "SearchQuery":
        """Return the same query for another page."""
        return replace(self, page=page)

    def selection_without(self, param: str) -> dict[str, tuple[str, ...]]:
        """Return the selected values of all other facets."""
        return {name: values for name, values in self.selected.items() if name != param and values}

    def tokens_of(self, param: str) -> list[str]:
        """Return the tokens that are selected of a facet."""
        return [token(param, value) for value in self.selected.get(param, ())]

    def address(self, vocabulary: Vocabulary, **changes: Any) -> str:
        """Return the query string of this query, changed: `text`, `sort`, `page` or `selected`; it begins with "?"."""
        query = replace(self, **{"page": 1, **changes})
        pairs: list[tuple[str, str]] = [("q", query.text)] if query.text else []
        for facet in FACETS:
            for value in query.selected.get(facet.param, ()):
                pairs.append((facet.param, facet.slug_of(value, vocabulary)))
        if query.sort != "relevance":
            pairs.append(("sort", query.sort))
        if query.page != 1:
            pairs.append(("page", str(query.page)))
        pairs += [("e", public_id) for public_id in query.ticked]
        return "?" + urlencode(pairs)


def _page(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        return 1
    return min(max(int(text), 1), MAX_PAGE)


def cleaned(text: str) -> str:
    """Return the words of a search box within bounds, on one line, without control characters."""
    text = text[: MAX_LENGTH * 4].replace("\0", " ")
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(text.split())[:MAX_LENGTH].strip()


def _selected(params: Any, vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    chosen: dict[str, tuple[str, ...]] = {}
    for facet in FACETS:
        found = (facet.value_of(slug[:80], vocabulary) for slug in params.getlist(facet.param)[:MAX_VALUES])
        values = tuple(dict.fromkeys(value for value in found if value))
        if values:
            chosen[facet.param] = values
    return chosen


def parse_text(text: str, vocabulary: Vocabulary) -> SearchQuery:
    """Return what the words of a search box ask for: words, "phrases", -exclusions and field:value.

    An unknown field, an unknown value and an unbalanced quotation mark are taken as words. Never raises.
    """
    text = cleaned(text)
    left = MAX_WORDS
    plain: list[str] = []
    phrases: list[tuple[str, ...]] = []
    excluded: list[tuple[str, ...]] = []
    titles: list[str] = []
    filters: list[str] = []
    without: list[str] = []
    for part in _PART.finditer(text):
        minus = bool(part["minus"])
        said = part["phrase"] if part["phrase"] is not None else part["word"]
        if part["name"]:
            name, value = part["name"].lower(), part["value"].strip('"')
            facet = BY_NAME.get(name)
            known = facet.value_named(value, vocabulary) if facet else None
            if facet and known:
                (without if minus else filters).append(token(facet.param, known))
                continue
            if name == "title" and not minus:
                found = words(value)[:left]
                titles += found
                left -= len(found)
                continue
            said = f"{name} {value}"
        found = words(said)[:left]
        if not found:
            continue
        left -= len(found)
        if minus:
            excluded.append(tuple(found))
        elif part["phrase"] is not None:
            phrases.append(tuple(found))
        else:
            plain += raw_words(said)[: len(found)]
    return SearchQuery(
        text=text,
        words=tuple(plain),
        phrases=tuple(phrases),
        excluded=tuple(excluded),
        title_words=tuple(titles),
        filters=tuple(dict.fromkeys(filters)),
        excluded_filters=tuple(dict.fromkeys(without)),
    )


def parse(params: Any, vocabulary: Vocabulary, language: str = "en") -> SearchQuery:
    """Return the query of an address's parameters (a QueryDict). What is unknown is ignored. Never raises."""
    query = parse_text(params.get("q", ""), vocabulary)
    sort = params.get("sort", "")
    return replace(
        query,
        selected=_selected(params, vocabulary),
        sort=sort if sort in SORTS else "relevance",
        page=_page(params.get("page", "")),
        language=language,
        ticked=tuple(
            key for key in params.getlist("e")[:MAX_TICKED] if len(key) <= 12 and key.isascii() and key.isalnum()
        ),
    )
