"""How many queries did an answer take, and how much of its time was spent in the engine and on snippets?"""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from bench.site.settings import PAGE_CACHE
from search.engines.embedded.engine import EmbeddedEngine
from search.snippets import Highlighter

Answer = Callable[[HttpRequest], HttpResponse]

_spent = threading.local()


def _timed(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, its processor time added to what the request has spent; calls inside count once."""

    @wraps(function)
    def timed(*args: Any, **kwargs: Any) -> Any:
        if getattr(_spent, "inside", False):
            return function(*args, **kwargs)
        _spent.inside = True
        started = time.thread_time_ns()
        try:
            return function(*args, **kwargs)
        finally:
            _spent.ns = getattr(_spent, "ns", 0) + time.thread_time_ns() - started
            _spent.inside = False

    return timed


def watch() -> None:
    """Time the engine and the snippets from now on, in this process."""
    for name in ("search", "counts", "count", "coverage", "suggest", "similar", "generation"):
        setattr(EmbeddedEngine, name, _timed(getattr(EmbeddedEngine, name)))
    Highlighter.best_sentence = _timed(Highlighter.best_sentence)  # type: ignore[method-assign]  # watched, not changed


class CountingMiddleware:
    """Names in headers what an answer took."""

    def __init__(self, get_response: Answer) -> None:
        """Keep the next in the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; count queries where that is asked for, as counting takes time itself."""
        _spent.ns = 0
        answer = self._counted if "HTTP_X_BENCH_COUNT" in request.META else self.get_response
        response = answer(request)
        response.headers["X-Bench-Engine-Ns"] = str(_spent.ns)
        return response

    def _counted(self, request: HttpRequest) -> HttpResponse:
        queries: list[str] = []

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            queries.append(sql)
            return execute(sql, params, many, context)

        with ExitStack() as stack:
            # What is written into the audit log is evidence of the reading, and no part of it.
            for connection in (each for each in connections.all() if each.alias != "audit"):
                stack.enter_context(connection.execute_wrapper(note))
            response = self.get_response(request)
        response.headers["X-Bench-Queries"] = str(len(queries))
        return response


class AvoidableCache:
    """The site's page cache, passed by where a request asks for a page as if it were not kept."""

    def __init__(self, get_response: Answer) -> None:
        """Make the real one, and keep the way past it."""
        self.past = get_response
        self.cache: Answer = import_string(PAGE_CACHE)(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer from the cache, or past it; the constant and the floors know nothing of a cache."""
        past = "HTTP_X_BENCH_UNCACHED" in request.META or request.path_info.startswith("/bench/")
        return (self.past if past else self.cache)(request)
