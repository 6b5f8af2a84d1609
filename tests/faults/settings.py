"""What does a worker that a test starts run on? The demonstration, with a mail server in place of files."""

import os

from config.settings.demo import *  # noqa: F403  (settings modules build on each other)

MAIL_DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ.get("STUB_MAIL_PORT", "9"))
EMAIL_TIMEOUT = 3
