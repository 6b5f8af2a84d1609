"""The addresses of a person's own pages."""

from django.urls import path

from people.views import account, audit, inbox, settings

app_name = "people"
urlpatterns = [
    path("", account.account, name="account"),
    path("inbox/", inbox.notices, name="inbox"),
    path("inbox/read/", inbox.read_all, name="inbox_read_all"),
    path("inbox/<int:key>/read/", inbox.read, name="inbox_read"),
    path("settings/", settings.settings, name="settings"),
    path("sign-ins/", settings.sign_ins, name="sign_ins"),
    path("audit/", audit.log, name="audit"),
    path("audit/export/<slug:kind>/", audit.export, name="audit_export"),
    path("signed-out/", account.signed_out, name="signed_out"),
]
