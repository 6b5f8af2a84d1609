"""What is recorded of a spill: what it is about, each step, who had the text and who was told? Never the text itself.

People are numbers of accounts, not references: the record outlives the account. Words come from closed lists; the
lesson alone is written by a person.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kb.choices import (
    SPILLING,
    AccessKind,
    Reportable,
    ReportReason,
    SpillEvent,
    SpillOutcome,
    SpillPart,
    SpillState,
    Tlp,
)
from kb.fields import ProseField


class Spill(models.Model):
    """One case: something identifies, or is marked too low."""

    about = models.CharField(_("about"), max_length=10, choices=Reportable.choices)
    key = models.CharField(_("identifier"), max_length=200)
    work = models.UUIDField(null=True)
    label = models.CharField(_("marking when it was reported"), max_length=16, choices=Tlp.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=12, choices=ReportReason.choices)
    state = models.CharField(_("state"), max_length=10, choices=SpillState.choices, default=SpillState.REPORTED)
    outcome = models.CharField(_("decision"), max_length=12, choices=SpillOutcome.choices, blank=True)
    # Which revision of a page was shown when it was taken away.
    revision = models.PositiveBigIntegerField(null=True)
    lesson = ProseField(_("lesson"), max_length=1000, blank=True)
    opened_at = models.DateTimeField(_("opened"), auto_now_add=True)
    purged_at = models.DateTimeField(_("purged"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)

    objects: ClassVar[models.Manager["Spill"]] = models.Manager()

    class Meta:
        verbose_name = _("spill")
        verbose_name_plural = _("spills")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["about", "key"],
                condition=~Q(state=SpillState.CLOSED),
                name="spill_one_open_about_a_thing",
            ),
            models.CheckConstraint(condition=Q(about__in=Reportable.values), name="spill_about_known"),
            models.CheckConstraint(condition=Q(reason__in=SPILLING), name="spill_reason_known"),
            models.CheckConstraint(condition=Q(state__in=SpillState.values), name="spill_state_known"),
            models.CheckConstraint(condition=Q(outcome__in=["", *SpillOutcome.values]), name="spill_outcome_known"),
            models.CheckConstraint(
                condition=Q(state=SpillState.CLOSED, closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(state=SpillState.CLOSED) & Q(closed_at__isnull=True),
                name="spill_closed_is_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"spill {self.pk}"

    def get_absolute_url(self) -> str:
        """Return the address of the security officer's page."""
        return reverse("kb:spill", args=[self.pk])


class SpillStep(models.Model):
    """What was done, when and by whom; `detail` is a word of a closed list, `count` how many it was about."""

    spill = models.ForeignKey(Spill, on_delete=models.PROTECT, related_name="steps")
    event = models.CharField(_("step"), max_length=12, choices=SpillEvent.choices)
    at = models.DateTimeField(_("when"), auto_now_add=True)
    by = models.PositiveBigIntegerField(_("by"), null=True)
    detail = models.CharField(max_length=20, blank=True)
    count = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("step of a spill")
        verbose_name_plural = _("steps of a spill")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(event__in=SpillEvent.values), name="spill_step_known")]

    def __str__(self) -> str:
        return f"{self.spill_id} {self.event}"


class SpillPerson(models.Model):
    """Somebody who had the text, or who answers for where it comes from; told when, and confirmed when."""

    spill = models.ForeignKey(Spill, on_delete=models.PROTECT, related_name="people")
    person = models.PositiveBigIntegerField(_("account"))
    part = models.CharField(_("part"), max_length=10, choices=SpillPart.choices)
    access = models.CharField(_("how"), max_length=10, choices=AccessKind.choices, blank=True)
    first_at = models.DateTimeField(_("first"), null=True)
    last_at = models.DateTimeField(_("last"), null=True)
    told_at = models.DateTimeField(_("told"), null=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)

    class Meta:
        verbose_name = _("person of a spill")
        verbose_name_plural = _("people of a spill")
        ordering = ["part", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["spill", "person", "part"], name="spill_person_once_a_part"),
            models.CheckConstraint(condition=Q(part__in=SpillPart.values), name="spill_person_part_known"),
            models.CheckConstraint(condition=Q(access__in=["", *AccessKind.values]), name="spill_person_access_known"),
        ]

    def __str__(self) -> str:
        return f"{self.spill_id} {self.part} {self.person}"
