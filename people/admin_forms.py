"""What do administrators fill in about accounts, organisations, circles and roles? Each change is made by its verb."""

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from people import circles, memberships
from people.choices import MembershipState, Role
from people.join_forms.asking import OrganisationChoices, country_code
from people.models import Circle, Membership, Organisation, RoleAssignment, User


class ByForm(WagtailAdminModelForm):
    """A form that knows who fills it in."""

    def __init__(self, *args: Any, for_user: Any = None, **kwargs: Any) -> None:
        """Keep who fills it in."""
        self.by = for_user
        super().__init__(*args, for_user=for_user, **kwargs)

    def check_place(
        self, user: User, organisation: Organisation | None, state: str, replaced: Membership | None = None
    ) -> None:
        """Refuse what no verb would do: to vouch for oneself, and to leave the site without an administrator."""
        held = Membership.objects.filter(user=user, organisation=organisation).first()
        in_force = held is not None and held.is_in_force()
        stays = organisation is not None and state == MembershipState.ACTIVE
        if stays and not in_force and user.pk == self.by.pk:
            raise forms.ValidationError(str(memberships.OwnMembership.message))
        others = [row for row in user.memberships.all() if row.is_in_force() and row not in (held, replaced)]
        if not stays and not others and memberships.is_last_administrator(user):
            raise forms.ValidationError(str(memberships.LastAdministrator.message))


class AccountForm(ByForm):
    """An account with its organisation and roles."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.all(),
        required=False,
        label=gettext_lazy("Organisation"),
        help_text=gettext_lazy("Further ones under “Memberships”."),
    )
    state = forms.ChoiceField(
        choices=MembershipState.choices,
        initial=MembershipState.ACTIVE,
        label=gettext_lazy("State of the membership"),
        help_text=gettext_lazy("Only “vetted and active” opens anything, for a year at a time."),
    )
    roles = forms.MultipleChoiceField(
        choices=[one for one in Role.choices if one[0] != Role.CONTACT_POINT],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Roles"),
        help_text=gettext_lazy(
            "What the person may do. No role lets anybody read more. A contact point is named under “Roles”, with the "
            "organisation."
        ),
    )

    class Meta:
        model = User
        fields = ["email", "name", "is_active"]
        help_texts = {
            "email": gettext_lazy("The person sets the password with “I do not know my password” on the login page.")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fill in the first membership and the roles."""
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            place = self._place()
            self.initial["organisation"] = place.organisation_id if place else None
            self.initial["state"] = place.state if place else MembershipState.ACTIVE
            held = self.initial["roles"] = list(self.instance.role_assignments.values_list("role", flat=True))
            if Role.CONTACT_POINT in held:  # to be taken away here, never to be given
                self.fields["roles"].choices = Role.choices

    def _place(self) -> Membership | None:
        place: Membership | None = self.instance.memberships.order_by("pk").first()
        return place

    def clean_email(self) -> str:
        """Return the address in small letters; one account for each."""
        address: str = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email__iexact=address).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is an account with this address."))
        return address

    def clean(self) -> dict[str, Any]:
        """Keep somebody in office, and nobody vouching for themselves."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk and not self.errors:
            self.check_place(self.instance, cleaned["organisation"], cleaned["state"], self._place())
            stays = cleaned["is_active"] and Role.ADMINISTRATOR in cleaned["roles"]
            if not stays and memberships.is_last_administrator(self.instance):
                raise forms.ValidationError(str(memberships.LastAdministrator.message))
        return cleaned

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        """Save the account with its address, membership and roles."""
        if not self.instance.pk:
            self.instance.set_unusable_password()
        user: User = super().save(commit=commit)
        EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
        EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
        chosen = set(self.cleaned_data["roles"])
        for assignment in user.role_assignments.exclude(role__in=chosen):
            memberships.take_role(assignment=assignment, by=self.by)
        self._save_place(user)
        held = set(user.role_assignments.values_list("role", flat=True))
        for role in sorted(chosen - held - {Role.CONTACT_POINT}):
            memberships.give_role(user=user, role=role, by=self.by)
        return user

    def _save_place(self, user: User) -> None:
        organisation, state = self.cleaned_data["organisation"], self.cleaned_data["state"]
        place = user.memberships.order_by("pk").first()
        if organisation is not None:
            memberships.place(user=user, organisation=organisation, state=state, by=self.by)
        if place is not None and place.organisation != organisation:
            memberships.remove(membership=place, by=self.by)


class OrganisationForm(forms.ModelForm):
    """An organisation, its country as a code."""

    class Meta:
        model = Organisation
        fields = ["name", "kind", "country", "is_partner", "listed"]
        error_messages = {"country": {"max_length": gettext_lazy("Give the country as two letters, such as BE or EU.")}}

    def clean_country(self) -> str:
        """Return the code in capital letters."""
        return country_code(self.cleaned_data["country"])


class CircleForm(ByForm):
    """A circle and its organisations; partners show as such."""

    organisations = OrganisationChoices(Organisation.objects.all(), required=False, label=gettext_lazy("Organisations"))

    class Meta:
        model = Circle
        fields = ["name", "purpose", "organisations"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Keep whether the circle is new."""
        super().__init__(*args, **kwargs)
        self.is_new = self.instance.pk is None

    def clean_organisations(self) -> Any:
        """Keep people from letting themselves in where others may have shared something."""
        chosen = self.cleaned_data["organisations"]
        added = [] if self.is_new else set(chosen) - set(self.instance.organisations.all())
        if any(circles.is_own(organisation, self.by) for organisation in added):
            raise forms.ValidationError(str(circles.OwnOrganisation.message))
        return chosen

    def _save_m2m(self) -> None:
        """Let each organisation join or leave."""
        chosen = set(self.cleaned_data["organisations"])
        if self.is_new:
            circles.begin(circle=self.instance, organisations=chosen, by=self.by)
            return
        present = set(self.instance.organisations.all())
        for organisation in present - chosen:
            circles.leave(circle=self.instance, organisation=organisation, by=self.by)
        for organisation in chosen - present:
            circles.join(circle=self.instance, organisation=organisation, by=self.by)


