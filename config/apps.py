"""The operations of the site as an installed app."""

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import pre_migrate


class OperationsConfig(AppConfig):
    """Settings, serving, installing, upgrading, and the commands of the operator."""

    name = "config"

    def ready(self) -> None:
        """Register the checks and say that the site runs; end at once where a restore is under way."""
        from config import checks, databases, environment, refusals
        from config.backups import running

        pre_migrate.connect(databases.prepare_schema, dispatch_uid="config.prepare_schema")
        checks.register()
        refusals.register()
        try:
            running.share(Path(settings.VAR_DIR))
        except running.RestoreUnderWay as reason:
            environment.refuse([str(reason)])
