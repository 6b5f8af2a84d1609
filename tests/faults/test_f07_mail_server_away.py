"""Is a request slowed by a mail server that refuses or hangs, is the mail tried again, and can that be seen?"""

import time
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people.choices import MailState, Role
from people.models import OutgoingMail
from search.models import OutboxItem
from tests.factories import make_entry, make_user
from tests.faults import standing
from tests.machine import free_port

LIMIT = 10  # seconds; the mail server hangs for thirty


def _ask_for_a_password(client: Client) -> None:
    user = make_user("ada@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    begun = time.monotonic()
    answer = client.post(reverse("account_reset_password"), {"email": "ada@example.org"})
    assert answer.status_code == 302
    assert time.monotonic() - begun < LIMIT


def _status(client: Client) -> str:
    client.force_login(make_user(roles=[Role.ADMINISTRATOR]))
    return client.get(reverse("status")).content.decode()


@pytest.mark.parametrize("mood", ["silent", "nobody listens"])
@pytest.mark.django_db(transaction=True)
def test_f07_the_request_is_not_slowed_and_the_mail_leaves_once_the_server_is_back(
    tmp_path: Path, settings: Any, client: Client, mood: str
) -> None:
    settings.EMAIL_BACKEND = standing.QUEUE
    with standing.shared_database(tmp_path) as environment, standing.mail_server("silent") as server:
        settings.MAIL_DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        port = server.port if mood == "silent" else free_port()
        environment["STUB_MAIL_PORT"] = str(port)
        _ask_for_a_password(client)
        row = OutgoingMail.objects.get()
        assert "password/reset/key" in row.content["body"]
        with standing.working(environment) as [worker]:
            make_entry(announce=True)
            standing.wait_for(lambda: not OutboxItem.objects.exists(), what="the draining of the outbox")
            standing.wait_for(lambda: OutgoingMail.objects.filter(attempts=1).exists(), what="the first try")
            page = _status(client)
            assert "The mail server does not take every mail." in page
            assert "ada@example.org" not in page
            assert worker.stop(within=30) == 0
        assert "ada@example.org" not in worker.said()
        server.mood = "good"
        OutgoingMail.objects.update(due_at=timezone.now())
        environment["STUB_MAIL_PORT"] = str(server.port)
        with standing.working(environment):
            standing.wait_for(lambda: OutgoingMail.objects.filter(state=MailState.SENT).exists(), what="the delivery")
        [(to, text)] = server.taken
        assert to == "ada@example.org"
        assert "password/reset/key" in text.replace("=\r\n", "")
        row.refresh_from_db()
        assert (row.content, row.trouble, row.attempts) == (None, "", 2)
        assert "Mails leave as they come." in _status(client)


@pytest.mark.django_db(transaction=True)
def test_f07_a_recipient_who_is_refused_is_given_up_at_once_visibly_and_without_an_address(
    tmp_path: Path, settings: Any, client: Client
) -> None:
    settings.EMAIL_BACKEND = standing.QUEUE
    with standing.shared_database(tmp_path) as environment, standing.mail_server("refusing") as server:
        environment["STUB_MAIL_PORT"] = str(server.port)
        _ask_for_a_password(client)
        given_up = OutgoingMail.objects.filter(state=MailState.GIVEN_UP)
        with standing.working(environment) as [worker]:
            standing.wait_for(given_up.exists, what="the giving up")
        assert "ada@example.org" not in worker.said()
        assert given_up.get().trouble == "SMTPRecipientsRefused 550"
        page = _status(client)
        assert "Mails were given up." in page
        assert "SMTPRecipientsRefused 550" in page
        assert "ada@example.org" not in page
        for words in ("It is tried again.", "Nothing was changed"):
            answer = client.post(
                reverse("status_retry", args=["mail", str(given_up.model.objects.get().pk)]), follow=True
            )
            assert words in answer.content.decode()
        assert OutgoingMail.objects.get().state == MailState.WAITING
