"""Who waits to be let in: requests for access, invitations, and circles that an organisation is asked into?"""

import datetime

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.choices import InvitationState, OrganisationKind, RequestState, WantedRole


class AccessRequest(models.Model):
    """Somebody asks to be vetted by an organisation: one of the list, or one that is described in words."""

    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="access_requests")
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="access_requests"
    )
    organisation_name = models.CharField(_("name of the organisation"), max_length=160, blank=True)
    organisation_country = models.CharField(_("country"), max_length=2, blank=True)
    organisation_kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind.choices, blank=True)
    role_wanted = models.CharField(_("what for"), max_length=20, choices=WantedRole.choices, default=WantedRole.EXPERT)
    reason = models.TextField(_("reason"), max_length=1000)
    languages = models.CharField(_("languages"), max_length=120, blank=True)
    expertise = models.CharField(_("expertise"), max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.OPEN)
    for_administrators = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="decided_requests"
    )
    decline_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(state=RequestState.OPEN), name="request_open_once"
            ),
            models.CheckConstraint(condition=models.Q(state__in=RequestState.values), name="request_state_known"),
            models.CheckConstraint(condition=models.Q(role_wanted__in=WantedRole.values), name="request_role_known"),
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=False) | ~models.Q(organisation_name=""),
                name="request_names_a_place",
            ),
            models.CheckConstraint(
                condition=models.Q(state=RequestState.OPEN, decided_at__isnull=True)
                | (~models.Q(state=RequestState.OPEN) & models.Q(decided_at__isnull=False)),
                name="request_decided_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"

    @property
    def place(self) -> str:
        """Return the name of the organisation, chosen or written."""
        return str(self.organisation) if self.organisation is not None else self.organisation_name


class Invitation(models.Model):
    """An address is invited into an organisation, by a key of which only a digest is kept. Settled, it forgets both."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(_("e-mail address"), blank=True)
    contact_point = models.BooleanField(_("as a contact point"), default=False)
    digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=InvitationState.choices, default=InvitationState.OPEN)
    invited_by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="invitations"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=InvitationState.values), name="invitation_state_known"),
            models.UniqueConstraint(
                Lower("email"),
                "organisation",
                condition=models.Q(state=InvitationState.OPEN),
                name="invitation_open_once",
            ),
            models.UniqueConstraint(
                fields=["digest"], condition=models.Q(state=InvitationState.OPEN), name="invitation_key_once"
            ),
            models.CheckConstraint(
                condition=(models.Q(state=InvitationState.OPEN) & ~models.Q(email="") & ~models.Q(digest=""))
                | (~models.Q(state=InvitationState.OPEN) & models.Q(email="", digest="")),
                name="invitation_settled_keeps_no_address",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    def holds(self, now: datetime.datetime | None = None) -> bool:
        """Is it open and not past its time?"""
        return self.state == InvitationState.OPEN and self.expires_at > (now or timezone.now())


class CircleInvitation(models.Model):
    """An organisation is asked into a circle; the row is there until it answers."""

    circle = models.ForeignKey("people.Circle", on_delete=models.CASCADE, related_name="invitations")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.CASCADE, related_name="circle_invitations")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["circle", "organisation"], name="circle_invitation_once")]

    def __str__(self) -> str:
        return f"circle invitation {self.pk}"
