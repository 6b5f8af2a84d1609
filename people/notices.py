"""What waits in a person's inbox? Kinds and identifiers: the words are found when it is read."""

from django.db import models


class Notice(models.Model):
    """Something that a person is told once. It holds no text, so that it says nothing to whoever lost access since.

    `mailed_at` is when a mail was queued that said that something waits; it may have stood for several notices.
    """

    is_new = False  # told by the very call that returned it; no column

    recipient = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    object_kind = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "object_kind", "object_id"], name="notice_once_for_each"
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-created_at"], name="notice_of_whom"),
            models.Index(fields=["recipient"], name="notice_unread", condition=models.Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"
