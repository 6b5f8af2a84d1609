"""Does a mail about a review say nothing of the entry, and go only to those who may decide on it?"""

from typing import Any

import pytest
from django.core import mail
from wagtail.admin.mail import Notifier
from wagtail.models import TaskState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

from kb import notifications, receivers
from kb.models import Entry
from people.choices import MembershipState, Role
from people.models import User
from tests.factories import make_circle, make_entry, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Any:
    """An AMBER draft of a circle that its curator submitted, and people in and outside the circle."""

    class World:
        circle = make_circle()
        other = make_circle()
        curator = make_user("curator@example.org", roles=[Role.CURATOR], circles=[circle])
        reviewer = make_user("inside@example.org", roles=[Role.REVIEWER], circles=[circle])
        outsider = make_user("outside@example.org", roles=[Role.REVIEWER], circles=[other])
        chief = make_user("chief@example.org", superuser=True, roles=[Role.REVIEWER], member=False)
        entry = make_entry("Zqtitle", label="TLP:AMBER", circles=[circle], live=False)

        def submit(self) -> TaskState:
            self.entry.save_revision(user=self.curator)
            self.entry.get_workflow().start(self.entry, self.curator)
            return self.entry.current_workflow_task_state

    sent: list[int] = []
    monkeypatch.setattr(notifications.tell_reviewers.__class__, "enqueue", lambda self, *args: sent.extend(args))
    made = World()
    made.sent = sent  # type: ignore[attr-defined]  # what was asked of the worker
    return made


def test_a48_a_review_is_announced_without_title_and_only_to_those_cleared(world: Any) -> None:
    state = world.submit()
    assert world.sent == [state.pk]
    assert mail.outbox == []
    assert notifications.tell_reviewers.call(state.pk) == 1
    assert [message.to for message in mail.outbox] == [["inside@example.org"]]
    text = mail.outbox[0].subject + str(mail.outbox[0].body)
    assert "Zqtitle" not in text
    assert world.entry.public_id not in text
    assert "/you/inbox/\n" in text
    (notice,) = world.reviewer.notices.all()
    assert "Zqtitle" in notifications.review_words(world.reviewer, [notice])[notice.pk].text
    assert world.outsider.notices.count() == 0


def test_a47_whoever_lost_access_before_the_mail_was_sent_gets_none(world: Any) -> None:
    state = world.submit()
    world.reviewer.memberships.update(state=MembershipState.ENDED)
    assert notifications.tell_reviewers.call(state.pk) == 0
    assert mail.outbox == []


def test_a_review_that_is_over_is_not_announced(world: Any) -> None:
    state = world.submit()
    state.task.specific.on_action(state, world.reviewer, "reject", comment="Zqcomment")
    assert notifications.tell_reviewers.call(state.pk) == 0
    assert notifications.tell_reviewers.call(10**6) == 0


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_a48_no_decision_sends_title_or_comment_to_anybody(world: Any, decision: str) -> None:
    state = world.submit()
    User.objects.filter(pk=world.curator.pk).update(is_superuser=True)
    state.task.specific.on_action(state, world.reviewer, decision, comment="Zqcomment")
    assert mail.outbox == []
    assert Entry.objects.get(pk=world.entry.pk).live is (decision == "approve")


@pytest.mark.parametrize("after", [False, True], ids=["loaded before Wagtail's", "loaded after Wagtail's"])
def test_a48_none_of_wagtails_own_mails_is_connected(after: bool) -> None:
    from wagtail.admin.signal_handlers import register_signal_handlers

    signals = (task_submitted, workflow_submitted, workflow_approved, workflow_rejected)
    if after:
        for signal, sender, name, _receiver in receivers._MAILS:
            signal.disconnect(sender=sender, dispatch_uid=name)
        register_signal_handlers()
        assert any(isinstance(row[1], Notifier) or isinstance(row[1](), Notifier) for row in task_submitted.receivers)
        receivers.replace_mails()
    else:
        register_signal_handlers()
    for signal in signals:
        connected = [row[1]() if not callable(getattr(row[1], "notify", None)) else row[1] for row in signal.receivers]
        assert connected
        assert not [receiver for receiver in connected if isinstance(receiver, Notifier)]
