"""Which account belongs to somebody whom the identity provider knows, and is its second factor enough?"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render

from people.factors import TRUSTED_SESSION_KEY


class IdentityAdapter(DefaultSocialAccountAdapter):
    """Finds or makes the account: by the provider's number, else by an address that both sides have verified."""

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[Any, str] | None:
        """Return the account whose own, verified address the provider has verified too."""
        for address in (one.email for one in sociallogin.email_addresses if one.verified):
            found = EmailAddress.objects.filter(email__iexact=address, verified=True).select_related("user").first()
            if found is not None:
                return found.user, found.email
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse people without a verified address; note whether the second factor of the provider counts here."""
        if not any(address.verified for address in sociallogin.email_addresses):
            raise ImmediateHttpResponse(
                render(request, "socialaccount/authentication_error.html", {"not_verified": True}, status=401)
            )
        request.session.pop(TRUSTED_SESSION_KEY, None)
        strong = getattr(request, "identity_is_strong", False)
        if settings.IDENTITY_PROVIDER["trust_second_factor"] and strong and sociallogin.is_existing:
            request.session[TRUSTED_SESSION_KEY] = str(sociallogin.user.pk)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Yes: whoever the provider vouches for becomes a learner, who reads what everybody may read."""
        return True

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        """Take over the address and the name, nothing else."""
        user = super().populate_user(request, sociallogin, data)
        parts = (data.get("first_name"), data.get("last_name"))
        user.name = str(data.get("name") or " ".join(str(part) for part in parts if part))[:120]
        user.email = user.email.lower()
        return user


class FactorStage(AuthenticateStage):
    """Ask for the second factor, unless a trusted provider has just asked for one."""

    def _should_handle(self, request: HttpRequest) -> bool:
        trusted = request.session.get(TRUSTED_SESSION_KEY)
        if self.login.user is not None and trusted == str(self.login.user.pk):
            return False
        asked: bool = super()._should_handle(request)
        return asked
