"""Attack 47: somebody loses access between the queueing and the sending of a mail. It is not sent."""

from collections.abc import Callable
from typing import Any

import pytest

from kb.marking import relabel
from kb.notifications import tell_reviewers
from people.choices import MembershipState
from people.mailing import deliver_due
from people.models import OutgoingMail, User
from tests.attacks.people import Cast, Work
from tests.faults.standing import QUEUE

pytestmark = pytest.mark.django_db


def _membership_ends(cast: Cast, reviewer: User, _work: Work) -> None:
    reviewer.memberships.update(state=MembershipState.ENDED)


def _role_is_taken(cast: Cast, reviewer: User, _work: Work) -> None:
    reviewer.role_assignments.all().delete()


def _organisation_leaves(cast: Cast, reviewer: User, _work: Work) -> None:
    cast.circles["home"].organisations.clear()


def _label_is_raised(cast: Cast, reviewer: User, work: Work) -> None:
    cast.organisations["other"].circles.add(cast.circles["home"])
    relabel(entry=work.entry, label="TLP:AMBER+STRICT", owning_organisation=cast.organisations["other"], by=None)


def _account_is_closed(cast: Cast, reviewer: User, _work: Work) -> None:
    User.objects.filter(pk=reviewer.pk).update(is_active=False)


LOSSES: tuple[Callable[[Cast, User, Work], None], ...] = (
    *(_membership_ends, _role_is_taken, _organisation_leaves, _label_is_raised, _account_is_closed),
)


@pytest.mark.parametrize("lose", LOSSES)
def test_a47_no_mail_leaves_to_whoever_lost_access(
    cast: Cast, settings: Any, mailoutbox: Any, lose: Callable[[Cast, User, Work], None]
) -> None:
    reviewer = cast.user("reviewer")
    assert reviewer is not None
    work = cast.work("amber_home", "review")
    settings.EMAIL_BACKEND = QUEUE
    assert tell_reviewers.call(work.entry.current_workflow_task_state.pk) == 1
    assert OutgoingMail.objects.count() == 1
    lose(cast, reviewer, work)
    assert deliver_due(worker="one") == 0
    assert mailoutbox == []
    if reviewer.role_assignments.exists():
        page = cast.fresh_client("reviewer").get("/you/inbox/").content.decode()
        assert not any(word in page for word in work.traces)
