"""How do allauth and Django's permissions meet our accounts and roles?"""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from people import factors, kept_forms, known_browsers
from people.roles import Action
from people.viewers import scope_of
from people.visit_middleware import forget_end

logger = logging.getLogger("people.accounts")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts by invitation or request only: self-registration opens with the joining procedure."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No: accounts are made by administrators."""
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong tries by account and address together: a stranger's tries must not lock the owner out."""
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}|{self.get_client_ip(request)}"

    def get_login_stages(self) -> list[str]:
        """Ask for the second factor unless a trusted identity provider has asked for one."""
        own = {"allauth.mfa.stages.AuthenticateStage": "people.identity.accounts.FactorStage"}
        return [own.get(stage, stage) for stage in super().get_login_stages()]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try: by account and address, and by account alone for all browsers that it does not know."""
        super().pre_authenticate(request, **credentials)
        account = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
        device = known_browsers.device_for(request, account)
        action, key = ("login_known", f"{account}|{device}") if device else ("login_strangers", account)
        usage = ratelimit.consume(request, app="allauth.account", action=action, key=key)
        if not usage:
            raise self.validation_error("too_many_login_attempts")
        # Taken back together where the password was right.
        self._login_failed_rl_usage.usage.extend(usage.usage)

    def post_login(self, request: HttpRequest, user: Any, **details: Any) -> HttpResponse:
        """Have the browser remember that it is the owner's."""
        response: HttpResponse = super().post_login(request, user, **details)
        known_browsers.remember(request, response, user.email)
        forget_end(request.session)
        return response

    def send_notification_mail(self, template_prefix: str, user: Any, context: Any = None, email: Any = None) -> None:
        """Tell somebody of a change to the account; where no mail goes out, the change stands all the same."""
        try:
            super().send_notification_mail(template_prefix, user, context, email)
        except (OSError, SMTPException, DatabaseError):
            logger.exception("A notice of a change to an account could not be sent")

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead a privileged person to a second factor first, and whoever sent a form too late back to it."""
        if factors.required(request.user) and not factors.proved(request):
            return reverse("mfa_activate_totp")
        if kept_forms.waiting(request.session):
            return reverse("people:kept_forms")
        url: str = super().get_login_redirect_url(request)
        return url


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
