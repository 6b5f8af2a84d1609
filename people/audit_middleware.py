"""Who acts in a request, what was refused in it, and what if it cannot be recorded?"""

from collections.abc import Callable

from django.contrib.messages import constants as levels
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from people import audit

Answer = Callable[[HttpRequest], HttpResponse]


class AuditMiddleware:
    """Name who acts for what is recorded, record what was refused, and show nothing that could not be recorded.

    An address that names a record is recorded by the identifier in it, whether there is such a record or not: both
    cost the same, so that the time of an answer tells nothing.
    """

    def __init__(self, get_response: Answer) -> None:
        """Keep the next in the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; what is refused to those without an account is not recorded."""
        if not request.user.is_authenticated:
            # Whoever takes up an invitation is given rights without being signed in.
            with audit.acting(None):
                return self.get_response(request)
        actor = request.user.pk  # signing out takes it from the request
        with audit.acting(actor):
            response = self.get_response(request)
            if response.status_code in (403, 404):
                _note_refusal(request, response.status_code)
            elif _is_led_back(request, response):
                _note_refusal(request, 403)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say that it cannot be shown or done now."""
        if not isinstance(exception, audit.NotRecorded):
            return None
        response = render(request, "people/unrecorded.html", status=503)
        response.headers["Retry-After"] = "60"
        return response


def _is_led_back(request: HttpRequest, response: HttpResponse) -> bool:
    """Did the editing interface refuse? It leads back to its first page then, with words of why."""
    if not request.path.startswith("/admin/") or response.headers.get("Location") != "/admin/":
        return False
    said = getattr(getattr(request, "_messages", None), "_queued_messages", ())
    return any(message.level >= levels.ERROR for message in said)


def _note_refusal(request: HttpRequest, status: int) -> None:
    match = request.resolver_match
    named = dict(match.kwargs) if match else {}
    keys = [str(value) for name, value in named.items() if name in {"pk", "public_id"} or name.endswith("_id")]
    ids = [key for key in keys if key.isascii() and key.isalnum() and len(key) <= 12]
    if status == 404 and not ids and not request.path.startswith("/admin/"):
        return
    name = (match.view_name or "unnamed") if match else "admin"
    view = name.lower() if name.replace("_", "").replace(":", "").replace("-", "").isalnum() else "unnamed"
    audit.note(
        event=audit.Event.REFUSED,
        kind="address",
        ids=ids,
        outcome=audit.Outcome.REFUSED,
        data={"status": status, "view": view[:80]},
    )
