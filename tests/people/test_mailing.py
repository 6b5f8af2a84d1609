"""Does a queued mail arrive as it was written, is it tried again, and is nothing kept of it afterwards?"""

import smtplib
from datetime import timedelta
from email.mime.text import MIMEText
from typing import Any

import pytest
from django.core.mail import BadHeaderError, EmailMessage, EmailMultiAlternatives, send_mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction
from django.utils import timezone

from people import mailing
from people.choices import MailState
from people.mailing import ONCE, deliver_due
from people.models import OutgoingMail, WorkerPulse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def queue(settings: Any) -> None:
    settings.EMAIL_BACKEND = "people.mailing.QueueBackend"


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def refuse(self: Any, messages: Any) -> int:
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)


def test_a_mail_arrives_as_it_was_written(mailoutbox: Any) -> None:
    written = EmailMultiAlternatives(
        "Grüße", "plain", "PSA <no-reply@example.org>", ["ada@example.org"], bcc=["b@example.org"], cc=["c@example.org"]
    )
    written.reply_to = ["r@example.org"]
    written.extra_headers["X-Kind"] = "test"
    written.attach_alternative("<p>rich</p>", "text/html")
    written.attach("data.bin", b"\x00\xff", "application/octet-stream")
    assert written.send() == 1
    assert mailoutbox == []
    assert deliver_due(worker="one") == 1
    [sent] = mailoutbox
    assert (sent.subject, sent.body, sent.from_email) == ("Grüße", "plain", "PSA <no-reply@example.org>")
    assert sent.recipients() == ["ada@example.org", "c@example.org", "b@example.org"]
    assert sent.reply_to == ["r@example.org"]
    assert [tuple(one) for one in sent.alternatives] == [("<p>rich</p>", "text/html")]
    assert [tuple(one) for one in sent.attachments] == [("data.bin", b"\x00\xff", "application/octet-stream")]
    assert sent.extra_headers["X-Kind"] == "test"
    assert sent.extra_headers["Message-ID"].endswith("@example.org>")


def test_nothing_is_kept_of_a_mail_that_was_sent() -> None:
    send_mail("subject", "a secret link", None, ["ada@example.org"])
    assert OutgoingMail.objects.get().content["body"] == "a secret link"
    deliver_due(worker="one")
    row = OutgoingMail.objects.get()
    assert (row.state, row.content, row.claimed_by) == (MailState.SENT, None, "")
    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingMail.objects.update(content={"body": "kept"})


def test_a_mail_of_a_transaction_that_is_taken_back_never_leaves() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        send_mail("subject", "words", None, ["ada@example.org"])
        raise ZeroDivisionError
    assert not OutgoingMail.objects.exists()


def test_a_header_that_cannot_be_sent_is_refused_where_it_was_written() -> None:
    with pytest.raises(BadHeaderError):
        send_mail("two\nlines", "words", None, ["ada@example.org"])
    message = EmailMessage("subject", "words", to=["ada@example.org"])
    message.attach(MIMEText("ready-made"))
    with pytest.raises(TypeError, match="by name, content and type"):
        message.send()
    assert EmailMessage("to nobody", "words").send() == 0
    assert not OutgoingMail.objects.exists()


