"""The door for gunicorn: opened only where nothing speaks against starting."""

from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config import environment, refusals
from config.backups import running

environment.settle()
refusals.refuse_to_start()
application = get_wsgi_application()
try:
    running.refuse_unfinished(Path(settings.VAR_DIR))
except running.RestoreUnderWay as reason:
    raise SystemExit(str(reason)) from None

# Only now: what reads the settings may not be loaded before they are chosen.
from config.databases import bound_statements  # noqa: E402

bound_statements()
