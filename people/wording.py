"""What may nobody write into a form whose words are stored? The apps above say, by checks that they register here."""

from collections.abc import Callable

# Takes a text; raises ValidationError where it may not be stored.
Check = Callable[[str], object]
_CHECKS: list[Check] = []


def register(check: Check) -> None:
    """Make a check known, when the app that has it starts."""
    if check not in _CHECKS:
        _CHECKS.append(check)


def may_be_stored(text: str) -> None:
    """Validate a text that a person wrote. Raises ValidationError."""
    for check in _CHECKS:
        check(text)
