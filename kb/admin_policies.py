"""What may a person do in the editing interface, with records of a kind and with a single one?

Wagtail asks these instead of its tables: for records under a marking, roles and marking answer; for pages, roles.
"""

from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from wagtail.models import GroupPagePermission, Page
from wagtail.permission_policies.base import BasePermissionPolicy
from wagtail.permission_policies.pages import PagePermissionPolicy

from kb.models import Entry
from kb.sharing import policy
from people.choices import Role
from people.models import User, in_force
from people.roles import ROLE_ACTIONS, Action
from people.viewers import scope_of

# What a person has to be allowed for each of the verbs that Wagtail knows.
ACTIONS: dict[str, Action] = {
    "add": Action.EDIT_ENTRIES,
    "change": Action.EDIT_ENTRIES,
    "view": Action.EDIT_ENTRIES,
    "delete": Action.EDIT_ENTRIES,
    "lock": Action.EDIT_ENTRIES,
    "unlock": Action.PUBLISH,
    "publish": Action.PUBLISH,
}
_MEDIA_ACTIONS = frozenset({"add", "change", "view", "delete", "choose"})


class SharingPolicy(BasePermissionPolicy):
    """Wagtail's permission policy for records under a marking. Being a superuser changes nothing here."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """May the user do this with any record at all?"""
        return action in ACTIONS and scope_of(user).may(ACTIONS[action])

    def users_with_any_permission(self, actions: Collection[str]) -> QuerySet[User]:
        """Return the active people who may do any of this with some record."""
        needed = {ACTIONS[action] for action in actions if action in ACTIONS}
        roles = [role for role in Role if ROLE_ACTIONS.get(role, frozenset()) & needed]
        return User.objects.filter(
            in_force("memberships__"), is_active=True, role_assignments__role__in=roles
        ).distinct()

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """May the user do this with this record?"""
        if not self.user_has_permission(user, action):
            return False
        if instance.marking_id is None:
            return action in {"add", "change", "view"}
        scope = scope_of(user)
        if action in {"publish", "unlock"}:
            return policy.can_publish(scope, instance)
        return policy.can_edit(scope, instance) and (action != "delete" or may_be_deleted(instance))

    def instances_user_has_any_permission_for(self, user: Any, actions: Collection[str]) -> QuerySet[Any]:
        """Return the records with which the user may do any of this."""
        if not self.user_has_any_permission(user, actions):
            return self.model._default_manager.none()
        editable: QuerySet[Any] = self.model._default_manager.editable_by(scope_of(user))
        return editable

    def users_with_any_permission_for_instance(self, actions: Collection[str], instance: Any) -> QuerySet[User]:
        """Return the active people who may do any of this with this record."""
        found = [
            user.pk
            for user in self.users_with_any_permission(actions)
            if any(self.user_has_permission_for_instance(user, action, instance) for action in actions)
        ]
        return User.objects.filter(pk__in=found)


class MediaPolicy(SharingPolicy):
    """The same for pictures and files, which those upload who edit entries or pages."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """May the user do this with any picture or file at all?"""
        scope = scope_of(user)
        return action in _MEDIA_ACTIONS and (scope.may(Action.EDIT_ENTRIES) or scope.may(Action.ADMINISTER))

    def users_with_any_permission(self, actions: Collection[str]) -> QuerySet[User]:
        """Return nobody: nothing is asked of all who might upload."""
        return User.objects.none()

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """May the user do this with this picture or file?"""
        return action in _MEDIA_ACTIONS and policy.can_edit_media(scope_of(user), instance.marking)


class PagesByRole(PagePermissionPolicy):
    """Wagtail's policy for pages, which carry no marking: administrators edit the whole tree."""

    VERBS = ("add", "change", "publish", "lock", "unlock")

    def get_all_permissions_for_user(self, user: Any) -> Any:
        """Return what Wagtail's tables give, and for administrators every right at the root."""
        if user.is_superuser or not scope_of(user).may(Action.ADMINISTER):
            return super().get_all_permissions_for_user(user)
        root = Page.get_first_root_node()
        # Rows that are never stored; Wagtail puts them into sets, for which each needs a key.
        return [
            GroupPagePermission(pk=-number, page=root, permission=Permission(codename=f"{verb}_page"))
            for number, verb in enumerate(self.VERBS, 1)
        ]


def may_be_deleted(entry: Entry) -> bool:
    """Only a draft that nobody has read or related to is deleted; what was published is withdrawn or superseded."""
    return not entry.live and entry.published_date is None and not entry.relations_to.exists()
