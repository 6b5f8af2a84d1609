"""Which engine answers? The one that the settings name, made once in each process."""

import threading

from django.conf import settings
from django.utils.module_loading import import_string

from search.engines.base import Engine

ENGINES = {"embedded": "search.engines.embedded.engine.EmbeddedEngine"}

_lock = threading.Lock()
_engines: dict[tuple[str, str], Engine] = {}


def engine() -> Engine:
    """Return the engine of the settings. Raises KeyError for an unknown name (a system check says so first)."""
    key = (settings.SEARCH_ENGINE, str(settings.SEARCH_INDEX_DIR))
    with _lock:
        if key not in _engines:
            _engines[key] = import_string(ENGINES[settings.SEARCH_ENGINE])(settings.SEARCH_INDEX_DIR)
        return _engines[key]
