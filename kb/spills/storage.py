"""How are words taken from the free space of a database, where deleted rows stay readable for whoever has the file?"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection
from django_tasks_db.models import DBTaskResult
from wagtail.models import Comment, CommentReply, ModelLogEntry, Page, PageLogEntry, Revision, TaskState, WorkflowState

from kb.models import (
    Entry,
    EntryKeyword,
    EntryReference,
    EntryRelation,
    GuidancePage,
    Keyword,
    Marking,
    MarkingChange,
    MarkingWordUse,
    MediaDocument,
    MediaImage,
    MediaRendition,
    Report,
    SharingQuestion,
)
from people.models import OutgoingMail

_TEXTS: tuple[Any, ...] = (
    *(Entry, EntryKeyword, EntryReference, EntryRelation, Keyword, Marking, MarkingWordUse, Report),
    *(GuidancePage, MediaDocument, MediaImage, MediaRendition, Page, Comment, CommentReply),
    *(MarkingChange, SharingQuestion),
    *(Revision, ModelLogEntry, PageLogEntry, TaskState, WorkflowState, Session, DBTaskResult, OutgoingMail),
)


@contextmanager
def overwriting() -> Iterator[None]:
    """Have SQLite write zeros over what is deleted meanwhile. PostgreSQL keeps it until `clean`."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete=ON")
        try:
            yield
        finally:
            cursor.execute("PRAGMA secure_delete=OFF")


def clean() -> None:
    """Write the database anew without its free space; outside any transaction, and others write after it.

    What a page of the database held before, the write-ahead log may hold still: it is emptied too.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        for model in _TEXTS:
            cursor.execute(f"VACUUM (FULL) {connection.ops.quote_name(model._meta.db_table)}")
