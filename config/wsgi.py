"""The door for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from config.databases import bound_statements

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")
application = get_wsgi_application()
bound_statements()
