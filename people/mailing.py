"""How does a mail leave without keeping a request waiting, and what if the mail server does not take it?

A request puts its mails into the database, in its own transaction. The worker delivers them, each to one worker only,
tries again with growing pauses, and gives up visibly. Words and addresses are deleted once a mail is sent, and are
never logged.
"""

import base64
import logging
import smtplib
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from email.utils import formatdate, make_msgid, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError
from django.dispatch import Signal
from django.utils import timezone

from people.choices import MailState
from people.duties import unclaimed
from people.models import OutgoingMail

logger = logging.getLogger(__name__)

ONCE = "X-Once"  # a header for the queue only: a second mail with the same value is not queued
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
LONGEST_SENDING = timedelta(minutes=10)
MOST_ATTEMPTS = 30  # a little more than a day
KEEP_SENT = timedelta(days=30)
KEEP_GIVEN_UP = timedelta(days=7)

# Sent with the name of a mail (`once`) just before it leaves: a receiver that answers False keeps it from leaving.
leaving = Signal()


class QueueBackend(BaseEmailBackend):
    """Django's mail backend for requests and tasks: writes mails into the queue."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue the mails that have recipients; return how many were not queued before.

        Raises BadHeaderError for a header with a line break and TypeError for an attachment that is not plain data.
        """
        rows = [_row(message) for message in email_messages if message.recipients()]
        known = OutgoingMail.objects.filter(once__in=[row.once for row in rows if row.once])
        told = set(known.values_list("once", flat=True))
        fresh = [row for row in rows if row.once not in told]
        # Two that queue the same at the same moment are told apart by the database.
        OutgoingMail.objects.bulk_create(fresh, ignore_conflicts=True)
        return len(fresh)


def _row(message: EmailMessage) -> OutgoingMail:
    headers = {str(name): str(value) for name, value in message.extra_headers.items()}
    once = headers.pop(ONCE, None)
    sender = str(message.from_email)
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    # Whoever gets a mail twice, because a worker ended between sending and noting it, can tell by its identifier.
    headers.setdefault("Message-ID", make_msgid(domain=domain))
    headers.setdefault("Date", formatdate(localtime=False))
    content = {
        "subject": str(message.subject),
        "body": str(message.body),
        "subtype": message.content_subtype,
        "from": sender,
        **{name: [str(address) for address in getattr(message, name)] for name in ("to", "cc", "bcc", "reply_to")},
        "headers": headers,
        "alternatives": [[str(text), str(kind)] for text, kind in getattr(message, "alternatives", [])],
        "attachments": [_packed(attachment) for attachment in message.attachments],
    }
    _message(content).message()  # a header that cannot be sent is refused where it was written
    return OutgoingMail(content=content, once=once, due_at=timezone.now())


def _packed(attachment: Any) -> list[str | None]:
    if not isinstance(attachment, tuple):
        raise TypeError("Attach a file by name, content and type: ready-made MIME parts cannot be queued.")
    name, content, kind = attachment
    raw = content.encode() if isinstance(content, str) else content
    return [name, base64.b64encode(raw).decode("ascii"), kind]


def _message(content: dict[str, Any]) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=content["subject"],
        body=content["body"],
        from_email=content["from"],
        to=content["to"],
        cc=content["cc"],
        bcc=content["bcc"],
        reply_to=content["reply_to"],
        headers=content["headers"],
    )
    message.content_subtype = content["subtype"]
    for text, kind in content["alternatives"]:
        message.attach_alternative(text, kind)
    for name, packed, kind in content["attachments"]:
        message.attach(name, base64.b64decode(packed), kind)
    return message


def deliver_due(*, worker: str, going_on: Callable[[], bool] = lambda: True) -> int:
    """Deliver what is due, one mail after the other; return how many were sent.

    Ends at the first failure to reach the mail server, so that the others are not tried in vain. Safe with several
    workers: each mail is claimed before it is sent.
    """
    sent = 0
    connection = None
    try:
        while going_on() and (mail := _claim(worker)) is not None:
            if not _still_due(mail):
                mail.delete()
                continue
            connection = connection or get_connection(settings.MAIL_DELIVERY_BACKEND)
            trouble, final = _try(mail, connection)
            _settle(mail, trouble, final=final)
            if trouble and not final:
                break
            sent += not trouble
    finally:
        if connection is not None:
            _close(connection)
    return sent


