"""Which doors stand open, and may an answer be kept by anybody but its reader?"""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

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
