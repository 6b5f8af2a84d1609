"""Which database file holds what, and with which guarantees?"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.signals import connection_created


def _wait() -> int:
    text = os.environ.get("DATABASE_WAIT", "10")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 600:
        raise ImproperlyConfigured(f"DATABASE_WAIT is {text!r}; give whole seconds from 1 to 600.")
    return int(text)


# How long a writer waits for another one. On the web the person is then asked to send the form again.
LOCK_SECONDS = _wait()
STATEMENT_SECONDS = 3 * LOCK_SECONDS  # of the web server; commands may take their time
CONNECT_SECONDS = 5

# Writers take their lock at once and wait for it; readers never wait (write-ahead log).
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": LOCK_SECONDS,
    # trusted_schema=OFF cannot be had before SQLite 3.41: the checks of JSON columns call JSON_VALID in the schema.
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000;"
    ),
}


def sqlite(path: Path | str) -> dict[str, Any]:
    """Return the settings of one SQLite database file."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": dict(SQLITE_OPTIONS),
        # Whoever opens the file first has to make the write-ahead log, and a full disk has no room for it.
        "CONN_MAX_AGE": None,
        "ATOMIC_REQUESTS": False,
    }


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
        "OPTIONS": {"connect_timeout": CONNECT_SECONDS, "options": f"-c lock_timeout={LOCK_SECONDS * 1000}"},
    }


def _bound(sender: object, connection: Any, **_kwargs: Any) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = {STATEMENT_SECONDS * 1000}")


def bound_statements() -> None:
    """Let no statement of this process run for ever: nobody waits for a page that long."""
    connection_created.connect(_bound, dispatch_uid="config.bound_statements")


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
