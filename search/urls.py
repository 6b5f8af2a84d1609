"""The addresses of search, in every language of the interface."""

from django.urls import path

from search.views import home, results, topics

app_name = "search"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", results.results, name="results"),
    path("search/suggest/", results.suggest, name="suggest"),
    path("topics/", topics.browse, name="browse"),
    path("topics/<slug:scheme>/<slug:slug>/", topics.topic, name="topic"),
]
