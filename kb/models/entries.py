"""What is an entry: a lesson, practice or pattern in one language, and its header?"""

from functools import lru_cache
from types import SimpleNamespace
from typing import Any, ClassVar

from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.models import ClusterableModel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    ModelLogEntry,
    PreviewableMixin,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)

from kb.blocks import OutlineBlock, no_foreign_sections
from kb.choices import (
    EntryKind,
    InformationCredibility,
    Maturity,
    SourceReliability,
    Standing,
    TranslationStatus,
)
from kb.fields import CleanStreamField, LineField, ProseField, cleaned_content
from kb.models.entry_querysets import EntryQuerySet
from kb.models.identifiers import new_public_id
from kb.models.markings import Marking
from kb.outlines import OUTLINES
from kb.signals import entry_publishing

OUTSIDE_REVISIONS = (
    "marking_id",
    "public_id",
    "source_key",
    "kind",
    "maturity",
    "standing",
    "published_date",
    "reviewed_date",
    "live_revision_id",
)


@lru_cache(maxsize=64)
def _kind_in_words(kind: str, language: str | None) -> str:
    return str(dict(EntryKind.choices).get(kind, kind))


@lru_cache(maxsize=64)
def _address(language: str | None, prefix: str) -> tuple[str, str]:
    """Return what stands before and after the identifier in an entry's address; pages name very many."""
    before, _identifier, after = reverse("kb:entry", args=["-"]).rpartition("-")
    return before, after


