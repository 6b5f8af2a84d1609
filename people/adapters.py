"""How do allauth and Django's permissions meet our accounts and roles?"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from people.roles import Action
from people.viewers import scope_of


class AccountAdapter(DefaultAccountAdapter):
    """Accounts by invitation or request only: self-registration opens with the joining procedure."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No: accounts are made by administrators."""
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong tries by account and address together: a stranger's tries must not lock the owner out."""
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}|{self.get_client_ip(request)}"


# Which of Django's permissions follows from which action. Everything else is refused, to superusers too where
# it concerns records under a marking (kb.admin_guard asks the sharing policy instead).
PERMISSIONS: dict[str, Action] = {
    "wagtailadmin.access_admin": Action.ENTER_ADMIN,
    **{
        f"kb.{verb}_{model}": Action.EDIT_VOCABULARIES
        for model in ("conceptscheme", "concept")
        for verb in ("add", "change", "view")
    },
    **{
        f"people.{verb}_{model}": Action.ADMINISTER
        for model in ("user", "organisation", "membership", "circle", "roleassignment")
        for verb in ("add", "change", "view")
    },
    **{f"wagtailcore.{verb}_page": Action.ADMINISTER for verb in ("add", "change", "publish")},
}


class RolePermissionBackend:
    """Answers Django's `has_perm` from the roles a person holds."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Log nobody in: that is allauth's part."""

    def has_perm(self, user: Any, perm: str, obj: object = None) -> bool:
        """Does a role of this person carry the permission?"""
        action = PERMISSIONS.get(perm)
        return action is not None and scope_of(user).may(action)

    def has_module_perms(self, user: Any, app_label: str) -> bool:
        """Does any permission of that app follow from the person's roles?"""
        return any(perm.startswith(f"{app_label}.") and self.has_perm(user, perm) for perm in PERMISSIONS)

    def get_all_permissions(self, user: Any, obj: object = None) -> set[str]:
        """Return every permission that follows from the person's roles."""
        return {perm for perm in PERMISSIONS if self.has_perm(user, perm)}
