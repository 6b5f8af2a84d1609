"""How often may somebody without an account do a thing? Counted in the shared cache by address, which is not kept."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def within(request: HttpRequest, *, name: str, most: int, seconds: int) -> bool:
    """Count one more, and return whether the address of the sender stays within so many in so many seconds."""
    address = str(get_adapter().get_client_ip(request))
    return counted(f"{name}-{salted_hmac('people.limits', address).hexdigest()[:24]}", most=most, seconds=seconds)


def counted(key: str, *, most: int, seconds: int) -> bool:
    """Count one more under the key, whoever it is, and return whether that stays within so many."""
    if cache.add(f"limit-{key}", 1, seconds):
        return True
    try:
        return int(cache.incr(f"limit-{key}")) <= most
    except ValueError:
        # It ran out between the two.
        return cache.add(f"limit-{key}", 1, seconds) or True
