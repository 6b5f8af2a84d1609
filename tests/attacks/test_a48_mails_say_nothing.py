"""Attack 48: a mail about a restricted entry is read by somebody else. It holds no title, no word, no token."""

import re

import pytest
from django.core import mail

from kb.notifications import tell_reviewers
from people.models import Notice
from tests.attacks.people import MARKINGS, Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("marking", MARKINGS)
def test_a48_a_mail_holds_neither_words_nor_names_nor_a_way_past_the_login(cast: Cast, marking: str) -> None:
    for kind in ("reviewer", "other_reviewer"):
        cast.user(kind)
    work = cast.work(marking, "review")
    told = tell_reviewers.call(work.entry.current_workflow_task_state.pk)
    assert told == len(mail.outbox) > 0
    secrets = [*work.traces, *(place.name for place in cast.organisations.values())]
    secrets += [circle.name for circle in cast.circles.values()]
    for message in mail.outbox:
        text = str(message.message())
        assert not [word for word in secrets if word in text]
        links = re.findall(r"https?://\S+", str(message.body))
        assert [link.split("/", 3)[3] for link in links] == ["you/inbox/"]
    # What the mail keeps to itself, the inbox says, and only to whom it belongs.
    for kind in ("reviewer", "other_reviewer"):
        page = cast.client(kind).get("/you/inbox/").content.decode()
        user = cast.user(kind)
        assert (work.title in page) is Notice.objects.filter(recipient=user).exists()
