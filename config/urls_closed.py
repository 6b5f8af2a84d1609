"""The addresses of everybody who has no work in the editing interface."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls

urlpatterns = [
    path("", include("search.urls_plain")),
    *i18n_patterns(
        path("account/", include("people.urls_account")),
        path("you/", include("people.urls")),
        path("", include("search.urls")),
        path("", include("kb.urls")),
        path("", include(wagtail_urls)),
        prefix_default_language=False,
    ),
]
handler404 = "search.views.errors.not_found"
