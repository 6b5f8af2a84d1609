"""The addresses of the knowledge base."""

from django.urls import path

from kb.views import briefings, entries, sheets

app_name = "kb"
urlpatterns = [
    path("entries/<slug:public_id>/", entries.entry, name="entry"),
    path("briefing/", briefings.briefing, name="briefing"),
    path("assess/", sheets.sheet, name="sheet"),
]
