"""Is a person told once, in words that fit the present clearance, and by a mail that says nothing?"""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from people import inbox, notice_kinds, notice_mail
from people.choices import MailRhythm
from people.mailing import deliver_due
from people.models import Notice, OutgoingMail, Profile, User
from people.notice_kinds import Kind, Words
from tests.factories import make_user
from tests.faults.standing import QUEUE

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 23, 6, 30, tzinfo=datetime.UTC)  # a Monday


@pytest.fixture(autouse=True)
def closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[int]]:
    """Register kinds of the tests; yields the people to whom their objects are closed."""
    shut: set[int] = set()

    def speak(user: User, notices: Sequence[Notice]) -> dict[int, Words]:
        return {} if user.pk in shut else {one.pk: Words(f"Zqtitle {one.object_id}", "/search/") for one in notices}

    monkeypatch.setattr(notice_kinds, "_KINDS", {})
    for name, rhythm in (("now", MailRhythm.AT_ONCE), ("day", MailRhythm.DAILY), ("week", MailRhythm.WEEKLY)):
        notice_kinds.register(Kind(name, f"About {name}", speak, rhythm=rhythm))
    notice_kinds.register(Kind("alarm", "Security", speak, security=True))
    yield shut


@pytest.fixture
def ada(client: Client) -> User:
    user = make_user("ada@example.org", name="Ada")
    client.force_login(user)
    return user


def test_told_twice_of_the_same_is_one_notice_and_one_mail(ada: User) -> None:
    first = inbox.tell(recipient=ada, kind="now", about=("thing", 1))
    assert inbox.tell(recipient=ada, kind="now", about=("thing", 1)) == first
    assert (Notice.objects.count(), len(mail.outbox)) == (1, 1)
    inbox.mark_read(user=ada, key=first.pk)
    inbox.tell(recipient=ada, kind="now", about=("thing", 1))
    assert Notice.objects.get().read_at is not None
    assert inbox.tell(recipient=ada, kind="now", about=("thing", 1), again=True).read_at is None
    assert len(mail.outbox) == 2


def test_an_object_is_named_by_the_identifier_in_its_address(ada: User) -> None:
    assert inbox.tell(recipient=ada, kind="day", about=ada).object_kind == "user"
    with pytest.raises(notice_kinds.UnknownKind):
        inbox.tell(recipient=ada, kind="made-up")


def test_a48_a_mail_says_that_something_waits_and_nothing_else(ada: User) -> None:
    inbox.tell(recipient=ada, kind="now", about=("thing", "k7m2q9"))
    (message,) = mail.outbox
    text = f"{message.subject}\n{message.body}"
    assert message.to == ["ada@example.org"]
    assert "Zqtitle" not in text and "k7m2q9" not in text and "Ada" not in text
    assert "?" not in text  # no link with anything in it


def test_who_has_not_looked_since_is_not_told_again_within_the_hour(ada: User) -> None:
    for number in range(3):
        inbox.tell(recipient=ada, kind="now", about=("thing", number))
    assert len(mail.outbox) == 1
    Notice.objects.update(read_at=timezone.now())
    inbox.tell(recipient=ada, kind="now", about=("thing", 4))
    assert len(mail.outbox) == 2
    inbox.tell(recipient=ada, kind="alarm", about=("thing", 5))
    assert len(mail.outbox) == 3


@pytest.mark.parametrize("lost", ["closed", "read", "inactive", "gone"])
def test_a47_a_mail_does_not_leave_when_its_person_may_not_know_any_more(
    ada: User, closed: set[int], settings: Any, mailoutbox: Any, lost: str
) -> None:
    settings.EMAIL_BACKEND = QUEUE
    inbox.tell(recipient=ada, kind="now", about=("thing", 1))
    assert OutgoingMail.objects.count() == 1
    if lost == "closed":
        closed.add(ada.pk)
    elif lost == "read":
        Notice.objects.update(read_at=timezone.now())
    elif lost == "inactive":
        User.objects.update(is_active=False)
    else:
        ada.delete()
    assert deliver_due(worker="one") == 0
    assert mailoutbox == []


def test_a_mail_whose_notice_still_waits_leaves(ada: User, settings: Any, mailoutbox: Any) -> None:
    settings.EMAIL_BACKEND = QUEUE
    inbox.tell(recipient=ada, kind="now", about=("thing", 1))
    assert deliver_due(worker="one") == 1


def test_digests_come_in_the_chosen_rhythm_once(ada: User) -> None:
    for kind in ("day", "week"):
        inbox.tell(recipient=ada, kind=kind, about=("thing", 1))
    assert mail.outbox == []
    assert notice_mail.send_digests(now=NOW + datetime.timedelta(days=1)) == 1
    assert Notice.objects.get(kind="week").mailed_at is None
    assert notice_mail.send_digests(now=NOW + datetime.timedelta(days=7)) == 1
    assert notice_mail.send_digests(now=NOW + datetime.timedelta(days=7)) == 0
    assert len(mail.outbox) == 2


