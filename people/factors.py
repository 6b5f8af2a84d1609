"""Who must have a second factor, who has one, and when may one be taken away?"""

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation

from people import audit
from people.models import User
from people.roles import MEMBER_ACTIONS, allowed
from people.viewers import scope_of

# For whom a trusted identity provider asked for a second factor in this session.
TRUSTED_SESSION_KEY = "identity_second_factor"
# What proves a second time who somebody is; recovery codes only stand in for one of them.
STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def privileged(user: Any) -> bool:
    """May this person do anything beyond what every member may? Superusers count, whatever their roles."""
    scope = scope_of(user)
    return bool(user.is_superuser or allowed(scope.roles, vetted=scope.vetted) - MEMBER_ACTIONS)


def required(user: Any) -> bool:
    """Must this person have a second factor here? In the demonstration nobody must."""
    return not settings.DEMONSTRATION and privileged(user)


def has_factor(user: Any) -> bool:
    """Has this person an app for codes or a security key?"""
    return Authenticator.objects.filter(user_id=user.pk, type__in=STRONG).exists()


def proved(request: HttpRequest) -> bool:
    """Has somebody a factor, or was one asked for just now by a provider that is trusted with it?

    A factor that is there was asked for in this visit: signing in asks for it, and the first one that is added ends
    the visits that began without (people.receivers).
    """
    return request.session.get(TRUSTED_SESSION_KEY) == str(request.user.pk) or has_factor(request.user)


def is_only_one(authenticator: Authenticator) -> bool:
    """Is this the only factor of its owner?"""
    strong = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=STRONG)
    return authenticator.type in STRONG and not strong.exclude(pk=authenticator.pk).exists()


def is_last_needed(authenticator: Authenticator) -> bool:
    """Is this the only factor of somebody who must have one?"""
    return is_only_one(authenticator) and required(authenticator.user)


@transaction.atomic
def remove_all(user: User) -> int:
    """Take every factor and all recovery codes from somebody who lost them, and end all visits; return how many went.

    Recorded before it happens; the person is told by mail. Raises NotRecorded.
    """
    held = Authenticator.objects.select_for_update().filter(user_id=user.pk)
    count = len(held)
    if count:
        audit.record(event=audit.Event.FACTOR_REMOVED, kind="person", ids=[user.pk], data={"count": count})
        held.delete()
        get_adapter().end_sessions(UserSession.objects.filter(user_id=user.pk))
        _tell_removed(user)
    return count


def _tell_removed(user: User) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        subject = render_to_string("people/email/factors_removed_subject.txt").strip()
        body = render_to_string("people/email/factors_removed.txt").strip()
    EmailMessage(f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}", f"{body}\n", to=[user.email]).send()


class FactorAdapter(DefaultMFAAdapter):
    """allauth's second factors, of which the last one stays where one is compulsory."""

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """No, where it is the only factor of somebody who must have one."""
        return not is_last_needed(authenticator)
