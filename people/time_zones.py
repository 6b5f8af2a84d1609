"""In whose time are times shown? In that of the person who reads, by middleware; else in the site's."""

import zoneinfo
from collections.abc import Callable
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

# The areas in which people look for a city; what else the database has are old names for the same.
AREAS = ("Europe", "Africa", "America", "Asia", "Atlantic", "Australia", "Indian", "Pacific")


@cache
def names() -> frozenset[str]:
    """Return the time zones that can be chosen, as in the IANA database."""
    return frozenset(name for name in zoneinfo.available_timezones() if name.partition("/")[0] in AREAS) | {"UTC"}


def choices() -> list[tuple[str, str | list[tuple[str, str]]]]:
    """Return the zones for a list: the site's own, UTC, then the cities of each area."""
    groups: list[tuple[str, str | list[tuple[str, str]]]] = [
        ("", _("That of the site (%(zone)s)") % {"zone": timezone.get_default_timezone_name()}),
        ("UTC", "UTC"),
    ]
    for area in AREAS:
        cities = sorted(name for name in names() if name.startswith(f"{area}/"))
        groups.append((area, [(name, name.partition("/")[2].replace("_", " ")) for name in cities]))
    return groups


class TimeZoneMiddleware:
    """Show times in the zone that the person chose."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next in the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in that time; a zone that this machine does not know changes nothing."""
        name = request.user.time_zone if request.user.is_authenticated else ""
        if name not in names():
            return self.get_response(request)
        with timezone.override(zoneinfo.ZoneInfo(name)):
            return self.get_response(request)
