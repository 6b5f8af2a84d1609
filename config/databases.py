"""Which database file holds what, and with which guarantees?"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# Writers take their lock at once and wait for it; readers never wait (write-ahead log).
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # trusted_schema=OFF cannot be had before SQLite 3.41: the checks of JSON columns call JSON_VALID in the schema.
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-64000;"
    ),
}


def sqlite(path: Path | str, *, wait: int = 20, kept_open: int = 600) -> dict[str, Any]:
    """Return the settings of one SQLite database file; writers wait and connections stay open for so many seconds."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {**SQLITE_OPTIONS, "timeout": wait},
        # Opening a file and telling it the pragmas costs more than the questions that most requests have.
        "CONN_MAX_AGE": kept_open,
        "ATOMIC_REQUESTS": False,
    }


def cache(path: Path | str) -> dict[str, Any]:
    """Return the settings of the file of the cache: nobody waits long for it, and one that was replaced is seen."""
    return sqlite(path, wait=3, kept_open=0)


def from_environment(default: Path) -> dict[str, Any]:
    """Return the main database: PostgreSQL where DATABASE_URL says so, else a SQLite file.

    Raises ImproperlyConfigured where DATABASE_URL is of another kind.
    """
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return sqlite(default)
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"DATABASE_URL begins with {parts.scheme!r}; give postgresql://user:password@host:port/name"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }


class CacheRouter:
    """Keep the cache table in its own database, so that counting logins never waits for a writer of content."""

    app_label = "django_cache"

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        """Name the cache database for the cache table only."""
        return "cache" if model._meta.app_label == self.app_label else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """Keep all tables but the cache's out of the cache database, and the cache's out of the others."""
        if db == "cache" or app_label == self.app_label:
            return db == "cache" and app_label == self.app_label
        return None
