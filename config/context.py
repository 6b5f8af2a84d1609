"""What every template may ask about the site itself."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's name and whether it is the demonstration."""
    return {
        "site_name": settings.WAGTAIL_SITE_NAME,
        "demonstration": settings.DEMONSTRATION,
        "identity_name": settings.IDENTITY_PROVIDER.get("name", ""),
    }
