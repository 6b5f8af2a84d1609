"""What does joining do when something happens elsewhere?"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.apps import AppConfig

from people import letters
from people.mailing import leaving


def connect(app: AppConfig) -> None:
    """Connect every receiver, once."""
    name = app.name
    email_confirmed.connect(_address_confirmed, dispatch_uid=f"{name}.address_confirmed")
    leaving.connect(_mail_leaving, dispatch_uid=f"{name}.mail_leaving")


def _address_confirmed(email_address: EmailAddress, **_kwargs: Any) -> None:
    letters.tell_waiting(email_address.user)


def _mail_leaving(once: str, **_kwargs: Any) -> bool:
    return letters.still_due(once=once)
