"""The door for gunicorn: opened only where nothing speaks against starting."""

from pathlib import Path

from config import environment, refusals
from config.backups import running

environment.settle()

# Only now: what reads the settings may not be loaded before they are chosen.
from django.conf import settings  # noqa: E402  (settings are chosen above)
from django.core.wsgi import get_wsgi_application  # noqa: E402  (settings are chosen above)

from config.databases import bound_statements  # noqa: E402  (settings are chosen above)

try:
    running.refuse_unfinished(Path(settings.VAR_DIR))
except running.RestoreUnderWay as reason:
    environment.refuse([str(reason)])
refusals.refuse_to_start()
application = get_wsgi_application()
bound_statements()
