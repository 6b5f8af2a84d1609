"""Which areas of expertise can a person name? Those of a vocabulary, which the app that keeps it registers here."""

from collections.abc import Callable

# Returns pairs of slug and label, in the language of the page.
Source = Callable[[], list[tuple[str, str]]]
_SOURCES: list[Source] = []


def register(source: Source) -> None:
    """Make a vocabulary known, when the app that keeps it starts."""
    if source not in _SOURCES:
        _SOURCES.append(source)


def areas() -> list[tuple[str, str]]:
    """Return slug and label of every area."""
    return [area for source in _SOURCES for area in source()]
