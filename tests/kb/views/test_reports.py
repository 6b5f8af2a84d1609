"""Who may report and answer, with which cookies, tokens and limits?"""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from kb.choices import ReportReason, ReportState, SpillState
from kb.models import Report, Spill
from kb.spills import procedure
from kb.views import reports
from people.choices import Role
from people.models import User
from tests.factories import make_entry, make_user

pytestmark = pytest.mark.django_db


def form_of(client: Client, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == 200
    return {"passage": "whole", "token": answer.context["token"]}


def address_of(key: str, reason: str = ReportReason.IDENTIFIES, about: str = "entry") -> str:
    return reverse("kb:report_form", args=[about, key, reason])


def test_every_page_leads_to_its_report(client: Client) -> None:
    entry = make_entry()
    assert f"/report/entry/{entry.public_id}/" in client.get(entry.get_absolute_url()).content.decode()
    assert 'href="/report/"' in client.get("/topics/").content.decode()
    asked = client.get("/report/", headers={"Referer": "https://testserver/topics/?q=x"})
    assert 'value="/topics/"' in asked.content.decode()


def test_somebody_without_an_account_reports_without_a_cookie() -> None:
    client, entry = Client(enforce_csrf_checks=True), make_entry()
    address = address_of(entry.public_id)
    data = form_of(client, address)
    answer = client.post(address, data)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/report/received/waits/"
    assert "members" not in client.get("/report/received/waits/").content.decode()
    assert not client.cookies
    report = Report.objects.get()
    assert (report.reporter, report.vetted, report.spill.state) == (None, False, SpillState.REPORTED)  # type: ignore[union-attr]  # there is one
    assert client.get(entry.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        ("", {}),
        ("forged", {}),
        (None, {"Origin": "https://evil.example"}),
        (None, {"Sec-Fetch-Site": "cross-site"}),
        (None, {"Origin": "null"}),
    ],
)
def test_a31_a_report_from_elsewhere_or_without_token_is_refused(token: str | None, headers: dict[str, str]) -> None:
    client, entry = Client(enforce_csrf_checks=True), make_entry()
    data = form_of(client, address_of(entry.public_id))
    if token is not None:
        data["token"] = token
    assert client.post(address_of(entry.public_id), data, headers=headers).status_code == 403
    other = make_entry()
    data = form_of(client, address_of(entry.public_id))
    assert client.post(address_of(other.public_id), data).status_code == 403
    assert not Report.objects.exists()


def test_a31_a_signed_in_person_needs_the_token_of_the_session() -> None:
    client, entry = Client(enforce_csrf_checks=True), make_entry()
    data = form_of(client, address_of(entry.public_id))
    client.force_login(make_user())
    assert client.post(address_of(entry.public_id), data).status_code == 403
    page = client.get(address_of(entry.public_id))
    sent = {"passage": "title", "csrfmiddlewaretoken": str(page.context["csrf_token"])}
    assert client.post(address_of(entry.public_id), sent).headers["Location"] == "/report/received/hidden/"
    assert client.get(entry.get_absolute_url()).status_code == 404


