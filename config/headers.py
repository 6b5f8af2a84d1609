"""Which headers does every answer carry, and which requests are refused before anything is done with them?"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed

Answer = Callable[[HttpRequest], HttpResponse]

MAX_QUERY_STRING = 7_000  # characters; more than any form of this site can make
MAX_BODY = 27_000_000  # bytes; the largest file that is taken in, and the form around it


def serialise(policy: dict[str, list[str]]) -> str:
    """Return a Content-Security-Policy header from a policy in the form of Django 6's SECURE_CSP."""
    return "; ".join(f"{directive} {' '.join(sources)}".strip() for directive, sources in policy.items())


class SecurityHeadersMiddleware:
    """Put the headers of `docs/architecture.md` on every answer, static files and errors included."""

    def __init__(self, get_response: Answer) -> None:
        """Compose the header texts once."""
        self.get_response = get_response
        self.public = serialise(settings.SECURE_CSP)
        self.admin = serialise(settings.SECURE_CSP_ADMIN)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then add what is missing."""
        response = self.get_response(request)
        inside = request.path.startswith("/admin/")
        policy = self.admin if inside else self.public
        if inside and "Content-Security-Policy" in response.headers:
            # A preview is made like a public page, and shown in a frame of the editing interface.
            previewed = response.headers["Content-Security-Policy"]
            response.headers["Content-Security-Policy"] = previewed.replace(
                "frame-ancestors 'none'", "frame-ancestors 'self'"
            )
        for name, value in (
            ("Content-Security-Policy", policy),
            ("X-Frame-Options", "DENY"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cross-Origin-Embedder-Policy", "require-corp"),
            ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
        ):
            response.headers.setdefault(name, value)
        return response


class RequestBoundsMiddleware:
    """Refuse addresses that no form of this site can make, before a view spends time on them."""

    def __init__(self, get_response: Answer) -> None:
        """Keep the next in the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 405 to methods that only echo, 413 to what is too large to be read, 400 to malformed addresses."""
        if request.method in {"TRACE", "TRACK"}:
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > MAX_BODY:
            return HttpResponse(
                f"This is too large: at most {MAX_BODY // 1_000_000} MB can be sent at once. "
                "Go back, where what you typed still stands, and choose a smaller file.",
                status=413,
                content_type="text/plain; charset=utf-8",
            )
        query = request.META.get("QUERY_STRING", "")
        # The public pages pass over a NUL; the editing interface hands what it is given to the database.
        torn = "\0" in request.path or ("%00" in query and request.path.startswith("/admin/"))
        if torn or len(query) > MAX_QUERY_STRING:
            return HttpResponseBadRequest(
                "This address is too long or malformed.", content_type="text/plain; charset=utf-8"
            )
        return self.get_response(request)
