"""The addresses of signing in, passwords and second factors: allauth's, without the doors that are not used here."""

from allauth.socialaccount.views import login_cancelled
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView

from people.views import second_factor
from people.views.account import closed


def patterns(*, identity: bool) -> list[URLPattern | URLResolver]:
    """Return the addresses; the way to an identity provider is among them only where there is one."""
    found: list[URLPattern | URLResolver] = [
        path("", RedirectView.as_view(pattern_name="people:account")),
        # An e-mail address is part of how somebody was vetted: administrators change it, on request.
        path("email/", closed),
        path("password/set/", closed),
        path("login/code/confirm/", closed),
        path("2fa/", second_factor.FactorsView.as_view(), name="mfa_index"),
        path("2fa/webauthn/keys/<int:pk>/remove/", second_factor.RemoveKeyView.as_view(), name="mfa_remove_webauthn"),
        path("", include("allauth.account.urls")),
        path("2fa/", include("allauth.mfa.urls")),
    ]
    if identity:
        from people.identity import views

        found += [
            re_path("^oidc/(?P<provider_id>sso)/login/$", views.login, name="openid_connect_login"),
            re_path("^oidc/(?P<provider_id>sso)/login/callback/$", views.callback, name="openid_connect_callback"),
            path("oidc/cancelled/", login_cancelled, name="socialaccount_login_cancelled"),
        ]
    return found


urlpatterns = patterns(identity=bool(settings.IDENTITY_PROVIDER))
