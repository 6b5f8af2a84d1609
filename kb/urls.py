"""The addresses of the knowledge base."""

from django.urls import path

from kb.views import briefings, desk, entries, handling, sheets

app_name = "kb"
urlpatterns = [
    path("entries/<slug:public_id>/", entries.entry, name="entry"),
    path("entries/<slug:public_id>/marking/", handling.overview, name="handling"),
    path("entries/<slug:public_id>/marking/restrict/", handling.restrict, name="restrict"),
    path("entries/<slug:public_id>/marking/narrow/", handling.narrow, name="narrow"),
    path("entries/<slug:public_id>/marking/widen/", handling.widen, name="widen"),
    path("entries/<slug:public_id>/recall/", handling.recall, name="recall"),
    path("entries/<slug:public_id>/restore/", handling.restore, name="restore"),
    path("entries/<slug:public_id>/ask/", handling.ask, name="ask"),
    path("marking/", desk.desk, name="desk"),
    path("marking/requests/<int:pk>/", desk.change, name="change"),
    path("marking/questions/<int:pk>/", desk.question, name="question"),
    path("briefing/", briefings.briefing, name="briefing"),
    path("assess/", sheets.sheet, name="sheet"),
]
