"""Has somebody signed in to this account with this browser before? A signed cookie says so, and nothing else.

Whoever guesses from elsewhere is counted together, over all addresses; the owner's browser is counted by itself, so
that a stranger's guesses cannot keep the owner out.
"""

import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

SALT = "people.known_browsers"
DAYS = 180
MOST = 5  # accounts of one browser


def device_for(request: HttpRequest, address: str) -> str | None:
    """Return this browser's number where the account was signed in to with it before, else None."""
    device, accounts = _read(request)
    return device if device and _account(address) in accounts else None


def remember(request: HttpRequest, response: HttpResponse, address: str) -> None:
    """Have the browser remember that this account was signed in to."""
    device, accounts = _read(request)
    kept = [*(one for one in accounts if one != _account(address)), _account(address)][-MOST:]
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE,
        signing.dumps([device or secrets.token_urlsafe(12), kept], salt=SALT),
        max_age=DAYS * 86_400,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        found: Any = signing.loads(
            request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE, ""), salt=SALT, max_age=DAYS * 86_400
        )
        device, accounts = found
    except (signing.BadSignature, ValueError, TypeError):
        return "", []
    return str(device), [str(one) for one in accounts]


def _account(address: str) -> str:
    return salted_hmac(SALT, address.strip().lower(), algorithm="sha256").hexdigest()[:24]
