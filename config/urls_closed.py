"""The addresses of everybody who has no work in the editing interface."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from wagtail.urls import serve_pattern
from wagtail.views import serve

urlpatterns = [
    path("", include("search.urls_plain")),
    path("", include("kb.urls_plain")),
    *i18n_patterns(
        path("account/", include("people.urls_account")),
        path("you/", include("people.urls")),
        path("", include("search.urls")),
        path("", include("kb.urls")),
        # Of Wagtail's own addresses only the pages: its login and shared passwords would be second doors.
        re_path(serve_pattern, serve, name="wagtail_serve"),
        prefix_default_language=False,
    ),
]
handler404 = "search.views.errors.not_found"
handler400 = "config.trouble.bad_request"
handler500 = "config.trouble.server_error"
