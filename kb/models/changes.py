"""Where does a work come from, which changes of its marking wait for a second person, and what was asked and recalled?

Rows name works by their key, not by a foreign key: what was decided stays on record when the work is gone.
"""

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.choices import ChangeKind, ChangeState, QuestionState, Standing, Tlp
from kb.fields import LineField, ProseField
from people.choices import OrganisationKind
from people.models import Circle, Organisation, User

LASTS = datetime.timedelta(days=30)


def in_thirty_days() -> datetime.datetime:
    """Return when something that is asked now expires."""
    return timezone.now() + LASTS


class Origin(models.Model):
    """Which organisation a work comes from. Shown to nobody: its people may take the work back or let it go further."""

    translation_key = models.UUIDField(unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("origin")
        verbose_name_plural = _("origins")

    def __str__(self) -> str:
        return str(self.pk)


class MarkingChange(models.Model):
    """What one person asked for, and a second one agrees to or not: more readers, or the end of a recall.

    `before` is the marking when it was asked; where it has changed since, nobody can agree any more.
    """

    kind = models.CharField(max_length=10, choices=ChangeKind.choices, default=ChangeKind.LOWERING)
    translation_key = models.UUIDField(db_index=True, editable=False)
    before = models.JSONField()
    label = models.CharField(_("label"), max_length=16, choices=Tlp.choices)
    circles = models.ManyToManyField(Circle, blank=True, related_name="+", verbose_name=_("circles"))
    owning_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    partner_release = models.BooleanField(default=False)
    chatham_house = models.BooleanField(default=True)
    reason = ProseField(_("reason"), max_length=600)
    state = models.CharField(max_length=10, choices=ChangeState.choices, default=ChangeState.OPEN)
    requested_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=in_thirty_days)
    answered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = ProseField(_("reason for refusing"), max_length=600, blank=True)

    class Meta:
        verbose_name = _("change of a marking")
        verbose_name_plural = _("changes of markings")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["translation_key"], condition=Q(state=ChangeState.OPEN), name="marking_change_one_open_a_work"
            ),
            models.CheckConstraint(condition=Q(kind__in=ChangeKind.values), name="marking_change_kind_known"),
            models.CheckConstraint(condition=Q(state__in=ChangeState.values), name="marking_change_state_known"),
            models.CheckConstraint(condition=Q(label__in=Tlp.values), name="marking_change_label_storable"),
            models.CheckConstraint(
                condition=Q(partner_release=False) | Q(label=Tlp.GREEN), name="marking_change_release_only_green"
            ),
            models.CheckConstraint(
                condition=~Q(state=ChangeState.AGREED) | ~Q(requested_by=F("answered_by")),
                name="marking_change_takes_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state=ChangeState.OPEN, answered_at__isnull=True)
                | (~Q(state=ChangeState.OPEN) & Q(answered_at__isnull=False)),
                name="marking_change_answered_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        """Does it still wait for a second person?"""
        return self.state == ChangeState.OPEN and self.expires_at > timezone.now()


class Recall(models.Model):
    """That a work was taken back, from when until when."""

    translation_key = models.UUIDField(db_index=True, editable=False)
    standing_before = models.CharField(max_length=10, choices=Standing.choices)
    recalled_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    recalled_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("recall")
        verbose_name_plural = _("recalls")
        ordering = ["-recalled_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["translation_key"], condition=Q(ended_at__isnull=True), name="recall_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(standing_before__in=[value for value in Standing.values if value != Standing.RECALLED]),
                name="recall_comes_back_as_it_was",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SharingQuestion(models.Model):
    """A reader's question to the source, whether an entry could be shared more widely. Neither learns who the other is.

    Of the asker, the source sees the kind of organisation.
    """

    translation_key = models.UUIDField(db_index=True, editable=False)
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    asker_kind = models.CharField(max_length=20, choices=OrganisationKind.choices)
    asked_at = models.DateTimeField(default=timezone.now)
    audience = LineField(_("with whom"), max_length=120)
    reason = ProseField(_("why"), max_length=300)
    state = models.CharField(max_length=10, choices=QuestionState.choices, default=QuestionState.OPEN)
    answered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = ProseField(_("answer"), max_length=300, blank=True)
    change = models.ForeignKey(MarkingChange, on_delete=models.PROTECT, null=True, blank=True, related_name="questions")

    class Meta:
        verbose_name = _("question about wider sharing")
        verbose_name_plural = _("questions about wider sharing")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["translation_key", "asked_by"],
                condition=Q(state=QuestionState.OPEN),
                name="sharing_question_one_open_each",
            ),
            models.CheckConstraint(condition=Q(state__in=QuestionState.values), name="sharing_question_state_known"),
            models.CheckConstraint(
                condition=Q(asker_kind__in=OrganisationKind.values), name="sharing_question_asker_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state=QuestionState.TAKEN_UP, change__isnull=False)
                | (~Q(state=QuestionState.TAKEN_UP) & Q(change__isnull=True)),
                name="sharing_question_taken_up_has_change",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
