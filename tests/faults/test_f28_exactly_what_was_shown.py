"""A reviewer approves exactly the revision that was shown, whatever was saved meanwhile."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kb.models import Entry
from kb.viewsets import conflicts
from people.choices import Role
from people.models import User
from tests.factories import make_entry, make_user
from tests.kb.admin_forms import edit_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(client: Client) -> User:
    person = make_user(roles=[Role.REVIEWER])
    client.force_login(person)
    return person


@pytest.fixture
def waiting(reviewer: User) -> Entry:
    """Return an entry that waits for review."""
    author = make_user(roles=[Role.CURATOR])
    made = make_entry("As it was read", live=False)
    made.save_revision(user=author)
    entry = Entry.objects.get(pk=made.pk)
    entry.get_workflow().start(entry, author)
    return Entry.objects.get(pk=made.pk)


def changed(entry: Entry) -> None:
    """Save another version, as the author or another reviewer does."""
    other = Entry.objects.get(pk=entry.pk)
    other.title = "Changed meanwhile"
    other.save_revision()


def address(name: str, **kwargs: Any) -> str:
    return reverse(Entry.snippet_viewset.get_url_name(name), kwargs=kwargs)


def approval(entry: Entry) -> dict[str, Any]:
    return {
        **edit_data(entry),
        "action-workflow-action": "1",
        "workflow-action-name": "approve",
        "workflow-action-extra-data": json.dumps({"comment": ""}),
    }


def test_f28_what_was_shown_is_approved_and_published(client: Client, waiting: Entry) -> None:
    assert client.post(address("edit", pk=waiting.pk), approval(waiting)).status_code == 302
    stored = Entry.objects.get(pk=waiting.pk)
    assert (stored.live, stored.title) == (True, "As it was read")


def test_f28_what_was_changed_meanwhile_is_not_approved(client: Client, waiting: Entry) -> None:
    form = approval(waiting)
    changed(waiting)
    answer = client.post(address("edit", pk=waiting.pk), form)
    assert answer.status_code == 200
    assert "another version" in answer.content.decode()
    stored = Entry.objects.get(pk=waiting.pk)
    assert (stored.live, stored.workflow_in_progress) == (False, True)


def test_f28_nor_what_is_changed_in_the_same_instant(client: Client, waiting: Entry, monkeypatch: Any) -> None:
    honest = conflicts.EntryConflictMixin.save_instance

    def save_instance(view: Any) -> Any:
        saved = honest(view)
        changed(waiting)
        return saved

    monkeypatch.setattr(conflicts.EntryConflictMixin, "save_instance", save_instance)
    client.post(address("edit", pk=waiting.pk), approval(waiting))
    stored = Entry.objects.get(pk=waiting.pk)
    assert (stored.live, stored.workflow_in_progress) == (False, True)


@pytest.mark.parametrize("named", ["", "?revision=", "?revision=x", "?revision={old}"])
def test_f28_the_short_way_names_the_revision_too(client: Client, waiting: Entry, named: str) -> None:
    state = waiting.current_workflow_task_state
    path = address("workflow_action", pk=waiting.pk, action_name="approve", task_state_id=state.pk)
    old = waiting.latest_revision_id
    changed(waiting)
    assert client.post(path + named.format(old=old), {"comment": ""}).status_code == 302
    assert not Entry.objects.get(pk=waiting.pk).live
    now = Entry.objects.get(pk=waiting.pk).latest_revision_id
    assert f"?revision={now}" in json.loads(client.get(path).content)["html"]
    client.post(f"{path}?revision={now}", {"comment": ""})
    stored = Entry.objects.get(pk=waiting.pk)
    assert (stored.live, stored.title) == (True, "Changed meanwhile")
