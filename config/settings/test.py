"""What tests run on: throw-away databases, fast passwords, no manifest of static files."""

import os
import tempfile
from pathlib import Path

from config.databases import main_and_cache, parts_from_environment
from config.settings.base import *  # noqa: F403  (settings modules build on each other)
from config.settings.base import STORAGES

_SCRATCH = Path(tempfile.gettempdir()) / f"psa-commons-test-{os.getpid()}"

VAR_DIR = _SCRATCH
DEBUG = False
DEMONSTRATION = True
SECRET_KEY = "only-for-tests"  # noqa: S105  (no deployment uses this module)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
_DATABASES = main_and_cache(_SCRATCH, parts_from_environment())
DATABASES = {alias: _DATABASES[alias] for alias in ("default", "audit")}
DATABASE_ROUTERS = ["config.databases.AuditRouter"]
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "visits": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "visits"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = MAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = _SCRATCH / "media"
SEARCH_INDEX_DIR = _SCRATCH / "index"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
ACCOUNT_RATE_LIMITS = False
PAGE_CACHE_BYTES = 0  # tests change rows past the verbs, and ask again
