"""Which further pages of results are offered?"""

from dataclasses import dataclass

from kb.vocabulary import Vocabulary
from search.query import PER_PAGE
from search.results import Found

NEAR = 2  # pages on either side of the current one


@dataclass(frozen=True)
class Page:
    """One page by its number."""

    number: int
    address: str
    current: bool
    after_gap: bool


@dataclass(frozen=True)
class Pages:
    """The pages that are offered, and the next one by what it holds."""

    numbered: list[Page]
    next_address: str
    next_from: int
    next_to: int


def pages_of(found: Found, terms: Vocabulary) -> Pages | None:
    """Return the pages near the current one, the first and the last; None where there is only one."""
    if found.pages < 2:
        return None
    near = range(found.page - NEAR, found.page + NEAR + 1)
    numbers = sorted({1, found.pages, *(number for number in near if 1 <= number <= found.pages)})
    numbered = [
        Page(
            number,
            found.query.address(terms, page=number),
            number == found.page,
            position > 0 and numbers[position - 1] != number - 1,
        )
        for position, number in enumerate(numbers)
    ]
    more = found.page < found.pages
    return Pages(
        numbered=numbered,
        next_address=found.query.address(terms, page=found.page + 1) if more else "",
        next_from=found.page * PER_PAGE + 1,
        next_to=min((found.page + 1) * PER_PAGE, found.total),
    )
