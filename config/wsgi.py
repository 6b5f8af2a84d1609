"""The door for gunicorn: opened only where nothing speaks against starting."""

from django.core.wsgi import get_wsgi_application

from config import environment, refusals

environment.settle()
refusals.refuse_to_start()
application = get_wsgi_application()
