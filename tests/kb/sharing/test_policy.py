"""Does the table of roles, and nothing beside it, say who publishes?"""

import pytest

from kb.sharing import policy
from people.choices import Role
from people.roles import ROLE_ACTIONS, Action
from people.viewers import viewer_of
from tests.factories import make_entry, make_user

pytestmark = pytest.mark.django_db


def test_who_publishes_follows_the_table_of_roles(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = make_entry(live=False)
    curator, reviewer = (viewer_of(make_user(roles=[role])) for role in (Role.CURATOR, Role.REVIEWER))
    assert [policy.can_publish(viewer, entry) for viewer in (curator, reviewer)] == [False, True]
    monkeypatch.setitem(ROLE_ACTIONS, Role.CURATOR, ROLE_ACTIONS[Role.CURATOR] | {Action.PUBLISH})
    monkeypatch.setitem(ROLE_ACTIONS, Role.REVIEWER, ROLE_ACTIONS[Role.REVIEWER] - {Action.PUBLISH})
    assert [policy.can_publish(viewer, entry) for viewer in (curator, reviewer)] == [True, False]
