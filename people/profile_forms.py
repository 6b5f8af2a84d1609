"""What does a person fill in about the own account?"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people import expertise, notice_kinds, preferences, time_zones
from people.choices import Language, MailRhythm
from people.models import Profile, User

MAIL = "mail-"  # before the kind, in the names of fields


class ProfileForm(forms.Form):
    """Name, work, time and mails of one person."""

    name = forms.CharField(
        max_length=preferences.LONGEST_NAME,
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("By which others here know you. Readers of entries never see it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    languages = forms.MultipleChoiceField(
        choices=Language.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Languages in which you can work"),
    )
    expertise = forms.MultipleChoiceField(
        choices=expertise.areas,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Your areas of expertise"),
        help_text=gettext_lazy("Whoever reviews is asked about entries of the own areas first."),
    )
    time_zone = forms.ChoiceField(
        choices=time_zones.choices,
        required=False,
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("Times on the site are shown in it."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        """Fill in what holds now, and a field for each kind of mail that can be chosen."""
        self.user, self.profile = user, preferences.profile_of(user)
        said = {name: getattr(self.profile, name) for name in ("languages", "expertise")}
        kwargs["initial"] = {"name": user.name, "time_zone": user.time_zone, **said}
        super().__init__(*args, **kwargs)
        self._keep_old_areas()
        for kind in self.kinds():
            self.fields[f"{MAIL}{kind.name}"] = forms.ChoiceField(
                choices=MailRhythm.choices,
                label=str(kind.label),
                initial=self.profile.mails.get(kind.name, kind.rhythm),
            )

    def _keep_old_areas(self) -> None:
        """Offer what the person named although the vocabulary has lost it since."""
        areas = expertise.areas()
        known = {slug for slug, _label in areas}
        lost = [(slug, slug) for slug in self.profile.expertise if slug not in known]
        self.fields["expertise"].choices = [*areas, *lost]  # type: ignore[attr-defined]  # a multiple choice

    @staticmethod
    def kinds() -> list[notice_kinds.Kind]:
        """Return the kinds of notice about which mails can be chosen."""
        return [kind for kind in notice_kinds.known() if not kind.security]

    def mail_fields(self) -> list[forms.BoundField]:
        """Return the fields of mails."""
        return [self[f"{MAIL}{kind.name}"] for kind in self.kinds()]

    def clean_name(self) -> str:
        """Return the name without needless blanks."""
        name = " ".join(self.cleaned_data["name"].split())
        if not name.isprintable():
            raise forms.ValidationError(_("Leave out what cannot be printed."))
        return name

    def save(self) -> Profile:
        """Save it all. Raises PreferenceRefused where it became impossible meanwhile."""
        found = self.cleaned_data
        return preferences.change(
            user=self.user,
            name=found["name"],
            time_zone=found["time_zone"],
            languages=found["languages"],
            areas=found["expertise"],
            mails={kind.name: found[f"{MAIL}{kind.name}"] for kind in self.kinds()},
        )
