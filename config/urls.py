"""Which address leads where?"""

from django.urls import include, path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls

from config.urls_closed import handler404, urlpatterns as open_patterns

_login = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns = [
    # Wagtail's own login paths are closed: there is one login, with its limits and second factor.
    path("admin/login/", _login),
    path("_util/login/", _login),
    path("admin/", include(wagtailadmin_urls)),
    *open_patterns,
]

__all__ = ["handler404", "urlpatterns"]
