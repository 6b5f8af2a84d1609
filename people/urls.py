"""The addresses of a person's own pages."""

from django.urls import path

from people.views import account

app_name = "people"
urlpatterns = [
    path("", account.account, name="account"),
    path("signed-out/", account.signed_out, name="signed_out"),
]
