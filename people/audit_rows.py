"""What does a row of the audit log hold, and what is left of rows that were moved into an archive?

The tables are made by hand in their migration, with the triggers that keep them: nothing of Django's may empty them.
"""

from typing import Any, NoReturn

from django.db import models


class Kept(Exception):
    """Rows of the audit log are never changed or deleted."""


class KeptRows(models.QuerySet[Any]):
    """Rows to read. They are written by `people.audit` alone, and taken away by nobody."""

    def _refuse(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise Kept("The audit log is only ever added to, by people.audit.")

    update = delete = bulk_update = bulk_create = create = get_or_create = update_or_create = _refuse


class AuditRow(models.Model):
    """One thing that happened: numbers and words of closed lists, never a text.

    `actor` is the number of an account. It refers to nothing, so that it outlives the account. `object_ids` are parted
    by spaces, with one before and one after. `hash` covers all of the row and the hash of the one before.
    """

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    event = models.CharField(max_length=40)
    actor = models.BigIntegerField(null=True)
    object_kind = models.CharField(max_length=40, blank=True)
    object_ids = models.TextField(blank=True)
    outcome = models.CharField(max_length=12)
    data = models.TextField(default="{}")  # JSON, sorted: the hash is of its letters
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = KeptRows.as_manager()

    class Meta:
        managed = False
        db_table = "people_auditrow"
        ordering = ["sequence"]

    def __str__(self) -> str:
        return f"audit row {self.sequence}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse. Raises Kept."""
        raise Kept("The audit log is only ever added to, by people.audit.")

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse. Raises Kept."""
        raise Kept("The audit log is only ever added to, by people.audit.")


class AuditAnchor(models.Model):
    """Where the chain goes on after the rows up to `through` were moved into a file."""

    through = models.BigIntegerField(primary_key=True)
    hash = models.CharField(max_length=64)
    archived_at = models.DateTimeField()
    rows = models.BigIntegerField()
    file_hash = models.CharField(max_length=64)

    objects = KeptRows.as_manager()

    class Meta:
        managed = False
        db_table = "people_auditanchor"
        ordering = ["through"]

    def __str__(self) -> str:
        return f"audit rows up to {self.through}"


class AuditCheckpoint(models.Model):
    """How the log stood when it was checked last. In the main database: a log that was cut at its end shows here."""

    sequence = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    checked_at = models.DateTimeField()
    sound = models.BooleanField()
    trouble = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"audit log at {self.sequence}"
