"""Does a web address lead to the public web, and not into somebody's own network?"""

import ipaddress
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Names that are only known inside a house (RFC 6761, 6762, 8375, and what routers and cloud machines answer to).
_INSIDE = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "arpa", "test", "invalid", "onion")

REFUSED = _("Give an address of the public web, beginning with https:// or http://, without a name or password in it.")


def is_public(url: str) -> bool:
    """Is this an address of the public web? One by number counts as inside: it names a machine, no publication."""
    try:
        parts = urlsplit(url.strip())
        host, _port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or parts.username or parts.password or "." not in host:
        return False
    return host.rsplit(".", 1)[-1] not in _INSIDE and not _is_number(host)


def _is_number(host: str) -> bool:
    """Is this an address by number, in any of the ways in which browsers read one?"""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        last = host.rsplit(".", 1)[-1]
        return last.isdecimal() or last.startswith("0x")
    return True


def check_public(url: str) -> None:
    """Raise ValidationError for any other address; an empty one passes."""
    if url and not is_public(url):
        raise ValidationError(REFUSED)
