"""The addresses of a person's own pages."""

from django.urls import path

from people.views import account, audit

app_name = "people"
urlpatterns = [
    path("", account.account, name="account"),
    path("audit/", audit.log, name="audit"),
    path("audit/export/<slug:kind>/", audit.export, name="audit_export"),
    path("signed-out/", account.signed_out, name="signed_out"),
]