def test_a_mail_with_a_name_is_queued_once() -> None:
    for _time in range(2):
        EmailMessage("subject", "words", to=["ada@example.org"], headers={ONCE: "review-1-1"}).send()
        EmailMessage("subject", "words", to=["ada@example.org"]).send()
    assert OutgoingMail.objects.count() == 3
    assert ONCE not in OutgoingMail.objects.get(once="review-1-1").content["headers"]


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        smtplib.SMTPServerDisconnected("ada@example.org"),
        smtplib.SMTPAuthenticationError(535, b"no"),
        smtplib.SMTPSenderRefused(550, b"no", "x"),
        smtplib.SMTPRecipientsRefused({"ada@example.org": (451, b"greylisted ada@example.org")}),
        smtplib.SMTPDataError(451, b"later"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_may_pass_is_tried_again_after_growing_pauses_without_a_word_of_the_server(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    send_mail("subject", "words", None, ["ada@example.org"])
    failing(monkeypatch, error)
    pauses = []
    for _try in range(3):
        assert deliver_due(worker="one") == 0
        assert deliver_due(worker="one") == 0, "it is not due before the pause is over"
        row = OutgoingMail.objects.get()
        pauses.append((row.due_at - timezone.now()).total_seconds())
        OutgoingMail.objects.update(due_at=timezone.now())
    assert [round(pause, -1) for pause in pauses] == [30, 60, 120]
    assert (row.state, row.attempts) == (MailState.WAITING, 3)
    assert "ada@" not in row.trouble + caplog.text
    monkeypatch.undo()
    assert deliver_due(worker="one") == 1


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"ada@example.org": (550, b"unknown ada@example.org")}),
        smtplib.SMTPDataError(554, b"refused"),
        UnicodeEncodeError("ascii", "x", 0, 1, "no"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_cannot_pass_is_given_up_at_once_and_holds_up_no_other(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    send_mail("subject", "words", None, ["ada@example.org"])
    send_mail("subject", "words", None, ["ben@example.org"])
    failing(monkeypatch, error)
    deliver_due(worker="one")
    assert OutgoingMail.objects.filter(state=MailState.GIVEN_UP).count() == 2
    assert "ada@" not in caplog.text
    assert caplog.text.count("is given up") == 2


def test_after_a_day_of_tries_a_mail_is_given_up_and_can_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    send_mail("subject", "words", None, ["ada@example.org"])
    OutgoingMail.objects.update(attempts=mailing.MOST_ATTEMPTS - 1)
    with monkeypatch.context() as patched:
        failing(patched, TimeoutError())
        deliver_due(worker="one")
    row = OutgoingMail.objects.get()
    assert row.state == MailState.GIVEN_UP
    assert mailing.try_again(key=row.pk)
    assert not mailing.try_again(key=row.pk)
    assert deliver_due(worker="one") == 1
    pauses = [min(mailing.FIRST_PAUSE * 2**tries, mailing.LONGEST_PAUSE) for tries in range(mailing.MOST_ATTEMPTS - 1)]
    assert sum(pauses, timedelta()) > timedelta(days=0.9)


def test_a_mail_that_a_living_worker_is_at_is_left_to_it_until_it_is_gone() -> None:
    WorkerPulse.objects.create(name="one", started_at=timezone.now(), seen_at=timezone.now())
    send_mail("subject", "words", None, ["ada@example.org"])
    OutgoingMail.objects.update(claimed_by="one")
    assert deliver_due(worker="two") == 0
    WorkerPulse.objects.all().delete()
    assert deliver_due(worker="two") == 1


def test_of_two_workers_that_read_the_same_mail_one_has_it_though_neither_gave_a_sign_of_life(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send_mail("Waiting", "Words", None, ["one@example.org"])
    whole = mailing.OutgoingMail.objects.filter

    class Slow:
        """Has another worker come in between reading and claiming, once."""

        come = False

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            found = whole(*args, **kwargs)
            if not Slow.come and "due_at__lte" in kwargs:
                Slow.come = True
                rows = list(found)
                assert mailing._claim("two") is not None
                found._result_cache = rows
            return found

    monkeypatch.setattr(mailing.OutgoingMail.objects, "filter", Slow())
    assert mailing._claim("one") is None


def test_where_the_server_cannot_be_reached_the_others_are_not_tried_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    for _mail in range(3):
        send_mail("subject", "words", None, ["ada@example.org"])
    failing(monkeypatch, ConnectionRefusedError())
    deliver_due(worker="one")
    assert sorted(OutgoingMail.objects.values_list("attempts", flat=True)) == [0, 0, 1]


def test_a_mail_whose_check_fails_stays_in_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_kwargs: Any) -> bool:
        raise ZeroDivisionError

    EmailMessage("subject", "words", to=["ada@example.org"], headers={ONCE: "other"}).send()
    mailing.leaving.connect(broken)
    try:
        with pytest.raises(ZeroDivisionError):
            deliver_due(worker="one")
    finally:
        mailing.leaving.disconnect(broken)
    assert OutgoingMail.objects.get().claimed_by == ""
    OutgoingMail.objects.update(due_at=timezone.now())
    assert deliver_due(worker="one") == 1
