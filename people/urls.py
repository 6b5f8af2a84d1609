"""The addresses of a person's own pages."""

from django.urls import path

from people.views import account, visit

app_name = "people"
urlpatterns = [
    path("", account.account, name="account"),
    path("kept/", visit.kept, name="kept_forms"),
    path("visit/", visit.visit, name="visit"),
    path("visits/", visit.visits_of_mine, name="visits"),
    path("visits/<int:number>/end/", visit.end, name="end_visit"),
    path("signed-out/", account.signed_out, name="signed_out"),
]
