"""What does search keep in the database: the outbox of works whose document has to be made again?"""

from django.db import models


class OutboxItem(models.Model):
    """A work that changed. Written in the content's transaction, removed once the index has the change."""

    translation_key = models.UUIDField()
    created_at = models.DateTimeField(auto_now_add=True)
    narrowed = models.BooleanField(default=False)  # until it is indexed, the index shows it to too many
    bulk = models.BooleanField(default=False)  # written by an import: what people publish goes before it
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["translation_key"], name="outbox_work"),
            models.Index(fields=["translation_key"], name="outbox_narrowed", condition=models.Q(narrowed=True)),
        ]

    def __str__(self) -> str:
        return str(self.translation_key)
