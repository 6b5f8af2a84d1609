"""What does joining do when something happens elsewhere?"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.apps import AppConfig

from people import letters


def connect(app: AppConfig) -> None:
    """Connect every receiver, once."""
    name = app.name
    email_confirmed.connect(_address_confirmed, dispatch_uid=f"{name}.address_confirmed")


def _address_confirmed(email_address: EmailAddress, **_kwargs: Any) -> None:
    letters.tell_waiting(email_address.user)
