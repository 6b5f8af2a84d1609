"""The kb app."""

from django.apps import AppConfig


class KbConfig(AppConfig):
    """Entries, vocabularies and their sharing."""

    name = "kb"
    verbose_name = "Knowledge base"
    default_auto_field = "django.db.models.BigAutoField"
