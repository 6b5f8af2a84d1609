"""The door for gunicorn."""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config.backups import running

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")
application = get_wsgi_application()
try:
    running.refuse_unfinished(Path(settings.VAR_DIR))
except running.RestoreUnderWay as reason:
    raise SystemExit(str(reason)) from None