def test_a01_a_hidden_entry_cannot_be_reported_and_answers_as_an_unknown_one(client: Client) -> None:
    hidden = make_entry("Zwiebelturm", label="TLP:AMBER")
    client.force_login(make_user())
    for view in ("kb:report", "kb:report_form"):
        more = [ReportReason.WRONG] if view == "kb:report_form" else []
        answers = [
            client.get(reverse(view, args=["entry", key, *more])) for key in (hidden.public_id, "nothere9", "x" * 300)
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert "Zwiebelturm" not in answers[0].content.decode()
    led = client.get("/report/", {"place": f"/entries/{hidden.public_id}/"})
    unknown = client.get("/report/", {"place": "/entries/nothere9/"})
    assert led.status_code == unknown.status_code == 200
    assert "Zwiebelturm" not in led.content.decode()


def test_what_was_typed_is_kept_and_marking_words_are_not_taken(client: Client) -> None:
    entry = make_entry()
    address = address_of(entry.public_id, ReportReason.WRONG)
    data = {**form_of(client, address), "words": "The table on page 3 is NATO SECRET now."}
    answer = client.post(address, data)
    assert answer.status_code == 200
    assert "The table on page 3" in answer.content.decode()
    assert "“NATO SECRET”" in answer.content.decode()
    assert not Report.objects.exists()
    assert client.post(address, {**data, "words": "The table is old."}).status_code == 302
    assert Report.objects.get().words == "The table is old."


def promises_hiding(person: User | None, address: str) -> bool:
    client = Client()
    if person is not None:
        client.force_login(person)
    page = client.get(address).content.decode()
    hidden, decides = "It is hidden from everybody at once", "decides whether it is hidden meanwhile"
    assert (hidden in page) != (decides in page)
    assert ("sign in first" in page) == (person is None)
    return hidden in page


def test_the_form_promises_that_it_is_hidden_only_where_it_will_be() -> None:
    entry, member = make_entry(), make_user()
    address = address_of(entry.public_id)
    assert promises_hiding(member, address)
    assert not promises_hiding(None, address)
    assert not promises_hiding(make_user(member=False), address)
    home = Page.objects.get(depth=2).pk
    assert not promises_hiding(member, address_of(str(home), about="page"))
    assert not promises_hiding(member, address_of("-", about="site") + "?place=/topics/")
    for _ in range(procedure.MOST_FROZEN_A_DAY):
        key = make_entry().public_id
        procedure.open_spill(about="entry", key=key, reason=ReportReason.IDENTIFIES, by=member.pk, vetted=True)
    assert not promises_hiding(member, address)


def test_words_that_are_sent_with_a_spill_are_dropped(client: Client) -> None:
    entry = make_entry()
    data = form_of(client, address_of(entry.public_id))
    client.post(address_of(entry.public_id), {**data, "words": "It is the mayor of Quux"})
    assert Report.objects.get().words == ""


def test_an_address_without_account_reports_so_often_and_no_more(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "_MOST_OF_AN_ADDRESS", 2)
    address = address_of("-", ReportReason.OUTDATED, "site") + "?place=/topics/"
    for number in range(4):
        answer = client.post(address, {**form_of(client, address), "words": "Old."})
        assert answer.status_code == (302 if number < 2 else 200)
    assert "taken later" in answer.content.decode()
    assert Report.objects.count() == 2


@pytest.mark.parametrize("role", [None, Role.TRAINER, Role.CONTACT_POINT, Role.SECURITY_OFFICER, Role.AUDITOR])
def test_those_who_edit_nothing_find_no_report_to_answer(client: Client, role: str | None) -> None:
    entry = make_entry()
    row = Report.objects.create(about="entry", key=entry.public_id, reason="wrong", words="Zwiebelturm")
    address = reverse("kb:report_answer", args=[row.pk])
    assert client.get(address).status_code == 302
    client.force_login(make_user(roles=[role] if role else []))
    assert client.get(address).status_code == 404
    assert client.post(address, {"state": "changed"}).status_code == 404
    assert "Waiting" not in client.get(reverse("kb:reports")).content.decode()


def test_a_reviewer_answers_within_the_marking_with_a_reason_where_it_stays(client: Client) -> None:
    reviewer = make_user(roles=[Role.REVIEWER])
    row = Report.objects.create(about="entry", key=make_entry().public_id, reason="wrong", words="Zwiebelturm")
    hidden = Report.objects.create(about="entry", key=make_entry(label="TLP:AMBER").public_id, reason="wrong")
    client.force_login(reviewer)
    assert client.get(reverse("kb:report_answer", args=[hidden.pk])).status_code == 404
    address = reverse("kb:report_answer", args=[row.pk])
    assert "Zwiebelturm" in client.get(address).content.decode()
    assert client.post(address, {"state": "kept"}).status_code == 200
    assert client.post(address, {"state": "kept", "words": "It holds."}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.answered_by) == (ReportState.KEPT, reviewer.pk)
    assert client.post(address, {"state": "changed"}).status_code == 404


def test_no_report_page_is_kept_for_others(client: Client) -> None:
    entry = make_entry()
    one, two = (client.get(address_of(entry.public_id)) for _time in range(2))
    assert "no-cache" in one.headers["Cache-Control"]
    assert settings.CSRF_COOKIE_NAME not in one.cookies
    assert one.status_code == two.status_code == 200
    assert Spill.objects.count() == 0
