"""Which language versions came from a file, and what did the file say of them?"""

from django.db import models
from wagtail.models import Revision

from kb.models.entries import Entry


class ImportedVersion(models.Model):
    """One language version of a record, as it was imported last.

    The row outlives its entry: a record whose entry was deleted here does not come back with the next import.
    """

    source_key = models.CharField(max_length=200)
    language = models.CharField(max_length=12)
    entry = models.OneToOneField(Entry, on_delete=models.SET_NULL, null=True, related_name="imported")
    digest = models.CharField(max_length=64)
    # What the import wrote; where the entry's latest revision is another one, somebody has edited it since.
    revision = models.ForeignKey(Revision, on_delete=models.SET_NULL, null=True, related_name="+")
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source_key", "language"], name="imported_once_a_language"),
        ]

    def __str__(self) -> str:
        return f"{self.source_key} ({self.language})"
