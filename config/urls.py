"""Which address leads where?"""

from typing import Never

from django.http import Http404, HttpRequest
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls

from config.urls_closed import handler404, handler500
from config.urls_closed import urlpatterns as open_patterns


def _closed(request: HttpRequest, rest: str) -> Never:
    """Answer as an address that does not exist."""
    raise Http404


_login = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns = [
    # Wagtail's own login paths are closed: there is one login, with its limits and second factor.
    path("admin/login/", _login),
    path("_util/login/", _login),
    # Lists of Wagtail's that show titles and keywords by permission, not by marking.
    path("admin/reports/<path:rest>", _closed),
    path("admin/tag-autocomplete/<path:rest>", _closed),
    path("admin/", include(wagtailadmin_urls)),
    *open_patterns,
]

__all__ = ["handler404", "handler500", "urlpatterns"]
