"""Who may read what? The marking of a shared thing, a row of its own that no revision touches."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kb.choices import Tlp
from people.models import Circle, Organisation


class Marking(models.Model):
    """TLP 2.0 label with its circles, owning organisation and flags. Only `kb.marking` writes it.

    While it is frozen, nobody reads what it marks: a report is being looked into. That moment `kb.spills` writes.
    """

    label = models.CharField(_("label"), max_length=16, choices=Tlp.choices)
    circles = models.ManyToManyField(Circle, blank=True, related_name="+", verbose_name=_("circles"))
    owning_organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owning organisation"),
    )
    partner_release = models.BooleanField(_("released to partners"), default=False)
    chatham_house = models.BooleanField(_("Chatham House rule"), default=True)
    handling_note = models.CharField(_("handling note"), max_length=200, blank=True)
    frozen_at = models.DateTimeField(_("frozen"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("marking")
        verbose_name_plural = _("markings")
        constraints = [
            models.CheckConstraint(condition=models.Q(label__in=Tlp.values), name="marking_label_storable"),
            models.CheckConstraint(
                condition=models.Q(label=Tlp.AMBER_STRICT, owning_organisation__isnull=False)
                | (~models.Q(label=Tlp.AMBER_STRICT) & models.Q(owning_organisation__isnull=True)),
                name="marking_strict_has_owner_others_none",
            ),
            models.CheckConstraint(
                condition=models.Q(partner_release=False) | models.Q(label=Tlp.GREEN), name="marking_release_only_green"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def circle_ids(self) -> frozenset[int]:
        """Return the keys of the circles that may read; uses prefetched circles where they are there."""
        return frozenset(circle.pk for circle in self.circles.all())
