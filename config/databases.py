"""Which database holds what, and with which guarantees?"""

import re
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.backends.signals import connection_created

from config import environment, values


def _wait() -> int:
    stated = environment.variables().get("DATABASE_WAIT", "10")
    try:
        return values.whole_number(1, 600)(stated)
    except values.Unfit as error:
        environment.refuse([f"DATABASE_WAIT {error}."])


# How long a writer waits for another one. On the web the person is then asked to send the form again.
LOCK_SECONDS = _wait()
STATEMENT_SECONDS = 3 * LOCK_SECONDS  # of the web server; commands may take their time
CONNECT_SECONDS = 5
AUDIT = "audit"
AUDIT_SCHEMA = "audit"
AUDIT_SECONDS = 3  # what is not recorded by then is answered 503

OLDEST_SQLITE = (3, 35)  # RETURNING, which Django takes where it is there, and which older files were not written with
# Writers take their lock at once and wait for it; readers never wait (write-ahead log).
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    # trusted_schema=OFF cannot be had before SQLite 3.41: the checks of JSON columns call JSON_VALID in the schema.
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000;"
    ),
}


def sqlite(path: Path | str, *, wait: int = LOCK_SECONDS, kept_open: int | None = None) -> dict[str, Any]:
    """Return the settings of one SQLite database file; both times in seconds, None for ever."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {**SQLITE_OPTIONS, "timeout": wait},
        # Opening a file and telling it the pragmas costs more than the questions that most requests have. And whoever
        # opens it first has to make the write-ahead log, for which a full disk has no room.
        "CONN_MAX_AGE": kept_open,
        "ATOMIC_REQUESTS": False,
    }


def cache(path: Path | str) -> dict[str, Any]:
    """Return the settings of the file of the cache: nobody waits long for it, and one that was replaced is seen."""
    return sqlite(path, wait=3, kept_open=0)


def postgresql(parts: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a PostgreSQL database from the parts of its address; its connections are kept."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        **parts,
        "OPTIONS": {
            "connect_timeout": CONNECT_SECONDS,
            **parts["OPTIONS"],
            "options": f"-c lock_timeout={LOCK_SECONDS * 1000}",
        },
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }


def audit(parts: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of the audit log in PostgreSQL: a schema of its own, and nobody waits long for it."""
    found = postgresql(parts)
    options = {**found["OPTIONS"], "options": f"-c lock_timeout={AUDIT_SECONDS * 1000} -c search_path={AUDIT_SCHEMA}"}
    return {**found, "OPTIONS": options, "TEST": {"NAME": f"test_{parts['NAME']}_audit", "MIGRATE": False}}


def schema_of(settings: dict[str, Any]) -> str:
    """Return the schema that a PostgreSQL connection is confined to, empty for the usual one."""
    found = re.search(r"search_path=(\w+)", str(settings.get("OPTIONS", {}).get("options", "")))
    return found[1] if found else ""


def make_schema(alias: str) -> None:
    """Make the schema of a PostgreSQL database where it has one of its own that is not there."""
    connection = connections[alias]
    schema = schema_of(connection.settings_dict)
    if connection.vendor == "postgresql" and schema:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE SCHEMA {connection.ops.quote_name(schema)}")


def migrate_words(alias: str) -> tuple[str, ...]:
    """Return the command that brings a database to this version. The audit log has only tables of people."""
    return ("migrate", *(("people",) if alias == AUDIT else ()), f"--database={alias}", "--no-input", "--verbosity=0")


def main_and_cache(
    folder: Path, parts: dict[str, Any] | None, audit_parts: dict[str, Any] | None = None
) -> dict[str, dict[str, Any]]:
    """Return the databases of content, cache and audit log: SQLite files in the folder, or PostgreSQL.

    The audit log stands beside the content unless it is given a PostgreSQL database of its own.

    In PostgreSQL the cache has a connection of its own: what it counts (wrong logins) holds whatever becomes of the
    transaction of content, and several machines count together.
    """
    if parts is None:
        # Opened anew for each row: a file that was taken away or replaced must not go on being written.
        log = {**sqlite(folder / "audit.sqlite3", wait=AUDIT_SECONDS, kept_open=0), "TEST": {"MIGRATE": False}}
        return {
            "default": sqlite(folder / "commons.sqlite3"),
            "cache": cache(folder / "cache.sqlite3"),
            AUDIT: audit(audit_parts) if audit_parts else log,
        }
    return {
        "default": postgresql(parts),
        # The tests of one database must not make it twice.
        "cache": {**postgresql(parts), "TEST": {"MIRROR": "default"}},
        AUDIT: audit(audit_parts or parts),
    }


def parts_from_environment() -> dict[str, Any] | None:
    """Return the parts of DATABASE_URL, None where it is not given. Refuses one that cannot be read, in one line."""
    url = environment.variables().get("DATABASE_URL", "")
    try:
        return values.database(url) if url else None
    except values.Unfit as error:
        environment.refuse([f"DATABASE_URL {error}."])


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


class AuditRouter:
    """Keep the audit log in its own database, where no transaction of content takes its rows back."""

    tables = frozenset({"auditrow", "auditanchor"})

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        """Name the audit database for the tables of the log only."""
        return AUDIT if model._meta.app_label == "people" and model._meta.model_name in self.tables else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool | None:
        """Keep all other tables out of the audit database, and the log's out of the others."""
        own = app_label == "people" and model_name in self.tables
        if db == AUDIT or own:
            return db == AUDIT and own
        return None


def prepare_schema(sender: Any, using: str, **_kwargs: Any) -> None:
    """Make the schema of a database before its first migration."""
    make_schema(using)
