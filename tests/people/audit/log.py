"""How do tests begin with an empty audit log, and how do they change what nobody may?"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, transaction

from people.audit_rows import AuditRow

TABLES = ("people_auditrow", "people_auditanchor")


@contextmanager
def unguarded() -> Iterator[object]:
    """Give a cursor to the log without its triggers, as somebody with the file or all rights of the server has."""
    connection = connections["audit"]
    with transaction.atomic(using="audit"), connection.cursor() as cursor:
        kept = []
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            kept = cursor.fetchall()
            for name, _sql in kept:
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                cursor.execute(f"GRANT UPDATE ON {table} TO CURRENT_USER")
        yield cursor
        for _name, sql in kept:
            cursor.execute(sql)
        if connection.vendor != "sqlite":
            for table in TABLES:
                cursor.execute(f"REVOKE UPDATE ON {table} FROM CURRENT_USER")
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def empty() -> None:
    """Take every row away."""
    with unguarded() as cursor:
        for table in TABLES:
            cursor.execute(f"DELETE FROM {table}")


def events(*wanted: str) -> list[AuditRow]:
    """Return the rows of these events, all where none is named, in order."""
    rows = AuditRow.objects.order_by("sequence")
    return list(rows.filter(event__in=wanted) if wanted else rows)
