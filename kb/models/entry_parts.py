"""What hangs on an entry: its keywords, concepts, references, and its relations to others?"""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase, TagBase
from wagtail.models import Orderable

from kb.addresses import check_public
from kb.choices import SINGLE_VALUED_AXES, Axis, ReferenceKind, RelationType
from kb.fields import LineField
from kb.models.entries import Entry
from kb.models.taxonomy import Concept


class Keyword(TagBase):
    """A free keyword."""

    free_tagging = True

    class Meta:
        verbose_name = _("keyword")
        verbose_name_plural = _("keywords")


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
