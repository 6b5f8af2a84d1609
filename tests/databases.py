"""Where do the tests of this process work? In databases of its own, which begin as the ground is."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connections

from tests import ground, machine

FILES = {"default": "commons.sqlite3", "audit": "audit.sqlite3"}


def take() -> None:
    """Lead every connection to a database of this process, and make them all."""
    for connection in _all():
        connection.close()
        name = _name(connection)
        settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name
    put_back()


def put_back() -> None:
    """Make the databases what the ground is, whatever has become of them."""
    tables = ground.tables()
    for connection in _all():
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            with closing(sqlite3.connect(tables.var / FILES[connection.alias])) as source:
                source.backup(connection.connection)
        else:
            connection.close()
            machine.create_database(_name(connection), template=tables.database)
    ContentType.objects.clear_cache()


def leave() -> None:
    """Take them away, where they are not in memory."""
    for connection in _all():
        if connection.vendor != "sqlite":
            connection.close()
            machine.drop_database(_name(connection))


def _all() -> Iterator[Any]:
    return (connections[alias] for alias in FILES)


def _name(connection: Any) -> str:
    if connection.vendor == "sqlite":
        return f"file:tests_{connection.alias}?mode=memory&cache=shared"
    return machine.database_name(f"tests_{connection.alias}")
