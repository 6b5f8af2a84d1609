"""Is a mail sent once, though its task is delivered twice, its worker is killed, or two workers are at it?"""

from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django_tasks_db.models import DBTaskResult

from config import tasks
from kb import notifications
from people.choices import MailState, MembershipState, Role
from people.mailing import ONCE, deliver_due
from people.models import OutgoingMail
from tests.factories import make_entry, make_user
from tests.faults import standing


@pytest.fixture
def review(settings: Any) -> Any:
    settings.EMAIL_BACKEND = standing.QUEUE
    curator = make_user(roles=[Role.CURATOR])
    make_user("reviewer@example.org", roles=[Role.REVIEWER])
    entry = make_entry(live=False)
    entry.save_revision(user=curator)
    entry.get_workflow().start(entry, curator)
    return entry.current_workflow_task_state


@pytest.mark.django_db
def test_f04_a_task_that_is_delivered_twice_writes_one_mail(review: Any, mailoutbox: Any) -> None:
    for _delivery in range(2):
        assert notifications.tell_reviewers.call(review.pk) == 1
    assert OutgoingMail.objects.count() == 1
    assert deliver_due(worker="one") == 1
    notifications.tell_reviewers.call(review.pk)
    assert deliver_due(worker="two") == 0
    assert [message.to for message in mailoutbox] == [["reviewer@example.org"]]
    assert ONCE not in mailoutbox[0].message()


@pytest.mark.django_db
def test_a47_whoever_lost_access_while_the_mail_waited_gets_none(review: Any, mailoutbox: Any) -> None:
    from people.models import User

    notifications.tell_reviewers.call(review.pk)
    User.objects.get(email="reviewer@example.org").memberships.update(state=MembershipState.ENDED)
    assert deliver_due(worker="one") == 0
    assert mailoutbox == []
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_f04_two_workers_send_each_mail_once(tmp_path: Path, settings: Any) -> None:
    settings.EMAIL_BACKEND = standing.QUEUE
    with standing.shared_database(tmp_path) as environment, standing.mail_server() as server:
        for number in range(30):
            EmailMessage("Hello", "words", to=[f"person{number}@example.org"]).send()
        environment["STUB_MAIL_PORT"] = str(server.port)
        with standing.working(environment, 2):
            sent = OutgoingMail.objects.filter(state=MailState.SENT)
            standing.wait_for(lambda: sent.count() == 30, what="the sending of every mail")
        assert sorted(to for to, _text in server.taken) == sorted(f"person{number}@example.org" for number in range(30))


@pytest.mark.django_db(transaction=True)
def test_f04_a_task_whose_worker_was_killed_is_taken_up_by_the_next(tmp_path: Path, monkeypatch: Any) -> None:
    mark = tmp_path / "begun"
    with standing.shared_database(tmp_path) as environment:
        row = standing.hangs.enqueue(str(mark)).db_result
        with standing.working(environment) as [worker]:
            standing.wait_for(mark.exists, what="the task's beginning")
            assert tasks.take_up_lost() == 0
            worker.kill()
        # Nobody can tell at once that it was killed: its last sign is still fresh.
        assert tasks.take_up_lost() == 0
        from people.models import WorkerPulse

        WorkerPulse.objects.all().delete()
        assert tasks.take_up_lost() == 1
        assert tasks.take_up_lost() == 0
        again = DBTaskResult.objects.get(pk=row.pk)
        assert (again.status, len(again.worker_ids)) == ("READY", 1)
