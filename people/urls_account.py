"""The addresses of signing in, passwords and second factors: allauth's, without the doors that are not used here."""

from django.urls import include, path
from django.views.generic import RedirectView

from people.views.account import closed

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="people:account")),
    # An e-mail address is part of how somebody was vetted: administrators change it, on request.
    path("email/", closed),
    path("password/set/", closed),
    path("login/code/confirm/", closed),
    path("", include("allauth.urls")),
]
