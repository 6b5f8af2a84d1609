"""Is the site alive? `/health/` says it in one word, to whoever asks.

`ok`, or `degraded` where the site answers while something behind it needs an administrator, both with 200; `down` with
503 where the database does not answer. More is told to administrators only, on the status page.
"""

from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from people import duties
from search.engines import engine
from search.engines.base import EngineUnavailable

Answer = Callable[[HttpRequest], HttpResponse]


def word() -> tuple[str, int]:
    """Return the word and the status code. Reads a few rows, writes nothing."""
    try:
        if not duties.alive():
            return "degraded", 200
        engine().generation()
    except DatabaseError:
        return "down", 503
    except (EngineUnavailable, OSError):
        return "degraded", 200
    return "ok", 200


class HealthMiddleware:
    """Answers before sessions, redirects to https and the check of the host: a monitor brings none of what they ask."""

    def __init__(self, get_response: Answer) -> None:
        """Keep the next in the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the one address, pass on every other."""
        if request.path != "/health/":
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        said, code = word()
        return HttpResponse(
            f"{said}\n", status=code, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"}
        )
