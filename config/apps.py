"""The operations of the site as an installed app."""

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class OperationsConfig(AppConfig):
    """Settings, serving, and the commands of the operator."""

    name = "config"

    def ready(self) -> None:
        """Say that the site runs, and register the checks."""
        from config import checks
        from config.backups import running

        checks.register()
        running.share(Path(settings.VAR_DIR))
