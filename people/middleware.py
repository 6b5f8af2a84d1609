"""Which doors stand open, what of a request is recorded, and may an answer be kept by anybody but its reader?"""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from people import audit
from people.roles import Action
from people.viewers import viewer_for

Answer = Callable[[HttpRequest], HttpResponse]


class AdminDoorMiddleware:
    """Hide the editing interface from everybody who has no work there.

    Somebody signed in without the right gets a 404, as for an address that does not exist. In production a
    privileged person without a second factor is sent to set one up first.
    """

    def __init__(self, get_response: Answer) -> None:
        """Keep the next in the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Decide only for addresses of the editing interface."""
        if not request.path.startswith("/admin/"):
            return self.get_response(request)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse(settings.LOGIN_URL))
        if not viewer_for(request).may(Action.ENTER_ADMIN) and not request.user.is_superuser:
            request.urlconf = "config.urls_closed"  # read by Django's URL resolver
        elif not settings.DEMONSTRATION and not Authenticator.objects.filter(user=request.user).exists():
            return HttpResponseRedirect(reverse("mfa_index"))
        return self.get_response(request)


class PrivateResponseMiddleware:
    """Keep what a signed-in person sees out of every cache."""

    def __init__(self, get_response: Answer) -> None:
        """Keep the next in the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Mark the answer as private where somebody is signed in."""
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers["Cache-Control"] = "private, no-store"
        return response


class AuditMiddleware:
    """Name who acts for what is recorded, record what was refused, and show nothing that could not be recorded.

    An address that names a record is recorded by the identifier in it, whether there is such a record or not: both
    cost the same, so that the time of an answer tells nothing.
    """

    def __init__(self, get_response: Answer) -> None:
        """Keep the next in the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; of those without an account nothing is recorded here."""
        if not request.user.is_authenticated:
            return self.get_response(request)
        with audit.acting(request.user.pk):
            response = self.get_response(request)
            if response.status_code in (403, 404):
                _note_refusal(request, response.status_code)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say that it cannot be shown or done now."""
        if not isinstance(exception, audit.NotRecorded):
            return None
        response = render(request, "people/unrecorded.html", status=503)
        response.headers["Retry-After"] = "60"
        return response


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