class Entry(
    WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, TranslatableMixin, ClusterableModel
):
    """One language version of a lesson learnt, good practice or vulnerability pattern."""

    public_id = models.CharField(_("identifier"), max_length=12, default=new_public_id, editable=False)
    source_key = models.CharField(max_length=200, blank=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=EntryKind.choices)
    title = LineField(
        _("title"), max_length=120, help_text=_("Says the advice itself. No place, date, operator or unit.")
    )
    summary = ProseField(_("summary"), max_length=600, help_text=_("Understandable alone."))
    works_when = ProseField(_("use it when"), blank=True, help_text=_("One condition a line."))
    not_when = ProseField(_("do not use it when"), blank=True, help_text=_("One condition a line."))
    positive = models.BooleanField(_("it went well"), null=True, blank=True, help_text=_("Lessons only."))
    body = CleanStreamField(OutlineBlock(), blank=True, verbose_name=_("sections"))

    marking = models.ForeignKey(Marking, on_delete=models.PROTECT, related_name="entries", editable=False)
    translation_status = models.CharField(
        _("language version"), max_length=10, choices=TranslationStatus.choices, default=TranslationStatus.ORIGINAL
    )
    evidence_source = models.CharField(
        _("reliability of the source"), max_length=1, choices=SourceReliability.choices, blank=True
    )
    evidence_info = models.CharField(
        _("credibility of the information"), max_length=1, choices=InformationCredibility.choices, blank=True
    )
    maturity = models.CharField(
        _("maturity"), max_length=12, choices=Maturity.choices, default=Maturity.IDENTIFIED, editable=False
    )
    standing = models.CharField(
        _("standing"), max_length=12, choices=Standing.choices, default=Standing.CURRENT, editable=False
    )
    published_date = models.DateField(_("first published"), null=True, blank=True, editable=False)
    reviewed_date = models.DateField(_("reviewed"), null=True, blank=True, editable=False)
    review_by = models.DateField(_("review by"), null=True, blank=True)

    keywords = ClusterTaggableManager(through="kb.EntryKeyword", blank=True, verbose_name=_("keywords"))
    _revisions: Any = GenericRelation("wagtailcore.Revision", related_query_name="entry")
    workflow_states: Any = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="entry",
        for_concrete_model=False,
    )

    objects: ClassVar[Any] = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["-published_date", "-pk"]
        indexes = [
            models.Index(fields=["live", "-published_date"], name="entry_latest"),
            models.Index(fields=["source_key"], name="entry_source_key"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["translation_key", "locale"], name="unique_translation_key_locale_kb_entry"
            ),
            models.UniqueConstraint(fields=["public_id", "locale"], name="entry_identifier_once_a_language"),
            models.UniqueConstraint(
                fields=["translation_key"],
                condition=Q(translation_status=TranslationStatus.ORIGINAL),
                name="entry_one_original_a_work",
            ),
            models.UniqueConstraint(
                fields=["source_key", "locale"], condition=~Q(source_key=""), name="entry_source_key_once_a_language"
            ),
            models.CheckConstraint(condition=Q(kind__in=EntryKind.values), name="entry_kind_known"),
            models.CheckConstraint(condition=Q(maturity__in=Maturity.values), name="entry_maturity_known"),
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="entry_standing_known"),
            models.CheckConstraint(
                condition=Q(translation_status__in=TranslationStatus.values), name="entry_translation_status_known"
            ),
            models.CheckConstraint(
                condition=Q(live=False)
                | (
                    Q(evidence_source__in=SourceReliability.values)
                    & Q(evidence_info__in=InformationCredibility.values)
                    & Q(review_by__isnull=False)
                    & Q(published_date__isnull=False)
                    & ~Q(title="")
                    & ~Q(summary="")
                ),
                name="entry_published_is_complete",
            ),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take the values of a row as they come; only named values can be child rows, which a cluster looks for."""
        if kwargs:
            super().__init__(*args, **kwargs)
        else:
            super(ClusterableModel, self).__init__(*args)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of this entry in the reader's language; it holds no title."""
        before, after = _address(get_language(), get_script_prefix())
        return f"{before}{self.public_id}{after}"

    def get_kind_display(self) -> str:
        """Return the kind in words, in less time than Django's own way: pages show many kinds."""
        return _kind_in_words(self.kind, get_language())

    def clean(self) -> None:
        """Raise ValidationError where sections of another kind's outline are used."""
        super().clean()
        if self.kind:
            no_foreign_sections(self.kind, [child.block_type for child in self.body])

    def conditions(self, name: str) -> list[str]:
        """Return the lines of `works_when` or `not_when`."""
        return [line.strip() for line in getattr(self, name).splitlines() if line.strip()]

    def section(self, name: str) -> Any:
        """Return the value of a section, or None where the entry has none of that name."""
        return next((child.value for child in self.body if child.block_type == name), None)

    def with_content_json(self, content: dict[str, Any]) -> "Entry":
        """Return the entry of a revision; what stands outside revisions comes from the stored row.

        An older draft must not lower a marking, move maturity or standing back, or take over another identity.
        What an import or a restored backup put into a revision is cleaned here, as columns clean it.
        """
        obj: Entry = super().with_content_json(cleaned_content(type(self), content))
        for name in OUTSIDE_REVISIONS:
            setattr(obj, name, getattr(self, name))
        return obj

    def is_made_by(self, user: Any) -> bool:
        """Did this person make the entry (or copy or translate it)? The log knows, whoever edited it since."""
        made: bool = made_by(user).filter(object_id=str(self.pk)).exists()
        return made

    @transaction.atomic
    def publish(self, revision: Any, user: Any = None, **kwargs: Any) -> Any:
        """Publish a revision, with all that follows from it in one transaction.

        Raises what the receivers of `entry_publishing` raise where the entry is not complete, or not for this
        person to publish.
        """
        Entry.objects.lock_work(self.translation_key)
        entry_publishing.send(sender=Entry, entry=self, revision=revision, by=user)
        return super().publish(revision, user=user, **kwargs)

    @transaction.atomic
    def unpublish(self, *args: Any, **kwargs: Any) -> Any:
        """Take the entry off the site, with all that follows from it in one transaction."""
        Entry.objects.lock_work(self.translation_key)
        return super().unpublish(*args, **kwargs)

    def copy_for_translation(self, locale: Any, exclude_fields: Any = None) -> Any:
        """Return an unsaved version in another language that shares identity and marking with this one."""
        translated = super().copy_for_translation(locale, exclude_fields=exclude_fields)
        translated.public_id = self.public_id
        translated.marking_id = self.marking_id
        translated.translation_status = TranslationStatus.MACHINE
        return translated

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        """Return the template of the public text, without what belongs to readers and needs a stored entry."""
        return "kb/preview.html"

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        """Return the text by its outline."""
        sections = [{"outline": section, "value": self.section(section.name)} for section in OUTLINES[self.kind]]
        return {
            **super().get_preview_context(request, mode_name),
            "entry": self,
            "reading": SimpleNamespace(options={}, facilities=[], threats=[]),
            "works_when": self.conditions("works_when"),
            "not_when": self.conditions("not_when"),
            "parts": [part for part in sections if part["value"]],
        }


def made_by(user: Any) -> models.QuerySet[ModelLogEntry]:
    """Return the lines of the log that say which entries this person made."""
    lines = ModelLogEntry._default_manager.filter(content_type=ContentType.objects.get_for_model(Entry))
    return lines.filter(action="wagtail.create", user=user)
