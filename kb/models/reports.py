"""What did a reader report, and what became of it?

Who reported is the number of an account, none for those without one. Of what gives somebody away, no words are kept:
the reader says only where it stands.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kb.choices import SPILLING, Passage, Reportable, ReportReason, ReportState
from kb.fields import ProseField
from kb.models.spills import Spill


class Report(models.Model):
    """One report of a reader."""

    about = models.CharField(_("about"), max_length=10, choices=Reportable.choices)
    key = models.CharField(_("identifier"), max_length=200)
    reason = models.CharField(_("reason"), max_length=12, choices=ReportReason.choices)
    passage = models.CharField(_("where"), max_length=12, choices=Passage.choices, default=Passage.WHOLE)
    words = ProseField(_("what is the matter"), max_length=1000, blank=True)
    reporter = models.PositiveBigIntegerField(null=True)
    vetted = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("reported"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=10, choices=ReportState.choices, default=ReportState.OPEN)
    answer = ProseField(_("answer"), max_length=300, blank=True)
    answered_by = models.PositiveBigIntegerField(null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    spill = models.ForeignKey(Spill, on_delete=models.PROTECT, null=True, related_name="reports")

    objects: ClassVar[models.Manager["Report"]] = models.Manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "-id"], name="report_queue"),
            models.Index(fields=["reporter", "-created_at"], name="report_of_person"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(about__in=Reportable.values), name="report_about_known"),
            models.CheckConstraint(condition=Q(reason__in=ReportReason.values), name="report_reason_known"),
            models.CheckConstraint(condition=Q(passage__in=Passage.values), name="report_passage_known"),
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="report_state_known"),
            models.CheckConstraint(
                condition=~Q(reason__in=SPILLING) | Q(words="", spill__isnull=False),
                name="report_of_a_spill_keeps_no_words",
            ),
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"
