"""The addresses of signing in, passwords and second factors: allauth's, without the doors that are not used here."""

from django.urls import include, path

from people.views import second_factor
from people.views.account import closed

urlpatterns = [
    # An e-mail address is part of how somebody was vetted: administrators change it, on request.
    path("email/", closed),
    path("password/set/", closed),
    path("login/code/confirm/", closed),
    path("2fa/", second_factor.FactorsView.as_view(), name="mfa_index"),
    path("2fa/webauthn/keys/<int:pk>/remove/", second_factor.RemoveKeyView.as_view(), name="mfa_remove_webauthn"),
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
]
