"""Do the security officer's pages exist for nobody else, and do they lead through the procedure?"""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from kb import notifications
from kb.choices import ReportReason, SpillEvent, SpillOutcome, SpillState
from kb.models import Entry, Spill, SpillPerson
from kb.spills import procedure, steps, telling
from kb.views.spills import STEPS
from people import mailing, notice_mail
from people.choices import Role
from people.models import OutgoingMail, User
from tests.factories import make_entry, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def queue(settings: Any) -> None:
    settings.EMAIL_BACKEND = "people.mailing.QueueBackend"


TITLE = "Zwiebelturm beside the river"


def spilled(by: User | None = None) -> Spill:
    entry = make_entry(TITLE, label="TLP:AMBER")
    return procedure.open_spill(
        about="entry", key=entry.public_id, reason=ReportReason.IDENTIFIES, by=by.pk if by else None, vetted=bool(by)
    )


def addresses(spill: Spill) -> list[str]:
    named = [reverse(f"kb:{name}", args=[spill.pk]) for name in ("spill_text", "spill_decide", "spill_redact")]
    named.append(reverse("kb:spill_close", args=[spill.pk]))
    return [*named, *(reverse("kb:spill_step", args=[spill.pk, step]) for step in STEPS)]


@pytest.mark.parametrize(
    "role", [None, *[role for role in Role if role != Role.SECURITY_OFFICER], "superuser", "ended"]
)
def test_nobody_but_a_security_officer_finds_a_spill(client: Client, role: str | None) -> None:
    spill = spilled()
    if role == "ended":
        person = make_user(roles=[Role.SECURITY_OFFICER], state="ended")
    elif role == "superuser":
        person = make_user(superuser=True)
    else:
        person = make_user(roles=[role] if role else [])
    client.force_login(person)
    for address in (reverse("kb:spills"), spill.get_absolute_url()):
        assert client.get(address).status_code == 404
    for address in addresses(spill):
        assert client.post(address, {"opening-why": "decide", "decision-outcome": "removed"}).status_code == 404
    assert spill.steps.count() == 1
    assert TITLE in Entry.objects.get().title


def test_somebody_who_is_not_signed_in_is_sent_to_sign_in_whatever_there_is(client: Client) -> None:
    spill = spilled()
    answers = {client.get(reverse("kb:spill", args=[pk])).headers["Location"].split("?")[0] for pk in (spill.pk, 999)}
    assert answers == {"/account/login/"}


def test_the_procedure_from_report_to_closure(client: Client) -> None:
    officer, editor = make_user(roles=[Role.SECURITY_OFFICER]), make_user(roles=[Role.CURATOR])
    spill = spilled()
    Entry.objects.get().save_revision(user=editor, log_action="wagtail.edit")
    client.force_login(officer)
    listed = client.get(reverse("kb:spills")).content.decode()
    assert f"Spill {spill.pk}" in listed
    assert TITLE not in listed

    def take(name: str, data: dict[str, str] | None = None) -> None:
        known = name in STEPS
        address = reverse("kb:spill_step", args=[spill.pk, name]) if known else reverse(f"kb:{name}", args=[spill.pk])
        assert client.post(address, data or {}).status_code == 302, name

    take("freeze")
    page = client.get(spill.get_absolute_url()).content.decode()
    assert TITLE not in page
    shown = client.post(reverse("kb:spill_text", args=[spill.pk]), {"opening-why": "decide"})
    assert TITLE in shown.content.decode()
    assert shown.headers["Cache-Control"] == "private, no-store"
    take("otherwise")
    take("authority")
    take("spill_decide", {"decision-outcome": "redacted"})
    wrong = client.post(reverse("kb:spill_redact", args=[spill.pk]), {"passages-passages": "stands nowhere"})
    assert "stands nowhere" in wrong.content.decode()
    take("spill_redact", {"passages-passages": "Zwiebelturm"})
    take("readers")
    take("backups")
    guide = "docs/how-to/spill.md"
    assert guide in client.get(spill.get_absolute_url()).content.decode()
    assert "## Backups" in Path(settings.BASE_DIR, guide).read_text(encoding="utf-8")
    early = client.post(reverse("kb:spill_close", args=[spill.pk]), {"lesson-lesson": "Ask twice."})
    assert "Some steps are still to be taken" in early.content.decode()
    assert "Ask twice." in early.content.decode()
    for event in (SpillEvent.INDEX, SpillEvent.STORAGE):
        steps.note(spill=spill, event=event, by=None)
    take("spill_close", {"lesson-lesson": "Ask twice."})
    spill.refresh_from_db()
    assert spill.state == SpillState.CLOSED
    closed = client.get(spill.get_absolute_url()).content.decode()
    assert "Ask twice." in closed
    assert client.post(reverse("kb:spill_step", args=[spill.pk, "freeze"])).status_code == 404
    assert client.post(reverse("kb:spill_text", args=[spill.pk]), {"opening-why": "check"}).status_code == 404
    assert client.post(reverse("kb:spill_step", args=[spill.pk, "unknown"])).status_code == 404


def test_the_page_offers_only_what_leads_somewhere(client: Client) -> None:
    client.force_login(make_user(roles=[Role.SECURITY_OFFICER]))
    hideable = client.get(spilled().get_absolute_url()).content.decode()
    assert "Open the text" in hideable
    assert 'value="removed"' in hideable
    assert 'value="by-hand"' not in hideable
    spill = procedure.open_spill(about="site", key="/topics/", reason=ReportReason.MARKING, by=None, vetted=False)
    page = client.get(spill.get_absolute_url()).content.decode()
    assert "Open the text" not in page
    assert 'value="removed"' not in page
    assert "Backups are dealt with" not in page
    address = reverse("kb:spill_decide", args=[spill.pk])
    assert client.post(address, {"decision-outcome": "removed"}).status_code == 200
    assert client.post(address, {"decision-outcome": "by-hand"}).status_code == 302
    assert "Backups are dealt with" in client.get(spill.get_absolute_url()).content.decode()


