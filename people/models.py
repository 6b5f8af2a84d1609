"""Who are the people, which organisations do they belong to, and which circles do those form?"""

import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.admission import AccessRequest, CircleInvitation, Invitation
from people.audit_rows import AuditAnchor, AuditCheckpoint, AuditRow
from people.choices import MembershipState, OrganisationKind, Role
from people.duties import TimedRun, WorkerPulse
from people.notices import Notice
from people.outgoing import OutgoingMail
from people.profiles import Profile

# Django finds the tables of an app in this module.
__all__ = [
    "AccessRequest",
    "AuditAnchor",
    "AuditCheckpoint",
    "AuditRow",
    "Circle",
    "CircleInvitation",
    "Invitation",
    "Membership",
    "Notice",
    "Organisation",
    "OutgoingMail",
    "Profile",
    "RoleAssignment",
    "TimedRun",
    "User",
    "UserManager",
    "WorkerPulse",
    "in_force",
]


class UserManager(BaseUserManager["User"]):
    """Makes accounts by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new, saved account. Raises ValueError without an address."""
        if not email:
            raise ValueError("An account needs an e-mail address")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new account with all of Django's permissions. It reads no more than anybody else."""
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. What the person may read follows from memberships, never from flags here."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, db_default="")  # empty: the site's own

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_whatever_case")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Django's own admin is not mounted; nobody is staff of it."""
        return False

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Tie sessions to the address as well: whoever gets another one signs in anew, as after a new password."""
        tied = f"{self.password}|{self.email}"
        return salted_hmac("people.models.User.session", tied, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        """Return the name, as Wagtail asks for it."""
        return str(self)

    def get_short_name(self) -> str:
        """Return the name, as Wagtail asks for it."""
        return str(self)


class Organisation(models.Model):
    """A body whose people use the site."""

    name = models.CharField(_("name"), max_length=160, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind.choices)
    country = models.CharField(
        _("country"), max_length=2, help_text=_("Two letters, as in ISO 3166-1; EU for EU bodies.")
    )
    is_partner = models.BooleanField(
        _("partner"),
        default=False,
        help_text=_("From outside the EU: reads GREEN only where it is released to partners."),
    )
    listed = models.BooleanField(
        _("listed"),
        default=False,
        help_text=_("Everybody may see by name that it takes part, and choose it when asking for access."),
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=OrganisationKind.values), name="organisation_kind_known")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """Return the name as it stands where somebody chooses readers: a partner shows as such."""
        return gettext("%(organisation)s (partner)") % {"organisation": self.name} if self.is_partner else self.name


def in_force(prefix: str = "", on: datetime.date | None = None) -> models.Q:
    """Return the condition of a membership that opens something on a day, today if none is given.

    `prefix` leads to the membership, for example "memberships__". The last day of `expires_date` still counts.
    """
    day = on or timezone.localdate()
    past = models.Q(**{f"{prefix}expires_date__isnull": True}) | models.Q(**{f"{prefix}expires_date__gte": day})
    return models.Q(**{f"{prefix}state": MembershipState.ACTIVE}) & past


class Membership(models.Model):
    """A person's place in an organisation, until the last day for which somebody vouches; without one, without end."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    state = models.CharField(
        _("state"), max_length=12, choices=MembershipState.choices, default=MembershipState.REQUESTED
    )
    vetted_at = models.DateTimeField(_("vetted"), null=True, blank=True)
    vetted_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="vetted", verbose_name=_("vetted by")
    )
    expires_date = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Until then somebody vouches; empty: without an end.")
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="membership_once"),
            models.CheckConstraint(condition=models.Q(state__in=MembershipState.values), name="membership_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation}"

    def is_in_force(self, on: datetime.date | None = None) -> bool:
        """Does it open something on a day, today if none is given?"""
        day = on or timezone.localdate()
        return self.state == MembershipState.ACTIVE and (self.expires_date is None or self.expires_date >= day)


class Circle(models.Model):
    """A named group of organisations: the readers of an AMBER entry."""

    # Not unique: whoever proposes one must not learn from a refusal which others there are.
    name = models.CharField(_("name"), max_length=120)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    organisations = models.ManyToManyField(Organisation, related_name="circles", verbose_name=_("organisations"))

    class Meta:
        verbose_name = _("circle")
        verbose_name_plural = _("circles")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RoleAssignment(models.Model):
    """A role that a person holds; it has no effect without an active membership.

    A contact point answers for one organisation, which the row names.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_assignments")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="role_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_known"),
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=True) | models.Q(role=Role.CONTACT_POINT),
                name="role_of_an_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a contact point for whom none is named answers for the first organisation of the person."""
        if self.role == Role.CONTACT_POINT and self.organisation_id is None:
            places = Membership.objects.filter(user=self.user_id).order_by("pk")
            self.organisation_id = places.values_list("organisation_id", flat=True).first()
        super().save(*args, **kwargs)
