"""A real installation: everything that differs from one to the next comes from the environment."""

import os

from django.core.exceptions import ImproperlyConfigured

from config.databases import cache, from_environment
from config.settings.base import *  # noqa: F403  (settings modules build on each other)
from config.settings.base import VAR_DIR


def _needed(name: str) -> str:
    """Return the environment variable of that name; raise ImproperlyConfigured in one line where it is missing."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. docs/how-to/install.md lists the settings.")
    return value


DEBUG = False
DEMONSTRATION = False
SECRET_KEY = _needed("SECRET_KEY")
if len(SECRET_KEY) < 40 or "demonstration" in SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY must be a random text of at least 40 characters, not the demonstration's.")
ALLOWED_HOSTS = _needed("ALLOWED_HOSTS").split(",")
WAGTAILADMIN_BASE_URL = "https://" + ALLOWED_HOSTS[0]
DATABASES = {"default": from_environment(VAR_DIR / "commons.sqlite3"), "cache": cache(VAR_DIR / "cache.sqlite3")}
CACHES = {
    "default": {
        "BACKEND": "config.caches.SharedCache",
        "LOCATION": "django_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
EMAIL_HOST = _needed("EMAIL_HOST")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "587"))
EMAIL_USE_TLS = True
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = _needed("DEFAULT_FROM_EMAIL")

SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
LANGUAGE_COOKIE_SECURE = True
if os.environ.get("BEHIND_PROXY") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
