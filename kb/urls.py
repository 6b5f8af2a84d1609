"""The addresses of the knowledge base."""

from django.urls import path

from kb.views import briefings, desk, entries, handling, reports, sheets, spills

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
    path("report/", reports.where, name="report_where"),
    path("report/received/<slug:outcome>/", reports.reported, name="reported"),
    path("report/<slug:about>/<slug:key>/", reports.reasons, name="report"),
    path("report/<slug:about>/<slug:key>/<slug:reason>/", reports.report, name="report_form"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<int:pk>/", reports.answer, name="report_answer"),
    path("spills/", spills.spills, name="spills"),
    path("spills/mine/", spills.told, name="told"),
    path("spills/<int:pk>/", spills.spill, name="spill"),
    path("spills/<int:pk>/text/", spills.text, name="spill_text"),
    path("spills/<int:pk>/decision/", spills.decide, name="spill_decide"),
    path("spills/<int:pk>/passages/", spills.redact, name="spill_redact"),
    path("spills/<int:pk>/closing/", spills.close, name="spill_close"),
    path("spills/<int:pk>/<slug:name>/", spills.step, name="spill_step"),
]
