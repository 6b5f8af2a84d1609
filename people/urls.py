"""The addresses of a person's own pages."""

from django.urls import path

from people.views import (
    account,
    audit,
    circles,
    inbox,
    leaving,
    memberships,
    organisations,
    requests,
    settings,
    visit,
)

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
    path("data/", leaving.export, name="export"),
    path("leave/", leaving.leave, name="leave"),
    path("left/", leaving.left, name="left"),
    path("requests/", requests.requests, name="requests"),
    path("requests/<int:pk>/", requests.one, name="request"),
    path("requests/<int:pk>/approve/", requests.approve, name="approve"),
    path("requests/<int:pk>/decline/", requests.decline, name="decline"),
    path("requests/<int:pk>/pass-on/", requests.pass_on, name="pass_on"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/new/", organisations.found, name="found"),
    path("organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("organisations/<int:pk>/invite/", organisations.invite, name="invite"),
    path("organisations/<int:pk>/due/", memberships.due, name="due"),
    path("organisations/<int:pk>/circles/new/", circles.propose, name="propose"),
    path("organisations/<int:pk>/circles/<int:circle_pk>/leave/", circles.leave, name="leave_circle"),
    path("invitations/<int:pk>/revoke/", organisations.revoke, name="revoke"),
    path("circle-invitations/<int:pk>/", circles.answer, name="answer_circle"),
    path("memberships/<int:pk>/", memberships.one, name="membership"),
    path("memberships/<int:pk>/<slug:verb>/", memberships.change, name="change_membership"),
]
