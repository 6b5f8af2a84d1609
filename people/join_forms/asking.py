"""What do people fill in to come in: an address, or why an organisation should vouch for them?"""

from typing import Any

from allauth.account import forms as account
from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people import joining
from people.choices import OrganisationKind, WantedRole
from people.forms import PlainFields
from people.models import Organisation, User
from people.wording import may_be_stored


def country_code(value: str) -> str:
    """Return a country's code in capital letters. Raises ValidationError unless it is two letters."""
    code = value.strip().upper()
    if len(code) != 2 or not (code.isascii() and code.isalpha()):
        raise forms.ValidationError(_("Give the country as two letters, such as BE or EU."))
    return code


class OrganisationChoice(forms.ModelChoiceField):
    """One organisation of a list; partners show as such."""

    def label_from_instance(self, obj: Organisation) -> str:
        """Return the name, and that it is a partner."""
        return obj.shown_name


class OrganisationChoices(forms.ModelMultipleChoiceField):
    """Some organisations of a list; partners show as such."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Organisation) -> str:
        """Return the name, and that it is a partner."""
        return obj.shown_name


class SignupForm(PlainFields, account.SignupForm):
    """Become a learner: an address and a password, nothing else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Call the password what it is here."""
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("Password")
        self.fields["password2"].label = _("Password, once more")

    def try_save(self, request: HttpRequest) -> Any:
        """Save, or write to whoever has the address already; both take as long, so that nobody learns which it was."""
        if self.account_already_exists:
            User().set_password(self.cleaned_data["password1"])
        return super().try_save(request)


class AskForm(forms.Form):
    """Ask to be vetted by an organisation."""

    organisation = OrganisationChoice(
        Organisation.objects.none(),
        required=False,
        label=gettext_lazy("Organisation"),
        empty_label=gettext_lazy("My organisation is not in the list"),
        help_text=gettext_lazy("Only organisations that agreed to be named are listed."),
    )
    organisation_name = forms.CharField(
        validators=[may_be_stored],
        required=False,
        max_length=160,
        label=gettext_lazy("If it is not in the list: its name"),
        help_text=gettext_lazy("An administrator then answers."),
    )
    organisation_country = forms.CharField(
        required=False,
        max_length=2,
        label=gettext_lazy("If it is not in the list: its country"),
        help_text=gettext_lazy("Two letters, such as BE; EU for EU bodies."),
        error_messages={"max_length": gettext_lazy("Give the country as two letters, such as BE or EU.")},
    )
    organisation_kind = forms.ChoiceField(
        required=False,
        choices=[("", "–"), *OrganisationKind.choices],
        label=gettext_lazy("If it is not in the list: its kind"),
    )
    role_wanted = forms.ChoiceField(choices=WantedRole.choices, label=gettext_lazy("What for"))
    reason = forms.CharField(
        validators=[may_be_stored],
        max_length=1000,
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("What you do in protective security, and who can vouch for you. Name no site."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    languages = forms.CharField(
        validators=[may_be_stored],
        required=False,
        max_length=120,
        label=gettext_lazy("Languages you work in (may stay empty)"),
    )
    expertise = forms.CharField(
        validators=[may_be_stored], required=False, max_length=300, label=gettext_lazy("Expertise (may stay empty)")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer those organisations that anybody may know of."""
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.filter(listed=True)  # type: ignore[attr-defined]  # a model choice

    def clean(self) -> dict[str, Any]:
        """Want one organisation: of the list, or described."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        names = ("organisation_name", "organisation_country", "organisation_kind")
        if cleaned.get("organisation"):
            if cleaned.get("organisation_name"):
                self.add_error("organisation", _("Choose one of the list or describe one, not both."))
            return cleaned
        for name in names:
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Fill this in, or choose an organisation of the list."))
        return cleaned

    def clean_organisation_country(self) -> str:
        """Return the code in capital letters, if one is given."""
        code: str = self.cleaned_data["organisation_country"]
        return country_code(code) if code else ""

    def asked(self) -> dict[str, Any]:
        """Return what `joining.ask` takes."""
        data = self.cleaned_data
        described = (data["organisation_name"], data["organisation_country"], data["organisation_kind"])
        words = {name: data[name] for name in ("role_wanted", "reason", "languages", "expertise")}
        return {"place": data["organisation"] or joining.Place(*described), **words}


class RequestAccessForm(AskForm, SignupForm):
    """Ask for access and make the account that waits for the answer, in one go."""

    name = forms.CharField(
        max_length=120, label=gettext_lazy("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = [
        "name",
        "email",
        "organisation",
        "organisation_name",
        "organisation_country",
        "organisation_kind",
        "role_wanted",
        "reason",
        "languages",
        "expertise",
        "password1",
        "password2",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Call the name what it is: elsewhere it is that of a key."""
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Your name")

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        """Make the account with its request; nobody is told before the address is confirmed."""
        user: User = super().save(request)
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
        joining.ask(user=user, **self.asked())
        return user
