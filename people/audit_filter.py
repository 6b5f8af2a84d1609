"""What does an auditor look for in the audit log? A form that narrows it, by event, time, person and object."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.audit import Event, FreeText
from people.audit.events import checked_ids
from people.audit.reading import Asked
from people.models import User


class AuditFilterForm(forms.Form):
    """Everything may be left empty."""

    event = forms.ChoiceField(
        choices=lambda: [("", _("All events")), *Event.choices], required=False, label=gettext_lazy("What happened")
    )
    since = forms.DateField(
        required=False, label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        required=False,
        label=gettext_lazy("Up to and with"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    person = forms.CharField(
        required=False,
        max_length=254,
        label=gettext_lazy("Person"),
        help_text=gettext_lazy("The number of an account or its e-mail address."),
    )
    thing = forms.CharField(
        required=False,
        max_length=36,
        label=gettext_lazy("Entry or other object"),
        help_text=gettext_lazy("Its identifier, as in its address."),
    )
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def clean_person(self) -> int | None:
        """Return the number of the account."""
        typed: str = self.cleaned_data["person"].strip()
        if not typed:
            return None
        if typed.isascii() and typed.isdecimal() and len(typed) <= 18:
            return int(typed)
        found = User.objects.filter(email__iexact=typed).values_list("pk", flat=True).first()
        if found is None:
            raise forms.ValidationError(_("No account has this address. Of accounts that are gone, take the number."))
        return int(found)

    def clean_thing(self) -> str:
        """Return the identifier."""
        typed: str = self.cleaned_data["thing"].strip()
        try:
            checked_ids([typed] if typed else [])
        except FreeText as text:
            raise forms.ValidationError(_("This is no identifier: letters and digits only.")) from text
        return typed

    def clean(self) -> dict[str, Any]:
        """Refuse a time that ends before it begins."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = found.get("since"), found.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day is before the first one."))
        return found

    def asked(self) -> Asked:
        """Return what is looked for; of a form that is wrong, nothing narrows."""
        if not self.is_valid():
            return Asked()
        found = self.cleaned_data
        until = found["until"]
        return Asked(
            event=found["event"],
            since=_beginning(found["since"]),
            until=_beginning(until + datetime.timedelta(days=1)) if until and until < datetime.date.max else None,
            person=found["person"],
            thing=found["thing"],
            before=found["before"],
        )


def _beginning(day: datetime.date | None) -> datetime.datetime | None:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time())) if day else None
