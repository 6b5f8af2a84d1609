"""Attack 16: somebody approves by posting to the reviewer's address. Refused, with a row of the audit log."""

from typing import Any

import pytest
from django.urls import reverse
from wagtail.log_actions import log as note

from kb.models import Entry
from people.choices import Role
from tests.attacks.people import KINDS, Cast
from tests.factories import make_user
from tests.kb.admin_forms import edit_data
from tests.people.audit import log

pytestmark = pytest.mark.django_db


def attempts(entry: Entry) -> list[tuple[str, dict[str, Any]]]:
    """Return the addresses that approve, with what the reviewer's page would send: the revision that was read."""
    names = Entry.snippet_viewset.get_url_name  # type: ignore[attr-defined]  # Wagtail's
    approve = reverse(names("workflow_action"), args=[entry.pk, "approve", entry.current_workflow_task_state.pk])
    form = {**edit_data(entry), "action-workflow-action": "1", "workflow-action-name": "approve"}
    return [(f"{approve}?revision={entry.latest_revision_id}", {}), (reverse(names("edit"), args=[entry.pk]), form)]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"reviewer", "other_reviewer"}])
def test_a16_whoever_posts_to_the_reviewers_address_is_refused_and_recorded(cast: Cast, kind: str) -> None:
    entry = cast.work("amber_home", "review").entry
    client, user, state = cast.client(kind), cast.user(kind), entry.current_workflow_task_state
    (decision, _form), (edit, form) = attempts(entry)
    log.empty()
    answer = client.post(decision)
    # Who works on entries is led back to the first page of the editing interface, and told why.
    assert answer.status_code in ({302} if kind in {"anonymous", "curator"} else {403, 404})
    assert [row.actor for row in log.events("refused")] == ([user.pk] if user else [])
    # Who works on entries is shown the form again, which is locked while the entry waits.
    assert client.post(edit, form).status_code in {200 if kind == "curator" else 404, 302}
    state.refresh_from_db()
    assert state.status == "in_progress"
    assert not Entry.objects.get(pk=entry.pk).live


def test_a16_a_reviewer_approves_no_own_work(cast: Cast) -> None:
    entry, reviewer = cast.work("amber_home", "review").entry, cast.user("reviewer")
    assert reviewer is not None
    note(instance=entry, action="wagtail.create", user=reviewer)
    approve, _form = attempts(entry)[0]
    log.empty()
    assert cast.client("reviewer").post(approve).status_code == 302
    assert not Entry.objects.get(pk=entry.pk).live
    assert [row.actor for row in log.events("refused")] == [reviewer.pk]
    # Another one may: the entry is complete, and the address is the right one.
    other = cast.fresh_client("anonymous")
    other.force_login(make_user(roles=[Role.REVIEWER], organisation=cast.organisations["home"]))
    other.post(approve)
    assert Entry.objects.get(pk=entry.pk).live
