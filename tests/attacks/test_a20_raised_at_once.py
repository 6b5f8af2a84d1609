"""A label is raised, or an entry recalled: does every way out deny it at once, before any worker has run?"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client

from kb import marking, notifications
from kb.models import Entry
from people import inbox, notice_mail
from people.choices import Role
from search import indexing
from tests.attacks.people import Cast, secret_word
from tests.factories import make_entry, make_user

pytestmark = pytest.mark.django_db

VERBS = ("relabel", "restrict", "recall")


def addresses(entry: Entry, word: str) -> Iterator[str]:
    yield from (entry.get_absolute_url(), f"/fr{entry.get_absolute_url()}", f"/briefing/?e={entry.public_id}")
    yield from ("/", "/search/", f"/search/?q={word}", f"/search/suggest/?q={word[:4]}", f"/search/suggest/?q={word}")
    yield from ("/topics/", "/topics/facility-types/christmas-market/", "/sitemap.xml", "/sitemap-1.xml")
    yield from ("/assess/?place=christmas-market&threat=vehicle-as-weapon", f"/entries/{entry.public_id}/ask/")


def found(client: Client, entry: Entry, word: str) -> list[str]:
    """Return at which addresses something of the entry shows. What was asked for itself is repeated on some pages."""
    shown = []
    for address in addresses(entry, word):
        page = client.get(address)
        traces = [f"/entries/{entry.public_id}/"] if f"q={word}" in address else [word]
        if page.status_code == 200 and any(trace in page.content.decode() for trace in traces):
            shown.append(address)
    return shown


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("start", ["TLP:CLEAR", "TLP:GREEN"])
def test_a20_a_raised_label_denies_everywhere_at_once(cast: Cast, index_dir: Path, verb: str, start: str) -> None:
    word = secret_word()
    entry = make_entry(f"Close the gate {word}", kind="pattern", label=start, summary=f"About {word}.")
    officer = make_user(roles=[Role.SECURITY_OFFICER, Role.CURATOR], organisation=cast.organisations["other"])
    indexing.rebuild()
    reader = cast.client("member")
    assert len(found(reader, entry, word)) >= 5, "it can be found before"
    anonymous = Client()
    assert bool(found(anonymous, entry, word)) == (start == "TLP:CLEAR")
    if verb == "relabel":
        circle = cast.circles["other"]
        marking.relabel(entry=entry, label="TLP:AMBER", circles=[circle], by=officer)
    elif verb == "restrict":
        marking.restrict_now(entry=entry, by=officer)
    else:
        marking.recall(entry=entry, by=officer)
    # No worker has run: the index still holds it, and processes still hold pages that they kept.
    for client in (reader, anonymous):
        assert found(client, entry, word) == []
        page = client.get(entry.get_absolute_url())
        gone = verb == "recall" and (client is reader or start == "TLP:CLEAR")
        assert page.status_code == (410 if gone else 404)
        assert word not in page.content.decode()
    indexing.drain()
    assert found(reader, entry, word) == found(anonymous, entry, word) == []


def test_a20_a_task_that_was_queued_before_tells_nobody_who_is_shut_out(cast: Cast) -> None:
    entry = cast.work("green", "review").entry
    reviewer, other = cast.user("reviewer"), cast.user("other_reviewer")
    assert reviewer is not None
    assert other is not None
    state = Entry.objects.get(pk=entry.pk).current_workflow_task_state
    marking.restrict_now(entry=Entry.objects.get(pk=entry.pk), by=other)
    mail.outbox.clear()
    notifications.tell_reviewers.call(state.pk)
    assert [message.to for message in mail.outbox] == [[other.email]]
    notice = inbox.tell(recipient=reviewer, kind=notifications.REVIEW, about=state)
    assert notice is not None
    assert not notice_mail.still_due(once=f"notice-{reviewer.pk}-{notice.pk}")
    assert notice_mail.still_due(once=f"notice-{other.pk}-{notice.pk}")
