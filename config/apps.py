"""The app of the operator: commands, and what is checked before a start."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Settings, serving, installing, upgrading."""

    name = "config"

    def ready(self) -> None:
        """Register the checks."""
        from config import refusals

        refusals.register()
