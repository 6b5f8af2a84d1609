"""Which words of classified documents does an entry use, who explained why, and who else agreed?"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kb.fields import LineField
from kb.models.entries import Entry


class MarkingWordUse(models.Model):
    """One marking word in one language version. It may be published once a second person has agreed."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="marking_words")
    word = models.CharField(_("word"), max_length=60)
    explanation = LineField(_("explanation"), max_length=300)
    explained_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    explained_at = models.DateTimeField()
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["MarkingWordUse"]] = models.Manager()

    class Meta:
        verbose_name = _("marking word in an entry")
        verbose_name_plural = _("marking words in entries")
        ordering = ["word"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "word"], name="marking_word_once_an_entry"),
            models.CheckConstraint(condition=~Q(explanation=""), name="marking_word_is_explained"),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | Q(explained_by__isnull=True) | ~Q(agreed_by=F("explained_by")),
                name="marking_word_agreed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.word
