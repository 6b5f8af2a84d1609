"""The search app."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """What can be found, and how."""

    name = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to the knowledge base and register the checks."""
        from search import checks, receivers

        receivers.connect()
        checks.register()
