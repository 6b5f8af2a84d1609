"""The search app."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """What can be found, and how."""

    name = "search"
    default_auto_field = "django.db.models.BigAutoField"
