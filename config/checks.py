"""Is the site in a state in which it may run? System checks."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks

from config.backups import running


def restore_is_finished(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Report a restore that was interrupted between the old state and the new one."""
    try:
        running.refuse_unfinished(Path(settings.VAR_DIR))
    except running.RestoreUnderWay as reason:
        return [checks.Error(str(reason), id="config.E001")]
    return []


def cookies_and_bounds_are_tight(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Report what `check --deploy` of Django passes over: names of cookies, isolation, bounds of what is sent."""
    found = [
        f"{name} is {value!r}; its name must begin with __Host-, so that no neighbour can set it."
        for name in ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "KNOWN_BROWSER_COOKIE")
        if not (value := getattr(settings, name)).startswith("__Host-")
    ]
    found += [
        f"{name} is set; a cookie named __Host- must not have it."
        for name in ("SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN")
        if getattr(settings, name)
    ]
    found += [
        f"{name} is {value!r}; a cookie named __Host- needs /."
        for name in ("SESSION_COOKIE_PATH", "CSRF_COOKIE_PATH")
        if (value := getattr(settings, name)) != "/"
    ]
    if settings.SECURE_CROSS_ORIGIN_OPENER_POLICY != "same-origin":
        found.append("SECURE_CROSS_ORIGIN_OPENER_POLICY must be same-origin.")
    for name, most in (("DATA_UPLOAD_MAX_NUMBER_FIELDS", 2_000), ("DATA_UPLOAD_MAX_MEMORY_SIZE", 2_500_000)):
        value = getattr(settings, name)
        if value is None or value > most:
            found.append(f"{name} is {value}; more than {most} lets one request keep the site busy.")
    return [checks.Error(words, id="config.E002") for words in found]


def register() -> None:
    """Register the checks."""
    checks.register(restore_is_finished)
    checks.register(cookies_and_bounds_are_tight, checks.Tags.security, deploy=True)
