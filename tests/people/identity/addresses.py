"""The addresses of a site that has an identity provider."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from config import urls
from people.urls_account import patterns

urlpatterns = [
    *i18n_patterns(path("account/", include(patterns(identity=True))), prefix_default_language=False),
    *urls.urlpatterns,
]
handler404 = urls.handler404
handler400 = urls.handler400
handler500 = urls.handler500
