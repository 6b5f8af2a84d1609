"""What do crawlers and browsers ask for on their own? robots.txt, the sitemap and reports of broken policy."""

import json
import logging
import math
from datetime import UTC, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from search import sitemap as maps

logger = logging.getLogger("search.csp")

REPORT_LIMIT = 8_000  # bytes


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Keep crawlers to what has an address of its own: no results, no accounts, no briefings."""
    prefixes = ["" if code == settings.LANGUAGE_CODE else f"/{code}" for code, _name in settings.LANGUAGES]
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /account/"]
    lines += [f"Disallow: {prefix}/{part}/" for prefix in prefixes for part in ("search", "briefing")]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the public addresses, or the parts of that list where it is long."""
    parts = math.ceil(maps.entry_count() / maps.PER_PART)
    if parts <= 1:
        return _urls(request, maps.standing_addresses() + maps.entry_addresses(1))
    context = {
        "parts": [request.build_absolute_uri(reverse("sitemap_part", args=[number])) for number in range(parts + 1)]
    }
    return render(request, "search/sitemap_index.xml", context, content_type="application/xml")


@require_safe
def sitemap_part(request: HttpRequest, number: int) -> HttpResponse:
    """List one part: 0 the pages that always stand, the others entries."""
    if number > max(math.ceil(maps.entry_count() / maps.PER_PART), 1):
        raise Http404
    return _urls(request, maps.entry_addresses(number) if number else maps.standing_addresses())


def _urls(request: HttpRequest, pages: list[maps.Listed]) -> HttpResponse:
    root = request.build_absolute_uri("/").rstrip("/")
    return render(request, "search/sitemap.xml", {"pages": pages, "root": root}, content_type="application/xml")


@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Note which directive was broken by what; never the address of the page, which may hold somebody's search."""
    try:
        report = json.loads(request.read(REPORT_LIMIT))["csp-report"]
        directive, blocked = (str(report.get(name, ""))[:80] for name in ("violated-directive", "blocked-uri"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return HttpResponse(status=204)
    blocked = blocked.partition("?")[0]
    logger.warning("Content-Security-Policy: %s blocked %s", ascii(directive), ascii(blocked))
    return HttpResponse(status=204)


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say whom to tell of a weakness (RFC 9116); nothing where no address is given."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    # Valid for less than a year, as the standard asks, and the same all day for everybody.
    until = (timezone.now() + timedelta(days=300)).replace(hour=0, minute=0, second=0, microsecond=0)
    languages = ", ".join(code for code, _name in settings.LANGUAGES)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {until.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {languages}",
        f"Canonical: {settings.WAGTAILADMIN_BASE_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
