"""Has the visit ended meanwhile, and what becomes of a form that arrives too late?"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from people import kept_forms, visits

Answer = Callable[[HttpRequest], HttpResponse]

# Asked by pages themselves, not by people: what they ask is no sign that somebody is there.
BACKGROUND_VIEWS = frozenset({"people:visit", "wagtailadmin_editing_sessions:ping", "csp_report"})
# Forms that make no sense after the end of a visit, or hold nothing but secrets.
NOT_KEPT_BELOW = ("account_", "mfa_", "socialaccount_", "openid_connect_", "usersessions_")
ENDED_FOR = "visit_ended_for"  # whose visit it was: a second tab may send its form later


class VisitMiddleware:
    """End a visit after a time without activity, and after a time in any case; keep what was typed."""

    def __init__(self, get_response: Answer) -> None:
        """Keep the next in the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Decide in `process_view`: by then a forged request has been refused, and the view is known."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Pass where the visit goes on; else sign out, keep the form and lead to the login."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if not request.user.is_authenticated:
            return self._late(request, name)
        if visits.goes_on(request.session, active=not in_background(request, name)):
            return None
        owner = str(request.user.pk)
        logout(request)
        request.session[ENDED_FOR] = owner
        # The page that says goodbye and the login itself are answered as to anybody.
        if name.startswith("account_") or name == "people:signed_out":
            return None
        return self._ended(request, owner)

    def _late(self, request: HttpRequest, name: str) -> HttpResponse | None:
        """Keep a form of another tab whose visit has ended before."""
        if request.method != "POST" or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        owner = request.session.get(ENDED_FOR)
        if not owner or name.startswith(NOT_KEPT_BELOW) or name in BACKGROUND_VIEWS:
            return None
        return self._ended(request, owner)

    def _ended(self, request: HttpRequest, owner: str) -> HttpResponse:
        if not wants_page(request):
            words = _("Your visit has ended. What you typed is still on this page: sign in in another window.")
            return JsonResponse({"success": False, "error_code": "signed_out", "error_message": words}, status=401)
        name = request.resolver_match.view_name if request.resolver_match else ""
        back = request.get_full_path()
        if request.method == "POST":
            back = reverse("people:kept_forms")
            if not name.startswith(NOT_KEPT_BELOW):
                kept_forms.keep(request.session, kept_forms.fields_of(request), user_id=owner)
        messages.info(request, _("You were signed out because nothing was done for a while. Sign in to go on."))
        return redirect_to_login(back, reverse(settings.LOGIN_URL))


def wants_page(request: HttpRequest) -> bool:
    """Was a page asked for, as opposed to what scripts ask for?"""
    return request.accepts("text/html") and request.headers.get("X-Requested-With") != "XMLHttpRequest"


def in_background(request: HttpRequest, name: str) -> bool:
    """Did a page ask this by itself? Saving of drafts by the editing interface is no activity either."""
    if name == "people:visit":
        return "stay" not in request.GET
    if name in BACKGROUND_VIEWS or request.headers.get("X-Background") == "1":
        return True
    autosaved = request.method == "POST" and request.path.startswith("/admin/")
    return autosaved and not request.accepts("text/html")


def forget_end(session: Any) -> None:
    """Forget whose visit ended, once somebody has signed in."""
    session.pop(ENDED_FOR, None)
