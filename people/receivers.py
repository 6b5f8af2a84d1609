"""What do people's verbs do when something happens in allauth or in the queue of mails?"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.usersessions.internal import flows
from django.apps import AppConfig
from django.http import HttpRequest

from people import factors, letters
from people.mailing import leaving
from people.models import User


def connect(app: AppConfig) -> None:
    """Connect every receiver, once."""
    name = app.name
    email_confirmed.connect(_address_confirmed, dispatch_uid=f"{name}.address_confirmed")
    leaving.connect(_mail_leaving, dispatch_uid=f"{name}.mail_leaving")
    authenticator_added.connect(_factor_added, dispatch_uid=f"{name}.factor_added")


def _address_confirmed(email_address: EmailAddress, **_kwargs: Any) -> None:
    letters.tell_waiting(email_address.user)


def _mail_leaving(once: str, **_kwargs: Any) -> bool:
    return letters.still_due(once=once)


def _factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **_kwargs: Any) -> None:
    """End the visits that began with a password alone: whoever stole it must not be there when a role is given."""
    if factors.is_only_one(authenticator):
        flows.sessions.end_other_sessions(request, user)
