"""Can search work as it is configured? System checks."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks

from search.engines import ENGINES


def engine_is_known(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Report an engine that nobody has written."""
    if settings.SEARCH_ENGINE in ENGINES:
        return []
    known = ", ".join(sorted(ENGINES))
    return [checks.Error(f"SEARCH_ENGINE is {settings.SEARCH_ENGINE!r}; known are: {known}", id="search.E001")]


def index_is_writable(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Report an index directory that cannot be made or written to."""
    folder = Path(settings.SEARCH_INDEX_DIR)
    standing = next((path for path in (folder, *folder.parents) if path.exists()), None)
    if standing is not None and standing.is_dir() and os.access(standing, os.W_OK | os.X_OK):
        return []
    return [checks.Error(f"SEARCH_INDEX_DIR {folder} cannot be written to", id="search.E002")]


def register() -> None:
    """Register the checks."""
    checks.register(engine_is_known)
    checks.register(index_is_writable)
