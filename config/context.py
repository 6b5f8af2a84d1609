"""What every template may ask about the site itself."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from people import inbox


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's name and what it is, and how many notices wait, counted if a page asks."""
    return {
        "site_name": settings.WAGTAIL_SITE_NAME,
        "demonstration": settings.DEMONSTRATION,
        "identity_name": settings.IDENTITY_PROVIDER.get("name", ""),
        "unread": partial(inbox.unread_of, request),
    }
