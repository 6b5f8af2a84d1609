"""Attack 16: somebody approves by posting to the reviewer's address. Refused, with a row of the audit log."""

import pytest
from django.urls import reverse

from kb.models import Entry
from tests.attacks.people import EDITORS, KINDS, Cast
from tests.people.audit import log

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"reviewer", "other_reviewer"}])
def test_a16_whoever_posts_to_the_reviewers_address_is_refused_and_recorded(cast: Cast, kind: str) -> None:
    entry = cast.work("amber_home", "review").entry
    client, user, state = cast.client(kind), cast.user(kind), entry.current_workflow_task_state
    names = Entry.snippet_viewset.get_url_name  # type: ignore[attr-defined]  # Wagtail's
    log.empty()
    for address in (
        reverse(names("workflow_action"), args=[entry.pk, "approve", state.pk]),
        reverse(names("edit"), args=[entry.pk]),
    ):
        answer = client.post(address, {"action-workflow-action": "1", "workflow-action-name": "approve"})
        # Who works in the editing interface is sent back to where the decision can be seen.
        assert answer.status_code in ({302, 400, 403, 404} if kind in {"anonymous", *EDITORS} else {403, 404})
    state.refresh_from_db()
    assert state.status == "in_progress"
    assert not Entry.objects.get(pk=entry.pk).live
    if kind not in EDITORS and user is not None:
        assert [row.actor for row in log.events("refused")] == [user.pk, user.pk]
