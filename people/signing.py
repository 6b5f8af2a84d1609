"""What is written down about a sign-in, so that its owner knows it again and nobody else learns more?"""

from typing import Any

from allauth.usersessions.models import UserSession
from django.db.models.signals import pre_save

from people import browsers


def _coarsen(sender: Any, instance: UserSession, **kwargs: Any) -> None:
    instance.ip = browsers.coarse(instance.ip)
    words = browsers.in_words(instance.user_agent)
    # Saved a second time, it is in words already.
    instance.user_agent = words or (instance.user_agent if len(instance.user_agent) < 40 else "")


def connect() -> None:
    """Store browser and network of a sign-in in coarse words only."""
    pre_save.connect(_coarsen, sender=UserSession, dispatch_uid="people.signing")