def test_the_text_is_not_opened_without_a_reason_or_by_a_link(client: Client) -> None:
    spill = spilled()
    client.force_login(make_user(roles=[Role.SECURITY_OFFICER]))
    assert client.get(reverse("kb:spill_text", args=[spill.pk])).status_code == 405
    answer = client.post(reverse("kb:spill_text", args=[spill.pk]), {"opening-why": "curious"})
    assert TITLE not in answer.content.decode()
    assert not spill.steps.filter(event=SpillEvent.OPENED).exists()


def test_a_reader_confirms_the_own_notice_and_no_other(client: Client) -> None:
    editor, other = make_user(roles=[Role.CURATOR]), make_user()
    spill = spilled()
    Entry.objects.get().save_revision(user=editor, log_action="wagtail.edit")
    procedure.freeze(spill=spill, by=1)
    telling.tell_readers(spill=spill, by=1)
    row = SpillPerson.objects.get()
    client.force_login(other)
    assert spill.key not in client.get(reverse("kb:told")).content.decode()
    for key in (str(row.pk), "x", "9" * 30, ""):
        assert client.post(reverse("kb:told"), {"row": key}).status_code == 404
    client.force_login(editor)
    page = client.get(reverse("kb:told")).content.decode()
    assert spill.key in page
    assert TITLE not in page
    notifications.tell_people_of_spill.func([row.pk])
    (notice,) = editor.notices.all()
    assert notice_mail.still_due(once=f"notice-{editor.pk}-{notice.pk}")
    inbox = client.get(reverse("people:inbox")).content.decode()
    assert "delete what you have of it" in inbox
    assert spill.key not in inbox and TITLE not in inbox
    assert client.post(reverse("kb:told"), {"row": row.pk}).status_code == 302
    row.refresh_from_db()
    assert row.confirmed_at is not None
    assert not notice_mail.still_due(once=f"notice-{editor.pk}-{notice.pk}")


def test_a48_mails_of_a_spill_name_nothing_and_hold_no_token() -> None:
    officer, editor = make_user(roles=[Role.SECURITY_OFFICER]), make_user(roles=[Role.CURATOR])
    spill = spilled()
    Entry.objects.get().save_revision(user=editor, log_action="wagtail.edit")
    procedure.freeze(spill=spill, by=1)
    telling.tell_readers(spill=spill, by=1)
    assert notifications.tell_security_officers.func(spill.pk) == 1
    assert notifications.tell_people_of_spill.func([SpillPerson.objects.get().pk]) == 1
    texts = [str(row.content) for row in OutgoingMail.objects.all()]
    assert len(texts) == 2
    for text in texts:
        assert "Zwiebelturm" not in text
        assert spill.key not in text
        assert "/you/inbox/\\n" in text
    assert {row.content["to"][0] for row in OutgoingMail.objects.all()} == {officer.email, editor.email}  # type: ignore[index]  # there is one


def test_a47_a_mail_of_a_spill_does_not_leave_once_it_is_closed_or_the_role_is_gone() -> None:
    officer = make_user(roles=[Role.SECURITY_OFFICER])
    spill = spilled()
    notifications.tell_security_officers.func(spill.pk)
    procedure.decide(spill=spill, outcome=SpillOutcome.FALSE_ALARM, by=officer.pk)
    procedure.close(spill=spill, lesson="None.", by=officer.pk)
    other = make_user(roles=[Role.SECURITY_OFFICER])
    notifications.tell_security_officers.func(spilled().pk)
    for person in (officer, other):
        person.role_assignments.all().delete()
    mailing.deliver_due(worker="test")
    assert mail.outbox == []
    assert not OutgoingMail.objects.exists()


def test_security_officers_read_in_their_inbox_which_spill_waits_others_do_not() -> None:
    officer = make_user(roles=[Role.SECURITY_OFFICER])
    spill = spilled()
    notifications.tell_security_officers.func(spill.pk)
    notices = list(officer.notices.all())
    (words,) = notifications.spill_words(officer, notices).values()
    assert words.address == spill.get_absolute_url()
    assert notifications.spill_words(make_user(), notices) == {}
    assert notifications.told_words(make_user(), notices) == {}
    procedure.decide(spill=spill, outcome=SpillOutcome.FALSE_ALARM, by=officer.pk)
    procedure.close(spill=spill, lesson="None.", by=officer.pk)
    assert notifications.spill_words(officer, notices) == {}


def test_where_no_security_officer_is_named_administrators_are_told_to_name_one() -> None:
    administrator, learner = make_user(roles=[Role.ADMINISTRATOR]), make_user()
    make_user(roles=[Role.SECURITY_OFFICER], state="ended")
    spill = spilled()
    assert notifications.tell_security_officers.func(spill.pk) == 1
    notices = list(administrator.notices.all())
    (words,) = notifications.spill_words(administrator, notices).values()
    assert "no security officer is named" in words.text
    assert words.address == reverse("roles:add")
    assert notifications.spill_words(learner, notices) == {}
    officer = make_user(roles=[Role.SECURITY_OFFICER])
    assert notifications.spill_words(administrator, notices) == {}
    assert notifications.tell_security_officers.func(spill.pk) == 1
    assert officer.notices.count() == 1