def _claim(worker: str) -> OutgoingMail | None:
    """Return the mail that is due first, now this worker's own, or None."""
    now = timezone.now()
    due = OutgoingMail.objects.filter(unclaimed(worker), state=MailState.WAITING, due_at__lte=now)
    for mail in due[:20]:
        # Of two workers that read the same row, one changes it. Should what became of the mail not be noted, it is
        # due again after a while.
        same = due.filter(pk=mail.pk, claimed_by=mail.claimed_by, due_at=mail.due_at)
        if same.update(claimed_by=worker, due_at=now + LONGEST_SENDING):
            return mail
    return None


def _still_due(mail: OutgoingMail) -> bool:
    if not mail.once:
        return True
    try:
        answers: list[Any] = [answer for _receiver, answer in leaving.send(OutgoingMail, once=mail.once)]
        return False not in answers
    except Exception:
        OutgoingMail.objects.filter(pk=mail.pk).update(claimed_by="", due_at=timezone.now() + FIRST_PAUSE)
        raise


def _try(mail: OutgoingMail, connection: BaseEmailBackend) -> tuple[str, bool]:
    """Send the mail; return the kind of trouble, empty if none, and whether another try would be in vain."""
    try:
        connection.open()
        connection.send_messages([_message(mail.content or {})])
    except smtplib.SMTPRecipientsRefused as refusal:
        codes = sorted({int(code) for code, _words in refusal.recipients.values()})
        return f"SMTPRecipientsRefused {codes[-1] if codes else ''}".strip(), all(code >= 500 for code in codes)
    except smtplib.SMTPDataError as refusal:
        return f"SMTPDataError {refusal.smtp_code}", refusal.smtp_code >= 500
    except smtplib.SMTPResponseException as refusal:
        return f"{type(refusal).__name__} {refusal.smtp_code}", False
    except OSError as failure:
        return type(failure).__name__, False
    except Exception as failure:
        # Not the server's fault: the mail itself cannot be written, now or later.
        return type(failure).__name__, True
    return "", False


def _settle(mail: OutgoingMail, trouble: str, *, final: bool) -> None:
    """Note what became of a mail. What was sent must not be forgotten: it is noted even if the database is busy."""
    attempts, now = mail.attempts + 1, timezone.now()
    change: dict[str, Any] = {"attempts": attempts, "claimed_by": "", "trouble": trouble}
    if not trouble:
        change |= {"state": MailState.SENT, "content": None, "settled_at": now}
    elif final or attempts >= MOST_ATTEMPTS:
        change |= {"state": MailState.GIVEN_UP, "settled_at": now}
        logger.error("Mail %d is given up after %d attempts: %s", mail.pk, attempts, trouble)
    else:
        change["due_at"] = now + min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
        logger.warning("Mail %d was not taken (%s); it is tried again", mail.pk, trouble)
    for left in (4, 3, 2, 1, 0):
        try:
            OutgoingMail.objects.filter(pk=mail.pk).update(**change)
            return
        except DatabaseError:
            if not left:
                raise
            time.sleep(1)


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        logger.info("The mail server had already closed the connection")


def try_again(*, key: int) -> bool:
    """Put a mail that was given up back into the queue; return whether it was given up."""
    given_up = OutgoingMail.objects.filter(pk=key, state=MailState.GIVEN_UP, content__isnull=False)
    return bool(
        given_up.update(state=MailState.WAITING, attempts=0, trouble="", due_at=timezone.now(), settled_at=None)
    )


def drop(*, key: int) -> bool:
    """Delete a mail that was given up; return whether there was one."""
    return bool(OutgoingMail.objects.filter(pk=key, state=MailState.GIVEN_UP).delete()[0])


def prune() -> int:
    """Delete the rows of mails that were sent a month, or given up a week ago; return how many."""
    now = timezone.now()
    sent = OutgoingMail.objects.filter(state=MailState.SENT, settled_at__lt=now - KEEP_SENT).delete()[0]
    given_up = OutgoingMail.objects.filter(state=MailState.GIVEN_UP, settled_at__lt=now - KEEP_GIVEN_UP).delete()[0]
    return sent + given_up
