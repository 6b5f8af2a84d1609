"""What does this site hold that would be lost: which databases, which folder, which secrets?"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import connections, router

from config.databases import schema_of

# Settings that are secrets, by their names; a new one is in the backup without anybody thinking of it.
_SECRET = re.compile(r"(?:^|_)(?:KEYS?|KEY_FALLBACKS|SECRETS?|PASSWORDS?|TOKENS?)$")


@dataclass(frozen=True)
class Source:
    """One database that is backed up."""

    alias: str
    engine: str  # sqlite or postgresql
    settings: dict[str, Any]

    @property
    def path(self) -> Path:
        """The file of a SQLite database."""
        return Path(self.settings["NAME"])


def var_dir() -> Path:
    """Return the folder of everything that a running site writes."""
    return Path(settings.VAR_DIR)


def media_dir() -> Path:
    """Return the folder of uploads; where it is a link, the folder that this leads to."""
    return Path(settings.MEDIA_ROOT).resolve()


def _cache_backends() -> list[BaseDatabaseCache]:
    backends = [caches[name] for name in settings.CACHES]
    return [backend for backend in backends if isinstance(backend, BaseDatabaseCache)]


def cache_aliases() -> set[str]:
    """Return the databases that the cache is in."""
    return {alias for cache in _cache_backends() if (alias := router.db_for_write(cache.cache_model_class))}


def clear_caches() -> None:
    """Forget everything that was remembered of another state."""
    for name in settings.CACHES:
        caches[name].clear()


def emptied_tables() -> set[str]:
    """Return the tables whose rows are in no backup: the cache, and who is signed in at the moment."""
    tables = {str(cache.cache_model_class._meta.db_table) for cache in _cache_backends()}
    return tables | {Session._meta.db_table}


def databases() -> list[Source]:
    """Return every database but those that hold only the cache; one that has two aliases comes once."""
    found: list[Source] = []
    seen: set[tuple[str, ...]] = set()
    for alias in sorted(connections, key=lambda name: (name != "default", name)):
        values = connections[alias].settings_dict
        place = (*(str(values.get(part, "")) for part in ("ENGINE", "NAME", "HOST", "PORT")), schema_of(values))
        if place in seen or (alias in cache_aliases() and alias != "default"):
            continue
        seen.add(place)
        found.append(Source(alias, connections[alias].vendor, values))
    return found


def is_secret(name: str) -> bool:
    """Is a setting of this name a secret?"""
    return name.isupper() and bool(_SECRET.search(name))


def secrets() -> dict[str, Any]:
    """Return the secrets of the settings that are set, by name."""
    found = {name: getattr(settings, name) for name in dir(settings) if is_secret(name)}
    return {name: value for name, value in found.items() if value}
