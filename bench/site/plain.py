"""What does a template need of its context? The values alone, without the objects that they were worked out by."""

from collections.abc import Iterable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.functional import LazyObject, Promise

_LEAVES = (str, bytes, int, float, bool, type(None), date, time, Decimal, UUID, Promise)


class Plain:
    """Attributes that were looked at, as plain values."""

    def __getitem__(self, name: str) -> Any:
        """Return an attribute: a template asks this way first."""
        return self.__dict__[name]


class Watched:
    """An object of a context; it notes what a template looks at."""

    def __init__(self, target: Any, memo: dict[int, Any]) -> None:
        """Keep the object and all that was wrapped so far."""
        self.__dict__.update(_target=target, _memo=memo, _seen={})

    def __getattr__(self, name: str) -> Any:
        """Return the attribute, worked out and wrapped, and note it."""
        seen: dict[str, Any] = self.__dict__["_seen"]
        if name not in seen:
            value = getattr(self.__dict__["_target"], name)
            if callable(value) and not isinstance(value, type):
                value = value()
            seen[name] = watched(value, self.__dict__["_memo"])
        return seen[name]

    def __str__(self) -> str:
        return str(self.__dict__["_target"])

    def __bool__(self) -> bool:
        return bool(self.__dict__["_target"])


def watched(value: Any, memo: dict[int, Any]) -> Any:
    """Return a value of a context, wrapped so that it notes what is looked at."""
    if callable(value) and not isinstance(value, type | LazyObject | Promise):
        value = value()  # as a template does
    if isinstance(value, _LEAVES):
        return value
    known = memo.get(id(value))
    if known is not None:
        return known[1]
    found: Any
    if isinstance(value, Mapping):
        found = {key: watched(part, memo) for key, part in value.items()}
    elif isinstance(value, LazyObject) or not isinstance(value, Iterable):
        found = Watched(value, memo)
    else:
        found = [watched(part, memo) for part in value]
    # The value is kept beside its wrapping: its identity must not be given to another object.
    memo[id(value)] = (value, found)
    return found


def plain(value: Any, memo: dict[int, Any]) -> Any:
    """Return what was noted, without the objects."""
    if isinstance(value, _LEAVES):
        return value
    if id(value) in memo:
        return memo[id(value)]
    if isinstance(value, Watched):
        made = memo[id(value)] = Plain()
        made.__dict__.update({name: plain(part, memo) for name, part in value.__dict__["_seen"].items()})
        return made
    if isinstance(value, dict):
        filled = memo[id(value)] = {}
        filled.update({key: plain(part, memo) for key, part in value.items()})
        return filled
    listed: list[Any] = []
    memo[id(value)] = listed
    listed.extend(plain(part, memo) for part in value)
    return listed
