"""What happens while the shared cache is away? Reading goes on, signing in waits: uncounted tries are no tries."""

from collections.abc import Callable
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# What only makes things faster; everything else counts something.
_CONVENIENCE = "wagtail"
_RETRY_AFTER = "60"  # seconds


class CacheAway(Exception):
    """The cache cannot be asked, and what was to be counted must not go uncounted."""


class SharedCache(DatabaseCache):
    """Django's cache in a table, which says so where something was not stored."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return what is stored. Raises CacheAway for counters."""
        return self._asked(key, default, lambda: super(SharedCache, self).get(key, default, version))

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        """Store. Raises CacheAway for counters."""
        self._asked(key, None, lambda: super(SharedCache, self).set(key, value, *args, **kwargs))

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        """Store where nothing is stored yet; return whether that was so. Raises CacheAway for counters."""
        added: bool = self._asked(key, False, lambda: super(SharedCache, self).add(key, value, *args, **kwargs))
        if not added and self.get(key) is None and not str(key).startswith(_CONVENIENCE):
            # Django passes over what it could not store in silence.
            raise CacheAway
        return added

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Take away; return whether there was anything. Raises CacheAway for counters."""
        gone: bool = self._asked(key, False, lambda: super(SharedCache, self).delete(key, version))
        return gone

    def _base_set(self, mode: str, key: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        stored = super()._base_set(mode, key, value, *args, **kwargs)  # type: ignore[misc]  # the stubs lack it
        if mode == "set" and not stored:
            # Django passes over it in silence.
            raise DatabaseError("The cache did not store")
        return stored

    def _asked(self, key: Any, otherwise: Any, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except DatabaseError as error:
            if str(key).startswith(_CONVENIENCE):
                return otherwise
            raise CacheAway from error


class CountedTriesMiddleware:
    """Answer 503 where tries to sign in cannot be counted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next in the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say that it cannot be done now, and that reading can."""
        if not isinstance(exception, CacheAway):
            return None
        response = render(request, "account/paused.html", status=503)
        response.headers["Retry-After"] = _RETRY_AFTER
        return response
