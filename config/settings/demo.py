"""The demonstration site: one machine, loopback, plain http, invented accounts, mail to files."""

from config import environment, identity
from config.databases import main_and_cache, parts_from_environment
from config.settings.base import *  # noqa: F403  (settings modules build on each other)
from config.settings.base import SECURE_CSP, VAR_DIR

DEBUG = False
DEMONSTRATION = True
SECRET_KEY = "demonstration-only-not-a-secret"  # noqa: S105  (production refuses to start with it)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
DATABASES = main_and_cache(VAR_DIR, parts_from_environment())
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
IDENTITY_PROVIDER = identity.provider(environment.variables())
SOCIALACCOUNT_PROVIDERS = identity.providers(IDENTITY_PROVIDER)
SECURE_CSP_SIGN_IN = identity.sign_in_policy(SECURE_CSP, IDENTITY_PROVIDER)
MAIL_DELIVERY_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(VAR_DIR / "mail")
DEFAULT_FROM_EMAIL = "PSA Commons <no-reply@localhost>"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
