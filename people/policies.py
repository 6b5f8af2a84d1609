"""What may nobody do with a kind of record, superusers included?"""

from collections.abc import Collection
from typing import Any

from django.db.models import Model
from wagtail.permission_policies import ModelPermissionPolicy


class KeptPolicy(ModelPermissionPolicy):
    """Wagtail's policy without the verbs that are closed to everybody, superusers included."""

    def __init__(self, model: type[Model], closed: frozenset[str]) -> None:
        """Keep what is closed."""
        super().__init__(model)
        self.closed = closed

    def user_has_permission(self, user: Any, action: str) -> bool:
        """May the user do this?"""
        return action not in self.closed and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Collection[str]) -> bool:
        """May the user do any of this?"""
        return any(self.user_has_permission(user, action) for action in actions)
