"""What do people fill in to let others in, to take up an invitation, to share a circle, and to leave?"""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.choices import OrganisationKind
from people.join_forms.asking import OrganisationChoice, OrganisationChoices, country_code
from people.models import Organisation, User
from people.wording import may_be_stored


class TakeUpForm(forms.Form):
    """Take up an invitation with a new account."""

    name = forms.CharField(
        max_length=120, label=gettext_lazy("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password1 = forms.CharField(
        strip=False,
        label=gettext_lazy("Password"),
        help_text=gettext_lazy("At least 12 characters, and none of the common ones."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        strip=False,
        label=gettext_lazy("Password, once more"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        """Keep the address, which the password must not resemble."""
        self.email = email
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Want a good password, twice."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first = cleaned.get("password1")
        if first:
            try:
                validate_password(first, User(email=self.email, name=cleaned.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password1", error)
        if first and "password2" in cleaned and cleaned["password2"] != first:
            self.add_error("password2", _("The two passwords differ."))
        return cleaned


class DeclineForm(forms.Form):
    """Say why somebody is not let in."""

    reason = forms.CharField(
        max_length=300,
        validators=[may_be_stored],
        label=gettext_lazy("Why not"),
        help_text=gettext_lazy("The person reads this sentence on the site; no mail holds it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ApproveForm(forms.Form):
    """Choose the organisation of somebody who described one in words."""

    organisation = OrganisationChoice(Organisation.objects.none(), label=gettext_lazy("Member of"))

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        """Offer the organisations that the person who decides answers for."""
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]  # a model choice


class InviteForm(forms.Form):
    """Invite an address."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    contact_point = forms.BooleanField(required=False, label=gettext_lazy("As a contact point"))

    def __init__(self, *args: Any, administers: bool, **kwargs: Any) -> None:
        """Let only administrators name contact points."""
        super().__init__(*args, **kwargs)
        if not administers:
            del self.fields["contact_point"]


class FoundForm(forms.Form):
    """Set up an organisation by inviting its contact point."""

    name = forms.CharField(validators=[may_be_stored], max_length=160, label=gettext_lazy("Name of the organisation"))
    kind = forms.ChoiceField(choices=OrganisationKind.choices, label=gettext_lazy("Kind"))
    country = forms.CharField(
        max_length=2,
        label=gettext_lazy("Country"),
        help_text=gettext_lazy("Two letters, such as BE; EU for EU bodies."),
        error_messages={"max_length": gettext_lazy("Give the country as two letters, such as BE or EU.")},
    )
    is_partner = forms.ChoiceField(
        label=gettext_lazy("From outside the EU?"),
        choices=[("", gettext_lazy("No")), ("1", gettext_lazy("Yes, a partner"))],
        required=False,
    )
    listed = forms.BooleanField(
        required=False,
        label=gettext_lazy("It may be named"),
        help_text=gettext_lazy(
            "Ask it first. Only then can people choose it when they ask for access, and others ask it into a circle."
        ),
    )
    email = forms.EmailField(label=gettext_lazy("E-mail address of its contact point"))

    def clean_country(self) -> str:
        """Return the code in capital letters."""
        return country_code(self.cleaned_data["country"])

    def clean_is_partner(self) -> bool:
        """Return whether it is a partner."""
        return bool(self.cleaned_data["is_partner"])

    def clean_name(self) -> str:
        """Return the name; one organisation for each."""
        name: str = self.cleaned_data["name"].strip()
        if Organisation.objects.filter(name__iexact=name).exists():
            raise forms.ValidationError(_("There is an organisation of this name. Invite from its page."))
        return name


class ProposeForm(forms.Form):
    """Propose a circle and ask others in."""

    name = forms.CharField(validators=[may_be_stored], max_length=120, label=gettext_lazy("Name of the circle"))
    purpose = forms.CharField(
        validators=[may_be_stored],
        max_length=300,
        label=gettext_lazy("What it is for"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    asked = OrganisationChoices(
        Organisation.objects.none(),
        label=gettext_lazy("Ask these organisations"),
        error_messages={"required": gettext_lazy("Ask at least one organisation: a circle is shared.")},
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        """Offer the organisations that may be asked."""
        super().__init__(*args, **kwargs)
        self.fields["asked"].queryset = organisations  # type: ignore[attr-defined]  # a model choice


class LeaveForm(forms.Form):
    """Type one's address to say that one means it."""

    email = forms.CharField(
        max_length=254,
        label=gettext_lazy("Your e-mail address, to say that you mean it"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        """Keep whose address it must be."""
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_email(self) -> str:
        """Want the address of the account."""
        given: str = self.cleaned_data["email"].strip().lower()
        if given != self.user.email.lower():
            raise forms.ValidationError(_("This is not the address of your account."))
        return given