def test_whoever_wants_no_mails_gets_those_of_security_only(ada: User, closed: set[int]) -> None:
    Profile.objects.create(user=ada, mails={"now": "never", "day": "never", "alarm": "never"})
    for kind in ("now", "day", "alarm"):
        inbox.tell(recipient=ada, kind=kind)
    assert len(mail.outbox) == 1
    assert notice_mail.send_digests(now=NOW) == 0
    Profile.objects.update(mails={})
    closed.add(ada.pk)
    assert notice_mail.send_digests(now=NOW) == 0


def test_the_inbox_says_what_mails_may_not_and_nothing_to_whoever_lost_access(
    client: Client, ada: User, closed: set[int]
) -> None:
    inbox.tell(recipient=ada, kind="day", about=("thing", 1))
    page = client.get(reverse("people:inbox")).content.decode()
    assert "Zqtitle 1" in page and "1 notice" in page
    closed.add(ada.pk)
    page = client.get(reverse("people:inbox")).content.decode()
    assert "Zqtitle" not in page and "no longer open to you" in page


def test_looking_changes_nothing_and_a_click_marks_it_read(client: Client, ada: User, closed: set[int]) -> None:
    first, second, third = (inbox.tell(recipient=ada, kind="day", about=("thing", number)) for number in range(3))
    client.get(reverse("people:inbox"))
    assert Notice.objects.filter(read_at__isnull=True).count() == 3
    for method in ("get", "head"):
        assert getattr(client, method)(reverse("people:inbox_read", args=[first.pk])).status_code == 405
    assert client.post(reverse("people:inbox_read", args=[first.pk]), {"go": "1"})["Location"] == "/search/"
    assert client.post(reverse("people:inbox_read", args=[second.pk]))["Location"] == reverse("people:inbox")
    closed.add(ada.pk)
    assert client.post(reverse("people:inbox_read", args=[third.pk]), {"go": "1"})["Location"] == reverse(
        "people:inbox"
    )
    assert not Notice.objects.filter(read_at__isnull=True).exists()


def test_what_came_after_the_page_was_shown_stays_unread(client: Client, ada: User) -> None:
    shown = inbox.tell(recipient=ada, kind="day", about=("thing", 1))
    later = inbox.tell(recipient=ada, kind="day", about=("thing", 2))
    client.post(reverse("people:inbox_read_all"), {"up_to": shown.pk})
    assert [one.pk for one in Notice.objects.filter(read_at__isnull=True)] == [later.pk]
    for wrong in ("", "x", "9" * 40):
        assert client.post(reverse("people:inbox_read_all"), {"up_to": wrong}).status_code == 404


def test_nobody_touches_the_notices_of_others(client: Client, ada: User) -> None:
    other = make_user()
    notice = inbox.tell(recipient=other, kind="day", about=("thing", 1))
    assert "Zqtitle" not in client.get(reverse("people:inbox")).content.decode()
    assert client.post(reverse("people:inbox_read", args=[notice.pk])).status_code == 404
    client.post(reverse("people:inbox_read_all"), {"up_to": notice.pk})
    notice.refresh_from_db()
    assert notice.read_at is None
    assert Client().get(reverse("people:inbox")).status_code == 302


def test_many_notices_are_on_several_pages(client: Client, ada: User) -> None:
    for number in range(45):
        inbox.tell(recipient=ada, kind="day", about=("thing", number))
    assert len(client.get(reverse("people:inbox"), {"page": 3}).context["lines"]) == 5
    assert client.get(reverse("people:inbox"), {"page": "x"}).status_code == 200


def test_the_number_in_the_head_of_a_page_is_one_query_and_none_for_strangers(client: Client, ada: User) -> None:
    request: Any = type("Request", (), {"user": ada})()
    inbox.tell(recipient=ada, kind="day")
    with CaptureQueriesContext(connection) as asked:
        assert inbox.unread_of(request) == 1
    assert len(asked) == 1
    stranger: Any = type("Request", (), {})()
    with CaptureQueriesContext(connection) as asked:
        assert inbox.unread_of(stranger) == 0
    assert len(asked) == 0


def test_while_nobody_can_count_the_page_is_shown_all_the_same(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_about: Any) -> list[int]:
        raise DatabaseError("gone")

    monkeypatch.setattr(inbox, "_UNREAD", away)
    request: Any = type("Request", (), {"user": ada})()
    assert inbox.unread_of(request) == 0


def test_old_notices_are_deleted(ada: User) -> None:
    now = timezone.now()
    for number, (made, read) in enumerate([(400, None), (100, 95), (100, None), (10, 5)]):
        notice = inbox.tell(recipient=ada, kind="day", about=("thing", number))
        notice.created_at = now - datetime.timedelta(days=made)
        notice.read_at = now - datetime.timedelta(days=read) if read else None
        notice.save()
    assert inbox.prune() == 2
