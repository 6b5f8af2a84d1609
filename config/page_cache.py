"""May a page that was made before be given again to somebody without an account, and is it still what holds?

Every request asks the database for the versions of what public pages are made of. They are changed in the transaction
of the content, so that no answer that begins after a change shows what was before it.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from config.kept_pages import Shelf, page_of
from config.page_addresses import LONGEST_QUERY, kind_of
from kb.models.taxonomy import StateVersion
from kb.public_state import PUBLIC
from search.engines.base import EngineUnavailable

Answer = Callable[[HttpRequest], HttpResponse]
State = tuple[Any, ...]

# Of a request that makes a page to be kept, nothing of its sender is left; the page cannot depend on it.
# Where the page was asked for is no secret of the sender's.
_OF_THE_PLACE = frozenset({"HTTP_HOST", "HTTP_X_FORWARDED_PROTO"})
_KINDS_OF_TEXT = ("text/html", "text/plain", "application/xml", "application/json")
_VARIES_BY = frozenset({"cookie", "accept-language", "accept-encoding"})
_MESSAGES = "messages"  # the cookie in which Django keeps words for the next page


class PageCacheMiddleware:
    """Give public pages from memory to those without an account, and say in 304 that nothing has changed.

    Pages with a query string stand on a shelf of their own: made-up questions cannot drive out what is read most.
    """

    def __init__(self, get_response: Answer) -> None:
        """Make room."""
        self.get_response = get_response
        self.hosts = frozenset(settings.ALLOWED_HOSTS)
        self.pages = Shelf(settings.PAGE_CACHE_BYTES * 3 // 4)
        self.questions = Shelf(settings.PAGE_CACHE_BYTES // 4)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer from memory where that is right, else make the page and keep it."""
        kind = kind_of(request.path_info) if request.method in {"GET", "HEAD"} and _is_nobody(request) else None
        state = _state(request) if kind is not None else None
        if kind is None or state is None:
            return _guarded(self.get_response(request))
        query = kind.query_of(request.META.get("QUERY_STRING", ""))
        host = request.get_host()
        address = (request.scheme or "", host, request.path, query)
        shelf = self.questions if query else self.pages
        page = shelf.get(address, state)
        if page is not None:
            return page.response_to(request)
        makeshifts = EngineUnavailable.raised
        response = self._made(request, query)
        if not _is_for_everybody(request, response):
            return _guarded(response)
        page = page_of(response)
        whole = makeshifts == EngineUnavailable.raised
        # Rows from before and after a change must not stand together under either state.
        if whole and self._is_kept(shelf, host, query, request) and _state(request, anew=True) == state:
            shelf.put(address, state, page)
        return page.response_to(request)

    def _is_kept(self, shelf: Shelf, host: str, query: str, request: HttpRequest) -> bool:
        """Is there room, and the address none that somebody made up? The site goes by few names, at its own port."""
        named = host.removesuffix(f":{request.META.get('SERVER_PORT', '')}") in self.hosts
        return named and len(query) <= LONGEST_QUERY and shelf.most > 0

    def _made(self, request: HttpRequest, query: str) -> HttpResponse:
        """Return the answer to a request of which nothing of its sender is left."""
        own = [name for name in request.META if name.startswith("HTTP_") and name not in _OF_THE_PLACE]
        kept = {name: request.META.pop(name) for name in own}
        method, request.method = request.method, "GET"
        request.META["QUERY_STRING"] = query
        request.COOKIES = {}
        try:
            return self.get_response(request)
        finally:
            request.META.update(kept)
            request.method = method


def _is_nobody(request: HttpRequest) -> bool:
    """Does the request say nothing about who sends it?"""
    if "HTTP_AUTHORIZATION" in request.META:
        return False
    if "HTTP_COOKIE" not in request.META:
        return True
    return settings.SESSION_COOKIE_NAME not in request.COOKIES and _MESSAGES not in request.COOKIES


def _state(request: HttpRequest, *, anew: bool = False) -> State | None:
    """Return what public pages are made of now, and the day, which they show too; None while nobody can say."""
    try:
        numbers = _numbers()
    except (DatabaseError, InterfaceError):
        return None
    if not anew:
        request._state_versions = numbers  # type: ignore[attr-defined]  # read by kb.vocabulary, once a request
    return (*(numbers.get(name) for name in PUBLIC), timezone.localdate())


def _numbers() -> dict[str, int]:
    """Return the numbers of the content; the question itself shows whether the connection still stands."""
    connection.health_check_done = True  # type: ignore[attr-defined]  # the stubs lack it
    try:
        return StateVersion.numbers()
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return StateVersion.numbers()


def _is_for_everybody(request: HttpRequest, response: HttpResponse) -> bool:
    """Is this a whole page that holds nothing of one reader?"""
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not response.has_header("Cache-Control")
        and not response.has_header("Content-Encoding")
        and response.headers.get("Content-Type", "").partition(";")[0] in _KINDS_OF_TEXT
        and _VARIES_BY.issuperset(response.headers.get("Vary", "Cookie").lower().replace(" ", "").split(","))
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        and not request.user.is_authenticated
    )


def _guarded(response: HttpResponse) -> HttpResponse:
    """Have browsers and proxies ask again for whatever says nothing about that."""
    response.headers.setdefault("Cache-Control", "no-cache")
    return response
