"""A real installation: everything that differs from one to the next is a setting of `config/known_settings.py`."""

from config import environment, identity
from config.databases import main_and_cache
from config.settings.base import *  # noqa: F403  (settings modules build on each other)
from config.settings.base import LOGGING, SECURE_CSP, VAR_DIR

_given = environment.read()

DEBUG = False
DEMONSTRATION = False
SECRET_KEY = _given["SECRET_KEY"]
SECRET_KEY_FALLBACKS = _given["SECRET_KEY_FALLBACKS"] or []
ALLOWED_HOSTS = _given["ALLOWED_HOSTS"]
WAGTAILADMIN_BASE_URL = _given["SITE_URL"] or f"https://{ALLOWED_HOSTS[0]}"
DATABASES = main_and_cache(VAR_DIR, _given["DATABASE_URL"], _given["AUDIT_DATABASE_URL"])
CACHES = {
    "default": {
        "BACKEND": "config.caches.SharedCache",
        "LOCATION": "django_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    "visits": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "visits",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
}
VISIT_IDLE_SECONDS = _given["IDLE_MINUTES"] * 60
VISIT_SECONDS = _given["VISIT_HOURS"] * 3600
SESSION_COOKIE_AGE = VISIT_SECONDS + 86_400
IDENTITY_PROVIDER = identity.provider(_given)
SOCIALACCOUNT_PROVIDERS = identity.providers(IDENTITY_PROVIDER)
SECURE_CSP_SIGN_IN = identity.sign_in_policy(SECURE_CSP, IDENTITY_PROVIDER)
SECURITY_CONTACT = _given["SECURITY_CONTACT"] or ""
ADMIN_NETWORKS = _given["ADMIN_NETWORKS"] or []
EMAIL_HOST = _given["EMAIL_HOST"]
EMAIL_PORT = _given["EMAIL_PORT"]
EMAIL_USE_TLS = _given["EMAIL_SECURITY"] == "starttls"
EMAIL_USE_SSL = _given["EMAIL_SECURITY"] == "tls"
EMAIL_HOST_USER = _given["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _given["EMAIL_HOST_PASSWORD"] or ""
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = _given["DEFAULT_FROM_EMAIL"]
LOGGING = {
    **LOGGING,
    "root": {"handlers": ["console"], "level": _given["LOG_LEVEL"]},
    # Whoever tries the machine's address instead of a name is answered 400; a traceback for each would fill the log.
    "loggers": {"django.security.DisallowedHost": {"level": "CRITICAL"}},
}

SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
LANGUAGE_COOKIE_SECURE = True
KNOWN_BROWSER_COOKIE = "__Host-known"
# What is collected and uploaded is read by this account alone.
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
if _given["BEHIND_PROXY"]:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
