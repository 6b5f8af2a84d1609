"""The addresses of a person's own pages."""

from django.urls import path

from people.views import account, audit, inbox, settings, visit

app_name = "people"
urlpatterns = [
    path("", account.account, name="account"),
    path("kept/", visit.kept, name="kept_forms"),
    path("visit/", visit.visit, name="visit"),
    path("visits/", visit.visits_of_mine, name="visits"),
    path("visits/<int:number>/end/", visit.end, name="end_visit"),
    path("inbox/", inbox.notices, name="inbox"),
    path("inbox/read/", inbox.read_all, name="inbox_read_all"),
    path("inbox/<int:key>/read/", inbox.read, name="inbox_read"),
    path("settings/", settings.settings, name="settings"),
    path("sign-ins/", settings.sign_ins, name="sign_ins"),
    path("audit/", audit.log, name="audit"),
    path("audit/export/<slug:kind>/", audit.export, name="audit_export"),
    path("signed-out/", account.signed_out, name="signed_out"),
]
