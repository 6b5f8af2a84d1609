"""Which request was it? Each has a number of its own: on every line of the log, and on the answer where it failed."""

import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
NOBODY = "-"  # what stands in the log where nobody asked for anything

_current: ContextVar[str] = ContextVar("request_id", default=NOBODY)


def number_of(request: HttpRequest | None = None) -> str:
    """Return the number of a request, else of the one that is being answered, else a dash."""
    return str(getattr(request, "number", None) or _current.get())


class RequestIdMiddleware:
    """Give each request a number that tells nothing; what a client sends as one is not believed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next in the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Number the request, and the answer to one that failed."""
        number = secrets.token_hex(6)
        request.number = number  # type: ignore[attr-defined]  # read by `number_of`
        token = _current.set(number)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        if response.status_code >= 500:
            # Other answers are alike for all who ask the same.
            response.headers[HEADER] = number
        return response
