"""What does a person say about the own work, and which mails does the person want?"""

from django.db import models


class Profile(models.Model):
    """Kept apart from the account, which every request reads. A person without one has said nothing yet.

    `expertise` are slugs of the vocabulary of expertise areas, `languages` codes (ISO 639-1), `mails` the rhythm by
    kind of notice where it is another one than the usual.
    """

    user = models.OneToOneField("people.User", on_delete=models.CASCADE, primary_key=True, related_name="profile")
    expertise = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    mails = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"profile {self.pk}"
