"""The people app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Users, organisations, circles and roles."""

    name = "people"
    default_auto_field = "django.db.models.BigAutoField"
