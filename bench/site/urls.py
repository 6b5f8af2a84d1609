"""The site's own addresses, with the constant and the floors before them."""

from django.urls import path

from bench.site import views
from bench.site.middleware import watch
from config.urls import handler404, handler500
from config.urls import urlpatterns as real_patterns

watch()
urlpatterns = [
    path("bench/constant/", views.constant),
    path("bench/floor/", views.floor),
    *real_patterns,
]

__all__ = ["handler404", "handler500", "urlpatterns"]
