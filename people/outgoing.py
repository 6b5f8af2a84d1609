"""What is kept of a mail until it has been delivered, and what afterwards?"""

from django.db import models

from people.choices import MailState


class OutgoingMail(models.Model):
    """A mail on its way. Once it is sent, neither words nor addresses of it are kept.

    `once` names what the mail is about: a second mail with the same name is not queued. `trouble` is the kind of the
    last failure, never the server's words: these hold addresses.
    """

    state = models.CharField(max_length=8, choices=MailState.choices, default=MailState.WAITING)
    content = models.JSONField(null=True)
    once = models.CharField(max_length=120, unique=True, null=True)  # noqa: DJ001  (many mails have no name)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.CharField(max_length=64, blank=True)
    settled_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["state", "due_at"], name="outgoing_due")]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=MailState.values), name="outgoing_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state=MailState.SENT) | models.Q(content__isnull=True),
                name="outgoing_sent_keeps_no_words",
            ),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}"
