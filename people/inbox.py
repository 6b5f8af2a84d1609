"""How does a person learn that something waits? A notice in the site, which may say what mails may not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import BigIntegerField, Model
from django.http import HttpRequest
from django.utils import timezone

from people import notice_kinds, notice_mail
from people.models import Notice, User
from people.notice_kinds import Words
from people.statements import Statement

KEPT = timedelta(days=365)
KEPT_READ = timedelta(days=90)


@dataclass(frozen=True)
class Line:
    """A notice as its reader sees it; without words it is about something that is not the reader's to know any more."""

    notice: Notice
    words: Words | None


@transaction.atomic
def tell(*, recipient: User, kind: str, about: Model | tuple[str, object] | None = None, again: bool = False) -> Notice:
    """Return the notice by which a person is told, and queue the mail that the person wants about it.

    `about` is an object, or a pair of its kind and identifier. Told twice of the same, a person has one notice; `again`
    makes it a new one. `is_new` of what is returned says whether the person is told only now. Raises UnknownKind.
    """
    notice_kinds.kind_of(kind)
    key = {"object_kind": "", "object_id": ""}
    if isinstance(about, Model):
        about = (about._meta.model_name or "", getattr(about, "public_id", about.pk))
    if about is not None:
        key = {"object_kind": about[0], "object_id": str(about[1])}
    notice, fresh = Notice.objects.get_or_create(
        recipient=recipient, kind=kind, **key, defaults={"created_at": timezone.now()}
    )
    if again and not fresh:
        notice.created_at, notice.read_at, notice.mailed_at = timezone.now(), None, None
        notice.save(update_fields=["created_at", "read_at", "mailed_at"])
    notice.is_new = fresh or again
    if notice.is_new:
        notice_mail.at_once(notice)
    return notice


def lines(user: User, notices: Sequence[Notice]) -> list[Line]:
    """Return notices with the words that the person may read now."""
    words = notice_kinds.words_for(user, notices)
    return [Line(notice, words.get(notice.pk)) for notice in notices]


@transaction.atomic
def mark_read(*, user: User, key: int) -> Notice | None:
    """Return the person's own notice, read now; None where the person has no such notice."""
    notice = user.notices.filter(pk=key).first()
    if notice is not None and notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
    return notice


@transaction.atomic
def mark_all_read(*, user: User, up_to: int) -> int:
    """Mark what was in sight as read, up to a notice; return how many. What came since stays unread."""
    return int(user.notices.filter(read_at__isnull=True, pk__lte=up_to).update(read_at=timezone.now()))


_UNREAD = Statement(
    lambda user: Notice.objects.filter(recipient=user, read_at__isnull=True).order_by().values_list("pk", flat=True),
    user=BigIntegerField(),
)


def unread_of(request: HttpRequest) -> int:
    """Return how many notices of whoever sent the request are unread, 0 without an account or where nobody can tell."""
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return 0
    try:
        return len(_UNREAD(user=user.pk))
    except DatabaseError:
        return 0  # it stands in the head of every page, also of the one that says what is wrong


def prune() -> int:
    """Delete notices: 90 days after they were read, a year after they came; return how many."""
    now = timezone.now()
    read = Notice.objects.filter(read_at__lt=now - KEPT_READ).delete()[0]
    return read + Notice.objects.filter(created_at__lt=now - KEPT).delete()[0]
