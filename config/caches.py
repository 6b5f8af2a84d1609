"""What happens while the shared cache is away? Reading goes on, signing in waits: uncounted tries are no tries."""

import base64
import pickle
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import DatabaseError, connections, router, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

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

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Count on, and return how far. Raises ValueError where nothing is stored, CacheAway for counters.

        In one transaction, and the counter ends when it was to end: Django's own way reads, then stores for its usual
        time, so that some counts are lost and a limit of an hour ends after minutes.
        """
        count: int = self._asked(key, 0, lambda: self._counted(key, delta, version))
        return count

    def _counted(self, key: Any, delta: int, version: int | None) -> int:
        name = self.make_and_validate_key(key, version=version)
        alias = router.db_for_write(self.cache_model_class)
        connection = connections[alias]
        table = connection.ops.quote_name(self._table)  # type: ignore[attr-defined]  # the stubs lack it
        now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
        held = " FOR UPDATE" if connection.features.has_select_for_update else ""
        with transaction.atomic(using=alias), connection.cursor() as cursor:
            cursor.execute(f"SELECT value FROM {table} WHERE cache_key = %s AND expires > %s{held}", [name, now])  # noqa: S608  (our own table)
            row = cursor.fetchone()
            if row is None:
                raise ValueError("Nothing is counted under this key")
            count = int(pickle.loads(base64.b64decode(row[0].encode()))) + delta  # noqa: S301  (what Django stored)
            packed = base64.b64encode(pickle.dumps(count, self.pickle_protocol)).decode("latin1")
            cursor.execute(f"UPDATE {table} SET value = %s WHERE cache_key = %s", [packed, name])  # noqa: S608  (see above)
        return count

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
