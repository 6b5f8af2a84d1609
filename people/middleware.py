"""Which doors stand open, and may an answer be kept by anybody but its reader?"""

from collections.abc import Callable
from ipaddress import ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from people import factors
from people.roles import Action
from people.viewers import viewer_for
from people.visit_middleware import ENDED_FOR

Answer = Callable[[HttpRequest], HttpResponse]
CLOSED = "config.urls_closed"  # the addresses without the editing interface


class AdminNetworkMiddleware:
    """Where networks are named in ADMIN_NETWORKS, hide the editing interface from everywhere else.

    It stands before the one that adds slashes to addresses: that would tell which ones exist.
    """

    def __init__(self, get_response: Answer) -> None:
        """Keep the next in the chain, and the networks from which the interface can be reached."""
        self.get_response = get_response
        self.networks = [ip_network(name) for name in settings.ADMIN_NETWORKS]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as to an address that does not exist, whoever asks."""
        inside = request.path == "/admin" or request.path.startswith("/admin/")
        if inside and self.networks and not self._is_near(request):
            request.urlconf = CLOSED  # read by Django's URL resolver
        return self.get_response(request)

    def _is_near(self, request: HttpRequest) -> bool:
        """Does the request come from one of the networks? A header of the visitor's own making is not believed."""
        try:
            address = ip_address(get_adapter().get_client_ip(request).strip())
        except (ValueError, PermissionDenied, ImproperlyConfigured):
            return False
        place = getattr(address, "ipv4_mapped", None) or address
        return any(place in network for network in self.networks)


class AdminDoorMiddleware:
    """Hide the editing interface from everybody who has no work there.

    Somebody signed in without the right gets a 404, as for an address that does not exist.
    """

    def __init__(self, get_response: Answer) -> None:
        """Keep the next in the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Decide only for addresses of the editing interface."""
        closed = getattr(request, "urlconf", None) == CLOSED
        if closed or not request.path.startswith("/admin/"):
            return self.get_response(request)
        if not request.user.is_authenticated and request.method == "POST" and ENDED_FOR in request.session:
            # The form of a visit that has ended: VisitMiddleware keeps it, and no view is asked.
            return self.get_response(request)
        elif not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse(settings.LOGIN_URL))
        elif not viewer_for(request).may(Action.ENTER_ADMIN) and not request.user.is_superuser:
            request.urlconf = CLOSED
        return self.get_response(request)


# Where somebody goes who must set up a second factor first; everything else waits.
OPEN_BEFORE_FACTOR = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "account_reauthenticate",
        "account_logout",
        "people:signed_out",
        "people:visit",
        "csp_report",
        "robots",
    }
)


class SecondFactorMiddleware:
    """Send whoever must have a second factor, and has none, to set it up before anything else."""

    def __init__(self, get_response: Answer) -> None:
        """Keep the next in the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Decide by the view, once it is known."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Let everybody pass but a privileged person without a factor."""
        match = request.resolver_match
        if settings.DEMONSTRATION or not request.user.is_authenticated:
            return None
        if match is not None and match.view_name in OPEN_BEFORE_FACTOR:
            return None
        if not factors.required(request.user) or factors.proved(request):
            return None
        return HttpResponseRedirect(reverse("mfa_index"))


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
            # Whatever is not open to everybody is seen signed in.
            response.headers["X-Robots-Tag"] = "noindex"
        return response
