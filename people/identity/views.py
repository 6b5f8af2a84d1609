"""The way to the identity provider and back."""

from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from requests import RequestException

from people.identity.tokens import CheckedAdapter

PROVIDER = "sso"  # part of the address that is registered with the provider


@never_cache
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider; a GET shows a button first."""
    return _guarded(request, OAuth2LoginView)


@never_cache
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take the provider's answer."""
    return _guarded(request, OAuth2CallbackView)


def _guarded(request: HttpRequest, view: type) -> HttpResponse:
    """Answer with a page of ours where the provider is away or answers nonsense."""
    adapter = CheckedAdapter(request, PROVIDER)
    try:
        response: HttpResponse = view.adapter_view(adapter)(request)  # type: ignore[attr-defined]  # allauth's decorator sets it
    except (RequestException, OAuth2Error, KeyError, ValueError) as error:
        response = render_authentication_error(request, adapter.get_provider(), exception=error)
    return response
