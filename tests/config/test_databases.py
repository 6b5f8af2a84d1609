"""Content and cache are kept apart, on SQLite and on PostgreSQL."""

from pathlib import Path

from config.databases import CacheRouter, main_and_cache
from config.values import database


def test_in_sqlite_they_are_two_files(tmp_path: Path) -> None:
    found = main_and_cache(tmp_path, None)
    assert found["default"]["NAME"] != found["cache"]["NAME"]
    assert found["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_in_postgresql_both_are_there_and_connections_are_kept(tmp_path: Path) -> None:
    found = main_and_cache(tmp_path, database("postgresql://user@host/name?sslmode=require"))
    for alias in ("default", "cache"):
        assert found[alias]["ENGINE"] == "django.db.backends.postgresql"
        assert found[alias]["CONN_MAX_AGE"] == 600
        assert found[alias]["OPTIONS"]["sslmode"] == "require"
    assert found["default"]["OPTIONS"] is not found["cache"]["OPTIONS"]


def test_only_the_cache_table_goes_to_the_cache() -> None:
    router = CacheRouter()
    assert router.allow_migrate("cache", "kb") is False
    assert router.allow_migrate("default", "django_cache") is False
    assert router.allow_migrate("cache", "django_cache") is True