class MembershipForm(ByForm):
    """A person's place in an organisation."""

    class Meta:
        model = Membership
        fields = ["user", "organisation", "state", "expires_date"]
        widgets = {"expires_date": forms.DateInput(attrs={"type": "date"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Keep whose place in which organisation it is: for another one there is another membership."""
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["user"].disabled = self.fields["organisation"].disabled = True

    def clean(self) -> dict[str, Any]:
        """Keep somebody in office, and nobody vouching for themselves."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            self.check_place(cleaned["user"], cleaned["organisation"], cleaned["state"])
            if cleaned["user"] == self.by and "expires_date" in self.changed_data:
                raise forms.ValidationError(str(memberships.OwnMembership.message))
        return cleaned

    def save(self, commit: bool = True) -> Membership:
        """Put the person there."""
        given = self.cleaned_data
        day = given["expires_date"] if "expires_date" in self.changed_data else None
        kept: Membership = memberships.place(
            user=given["user"], organisation=given["organisation"], state=given["state"], by=self.by, expires_date=day
        )
        self.instance.pk, self.instance.expires_date = kept.pk, kept.expires_date
        self.instance._state.adding = False
        return kept


class RoleForm(ByForm):
    """A role of a person; a contact point's names the organisation."""

    class Meta:
        model = RoleAssignment
        fields = ["user", "role", "organisation"]
        help_texts = {"organisation": gettext_lazy("Only for contact points: whose people they vouch for.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Keep who holds which role: another one is another row, and taken away with the account."""
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["user"].disabled = self.fields["role"].disabled = True

    def clean(self) -> dict[str, Any]:
        """Want an organisation for contact points, and for them alone."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        organisation, is_point = cleaned.get("organisation"), cleaned.get("role") == Role.CONTACT_POINT
        if organisation and not is_point:
            self.add_error("organisation", _("Only a contact point answers for an organisation."))
        if is_point and not organisation and "organisation" not in self.errors:
            self.add_error("organisation", _("Name the organisation that the contact point answers for."))
        return cleaned

    def save(self, commit: bool = True) -> RoleAssignment:
        """Give the role."""
        given = self.cleaned_data
        row = memberships.give_role(
            user=given["user"], role=given["role"], by=self.by, organisation=given["organisation"]
        )
        self.instance.pk, self.instance.organisation_id = row.pk, row.organisation_id
        self.instance._state.adding = False
        return row
