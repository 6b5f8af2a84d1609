"""Which words describe entries? SKOS concept schemes with labels in several languages."""

import secrets
import time
from typing import Any, ClassVar

from django.db import connection, models, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class StateVersion(models.Model):
    """A number that changes with every change of what it names, for caches to compare.

    It is a time in nanoseconds, not a count: a number that was seen inside a transaction and rolled back with it
    never comes again for another state. Whoever changes a number holds its row to the end of the transaction, so that
    the numbers that others get to see only grow, in the order in which the changes come to hold.
    """

    name = models.CharField(max_length=40, primary_key=True)
    number = models.PositiveBigIntegerField(default=1)

    objects: ClassVar[models.Manager["StateVersion"]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    @classmethod
    def bump(cls, name: str) -> None:
        """Change the number inside the running transaction."""
        now = time.time_ns()
        row = cls.objects.filter(name=name)
        # Above the last one even where clocks differ or are set back.
        grown = Greatest(F("number") + secrets.randbelow(1_000) + 1, now)
        if row.update(number=grown):
            return
        _row, made = cls.objects.get_or_create(name=name, defaults={"number": now})
        if not made:
            row.update(number=grown)

    @classmethod
    def numbers(cls) -> dict[str, int]:
        """Return all numbers by name: one query, written out because every request asks it."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, number FROM kb_stateversion")
            return dict(cursor.fetchall())


class ConceptScheme(models.Model):
    """A controlled vocabulary (skos:ConceptScheme)."""

    slug = models.SlugField(_("identifier"), max_length=40, unique=True)
    title = models.JSONField(_("title"), default=dict, help_text=_("One text for each language code."))
    description = models.TextField(_("description"), blank=True)
    source = models.TextField(_("source"), blank=True)
    synonym_search = models.BooleanField(_("labels are synonyms in search"), default=True)

    class Meta:
        verbose_name = _("vocabulary")
        verbose_name_plural = _("vocabularies")
        ordering = ["slug"]

    def __str__(self) -> str:
        return localised(self.title) or self.slug

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and tell caches of the vocabulary where anything changed."""
        stored = type(self).objects.filter(pk=self.pk).values().first()
        super().save(*args, **kwargs)
        if stored != type(self).objects.filter(pk=self.pk).values().first():
            StateVersion.bump("vocabulary")


class Concept(models.Model):
    """A term of a vocabulary (skos:Concept), with preferred and alternative labels by language."""

    scheme = models.ForeignKey(ConceptScheme, on_delete=models.PROTECT, related_name="concepts")
    slug = models.SlugField(_("identifier"), max_length=60)
    pref_label = models.JSONField(_("preferred label"), default=dict, help_text=_("One text for each language code."))
    alt_labels = models.JSONField(
        _("other labels"), default=dict, blank=True, help_text=_("A list for each language code.")
    )
    short_label = models.JSONField(
        _("short label"),
        default=dict,
        blank=True,
        help_text=_("For the heads of columns; one text for each language code."),
    )
    definition = models.JSONField(_("definition"), default=dict, blank=True)
    notation = models.CharField(_("notation"), max_length=20, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    mappings = models.JSONField(_("mappings"), default=dict, blank=True)
    broader = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="narrower")
    related = models.ManyToManyField("self", blank=True, verbose_name=_("related"))
    position = models.PositiveIntegerField(_("position"), default=0)
    edited_here = models.BooleanField(default=False, editable=False)

    objects: ClassVar[models.Manager["Concept"]] = models.Manager()

    class Meta:
        verbose_name = _("concept")
        verbose_name_plural = _("concepts")
        ordering = ["scheme", "position", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "slug"], name="concept_once_in_scheme"),
            models.CheckConstraint(condition=~models.Q(broader=models.F("pk")), name="concept_not_its_own_broader"),
        ]

    def __str__(self) -> str:
        return localised(self.pref_label) or self.slug

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and tell caches of the vocabulary."""
        super().save(*args, **kwargs)
        StateVersion.bump("vocabulary")


def localised(texts: Any, language: str | None = None) -> Any:
    """Return the text for the language, else the English one, else any; empty where there is none."""
    if not isinstance(texts, dict):
        return ""
    code = (language or get_language() or "en").split("-")[0]
    return texts.get(code) or texts.get("en") or next(iter(texts.values()), "")
