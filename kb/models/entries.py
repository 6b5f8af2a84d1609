"""What is an entry: a lesson, practice or pattern in one language, its header, its relations?"""

import secrets
import uuid
from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from taggit.models import ItemBase, TagBase
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    ModelLogEntry,
    Orderable,
    PreviewableMixin,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)

from kb.addresses import check_public
from kb.blocks import OutlineBlock, no_foreign_sections
from kb.choices import (
    SINGLE_VALUED_AXES,
    Axis,
    EntryKind,
    InformationCredibility,
    Maturity,
    ReferenceKind,
    RelationType,
    SourceReliability,
    Standing,
    TranslationStatus,
)
from kb.fields import CleanStreamField, LineField, ProseField, cleaned_content
from kb.models.markings import Marking
from kb.models.taxonomy import Concept
from kb.outlines import OUTLINES
from kb.sharing import querysets
from kb.signals import entry_publishing

if TYPE_CHECKING:
    from people.viewers import Viewer

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
_KINDS = dict(EntryKind.choices)
_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"


def new_public_id() -> str:
    """Return an opaque identifier of eight characters that says nothing and is easy to read aloud."""
    return "".join(secrets.choice(_ALPHABET) for _position in range(8))


@lru_cache(maxsize=64)
def _kind_in_words(kind: str, language: str | None) -> str:
    return str(_KINDS.get(kind, kind))


@lru_cache(maxsize=64)
def _address(language: str | None, prefix: str) -> tuple[str, str]:
    """Return what stands before and after the identifier in an entry's address; pages name very many."""
    before, _identifier, after = reverse("kb:entry", args=["-"]).rpartition("-")
    return before, after


class EntryQuerySet(models.QuerySet["Entry"]):
    """Named subsets of entries."""

    def visible_to(self, viewer: "Viewer") -> Self:
        """Return the published entries that the viewer may read."""
        return querysets.visible_to(self, viewer)  # type: ignore[return-value]  # the same class comes back

    def editable_by(self, viewer: "Viewer") -> Self:
        """Return the entries, drafts included, that the viewer may work on."""
        return querysets.editable_by(self, viewer)  # type: ignore[return-value]  # the same class comes back

    def published(self) -> Self:
        """Return the entries that stand on the site, whoever may read them; recalled ones do not."""
        return querysets.published(self)  # type: ignore[return-value]  # the same class comes back

    def lock_work(self, translation_key: uuid.UUID) -> None:
        """Let publications and withdrawals of one work wait for each other, to the end of the transaction."""
        list(self.select_for_update().filter(translation_key=translation_key).order_by("pk").values_list("pk"))

    def originals(self) -> Self:
        """Return one row for each work: the language version it was written in."""
        return self.filter(translation_status=TranslationStatus.ORIGINAL)


class Keyword(TagBase):
    """A free keyword."""

    free_tagging = True

    class Meta:
        verbose_name = _("keyword")
        verbose_name_plural = _("keywords")


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
        """Return the kind in words. Django's own goes through all choices each time, and pages show many kinds."""
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
    rows: models.QuerySet[ModelLogEntry] = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Entry), action="wagtail.create", user=user
    )
    return rows


class EntryKeyword(ItemBase):
    """A keyword on an entry."""

    tag = models.ForeignKey(Keyword, on_delete=models.CASCADE, related_name="items")
    content_object = ParentalKey(Entry, on_delete=models.CASCADE, related_name="keyword_items")


class EntryConcept(models.Model):
    """A concept that describes an entry, in the respect that the axis names."""

    entry = ParentalKey(Entry, on_delete=models.CASCADE, related_name="entry_concepts")
    axis = models.CharField(_("respect"), max_length=24, choices=Axis.choices)
    concept = models.ForeignKey(
        Concept, on_delete=models.PROTECT, related_name="entry_concepts", verbose_name=_("concept")
    )

    class Meta:
        verbose_name = _("concept of an entry")
        verbose_name_plural = _("concepts of an entry")
        constraints = [
            models.UniqueConstraint(fields=["entry", "axis", "concept"], name="entry_concept_once"),
            models.UniqueConstraint(
                fields=["entry", "axis"], condition=Q(axis__in=SINGLE_VALUED_AXES), name="entry_one_mission_and_event"
            ),
            models.CheckConstraint(condition=Q(axis__in=Axis.values), name="entry_concept_axis_known"),
        ]

    def __str__(self) -> str:
        return f"{self.axis}: {self.concept_id}"

    def clean(self) -> None:
        """Raise ValidationError where the concept is of another vocabulary than the axis takes."""
        if self.concept_id and self.concept.scheme.slug != self.axis:
            raise ValidationError({"concept": _("This concept belongs to another vocabulary.")})


class EntryReference(Orderable):
    """A publication that an entry rests on."""

    entry = ParentalKey(Entry, on_delete=models.CASCADE, related_name="references")
    kind = models.CharField(_("kind"), max_length=14, choices=ReferenceKind.choices)
    title = LineField(_("title"), max_length=300)
    publisher = LineField(_("publisher"), max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    url = models.URLField(_("address"), blank=True, max_length=400, validators=[check_public])
    locator = LineField(_("where in it"), max_length=160, blank=True)
    licence = LineField(_("licence"), max_length=120, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("reference")
        verbose_name_plural = _("references")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ReferenceKind.values), name="entry_reference_kind_known"),
            models.CheckConstraint(
                condition=Q(url="") | Q(url__startswith="https://") | Q(url__startswith="http://"),
                name="entry_reference_url_is_web",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class EntryRelation(models.Model):
    """How one work stands to another; both ends are the originals of their works."""

    source = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="relations")
    target = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="relations_to")
    type = models.CharField(_("relation"), max_length=14, choices=RelationType.choices)
    indicators = models.CharField(
        _("for indicators"),
        max_length=26,
        blank=True,
        help_text=_("Letters of the indicators that an option mitigates."),
    )
    note = LineField(_("note"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "type"], name="entry_relation_once"),
            models.CheckConstraint(condition=~Q(source=models.F("target")), name="entry_relation_not_to_itself"),
            models.CheckConstraint(condition=Q(type__in=RelationType.values), name="entry_relation_type_known"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.type} {self.target_id}"


def work_key(text: str) -> uuid.UUID:
    """Return the stable key of a work that is loaded from a source with a key of its own."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"psa-commons:entry:{text}")
