"""What is the same for every installation: apps, middleware, languages and the closed doors."""

from pathlib import Path

from config import environment, identity

BASE_DIR = Path(__file__).resolve().parent.parent.parent
# Everything that a running site writes: database, index, media, mail, logs.
VAR_DIR = environment.var_dir(BASE_DIR / "var")

INSTALLED_APPS = [
    "config",
    "search",
    "kb",
    "people",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "people.apps.AccountsConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "config.request_ids.RequestIdMiddleware",
    "config.headers.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.health.HealthMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "config.headers.RequestBoundsMiddleware",
    "config.page_cache.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "people.middleware.AdminNetworkMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.audit_middleware.AuditMiddleware",
    "people.time_zones.TimeZoneMiddleware",
    "people.middleware.AdminDoorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "people.visit_middleware.VisitMiddleware",
    "people.middleware.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.caches.CountedTriesMiddleware",
    "people.middleware.PrivateResponseMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    },
]

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "people.adapters.RolePermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 86_400  # seconds; a link to a new password holds for a day
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "search:home"
LOGOUT_REDIRECT_URL = "people:signed_out"

# Login by e-mail; nothing is told about which addresses exist (people.adapters).
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "people.adapters.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "PSA Commons: "
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {
    "signup": "people.join_forms.asking.SignupForm",
    "login": "people.forms.LoginForm",
    "reauthenticate": "people.forms.ReauthenticateForm",
    "reset_password": "people.forms.ResetPasswordForm",
    "reset_password_from_key": "people.forms.ResetPasswordKeyForm",
    "change_password": "people.forms.ChangePasswordForm",
}
# Whole institutions sit behind one address: its limit is wide, the one of an account from an address is narrow. All
# strangers to an account are counted together, whatever their addresses, and wait longer the longer they guess.
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {
    "login": "100/m/ip",
    "login_failed": "100/m/ip,5/5m/key",
    "login_strangers": "10/10m/key,30/3h/key,100/d/key",
    "login_known": "10/5m/key,60/d/key",
    # New accounts, requests, tries at the key of an invitation; mails that one person sends to others.
    "signup": "30/h/ip",
    "ask": "10/h/user",
    "invited": "120/h/ip",
    "invite": "60/h/user",
}
KNOWN_BROWSER_COOKIE = "known"
# The identity provider (OpenID Connect) of an installation that has one; config/identity.py makes these.
IDENTITY_PROVIDER: dict[str, object] = {}
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, object]] = identity.providers({})
SOCIALACCOUNT_ADAPTER = "people.identity.accounts.IdentityAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"  # the provider has done it, or nobody comes in
SOCIALACCOUNT_STORE_TOKENS = False
# Whoever proved by mail to own the account is signed in, second factor included: a way in while others guess.
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
# How long a visit lasts without activity, and in any case; the session is kept a day longer to know whose it was.
VISIT_IDLE_SECONDS = 30 * 60
VISIT_SECONDS = 12 * 3600
SESSION_COOKIE_AGE = VISIT_SECONDS + 86_400
MFA_ADAPTER = "people.factors.FactorAdapter"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "PSA Commons"
MFA_FORMS = {
    "authenticate": "people.forms.AuthenticateForm",
    "reauthenticate": "people.forms.ReauthenticateCodeForm",
    "activate_totp": "people.forms.ActivateTOTPForm",
    "add_webauthn": "people.forms.AddWebAuthnForm",
    "edit_webauthn": "people.forms.EditWebAuthnForm",
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("de", "Deutsch")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
WAGTAIL_I18N_ENABLED = True
USE_TZ = True
TIME_ZONE = "Europe/Brussels"
FORMAT_MODULE_PATH = ["config.formats"]

PAGE_CACHE_BYTES = 32_000_000  # of public pages, in the memory of each web process

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
# Our files are for our pages alone.
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static.JoinedManifestStorage"},
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASE_ROUTERS = ["config.databases.CacheRouter", "config.databases.AuditRouter"]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# A request only queues its mails; the worker hands them to the backend that delivers.
EMAIL_BACKEND = "people.mailing.QueueBackend"
MAIL_DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

# A request that asks for more than this is refused before anything is done with it.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

# Whom to tell of a weakness, a mailto: or https: address; it makes /.well-known/security.txt.
SECURITY_CONTACT = ""
# Networks from which the editing interface can be reached; everybody's unless some are named.
ADMIN_NETWORKS: list[str] = []

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
# A monitor on the machine asks without TLS; the answer is one word.
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "media-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
    "object-src": ["'none'"],
    "report-uri": ["/csp-report"],
}
# The form that leads to an identity provider may be sent on to it.
SECURE_CSP_SIGN_IN = SECURE_CSP
# The editing interface needs inline scripts and styles; it has a policy of its own, for its address alone.
SECURE_CSP_ADMIN = {
    **SECURE_CSP,
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "frame-src": ["'self'"],
    "frame-ancestors": ["'self'"],
}

WAGTAIL_SITE_NAME = "PSA Commons"
WAGTAILADMIN_BASE_URL = "http://localhost:8000"
WAGTAILIMAGES_IMAGE_MODEL = "kb.MediaImage"
WAGTAILDOCS_DOCUMENT_MODEL = "kb.MediaDocument"
WAGTAILADMIN_LOGIN_URL = "/account/login/"
WAGTAIL_FRONTEND_LOGIN_URL = "/account/login/"
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False, "LOGIN": False, "GROUPS": False}
WAGTAIL_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILREDIRECTS_AUTO_CREATE = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILEMBEDS_FINDERS: list[dict[str, object]] = []
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "odt", "txt"]
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# The file whose text seals backups; without it they are plain files, and the command says so.
BACKUP_PASSPHRASE_FILE = environment.variables().get("BACKUP_PASSPHRASE_FILE", "")

SEARCH_ENGINE = "embedded"
SEARCH_INDEX_DIR = VAR_DIR / "index"
SILENCED_SYSTEM_CHECKS = ["wagtailadmin.W003"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "config.logs.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
        }
    },
    "filters": {"addresses": {"()": "config.logs.AddressFilter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["addresses"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
