"""Is the site in a state in which it may run? System checks."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks

from config.backups import running


def restore_is_finished(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Report a restore that was interrupted between the old state and the new one."""
    try:
        running.refuse_unfinished(Path(settings.VAR_DIR))
    except running.RestoreUnderWay as reason:
        return [checks.Error(str(reason), id="config.E001")]
    return []


def register() -> None:
    """Register the checks."""
    checks.register(restore_is_finished)
