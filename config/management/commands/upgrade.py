"""Brings an installation to the version of its code: `manage.py upgrade`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import upgrading
from config.preparing import NotPrepared


class Command(BaseCommand):
    """Idempotent; two at once run one after the other."""

    help = "Bring database, vocabularies, index and static files to this version; all or nothing in the database."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Upgrade, and say what was done."""
        try:
            upgrading.upgrade(say=self._say)
        except (upgrading.UpgradeFailed, NotPrepared) as error:
            raise CommandError(str(error)) from error

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
