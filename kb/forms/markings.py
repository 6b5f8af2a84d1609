"""How is a marking filled in, for a new entry or to change one?"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb import marking
from kb.choices import Tlp
from kb.forms.wording import without_marking_words
from kb.models import Entry
from kb.sharing import tlp
from people.models import Circle, Organisation
from people.viewers import scope_of


class TlpField(forms.ChoiceField):
    """A choice of label that says in words why RED is none."""

    def __init__(self, **kwargs: Any) -> None:
        """Offer the labels with what they mean."""
        kwargs.setdefault("label", gettext_lazy("Label"))
        kwargs.setdefault("widget", forms.RadioSelect)
        super().__init__(choices=[(value, f"{value} – {tlp.READERS[Tlp(value)]}") for value in Tlp.values], **kwargs)

    def validate(self, value: Any) -> None:
        """Raise ValidationError for what may not be stored."""
        if str(value).strip().upper().replace(" ", "") in {"TLP:RED", "RED"}:
            raise forms.ValidationError(marking.RedRefused.message)
        super().validate(value)


class CirclesField(forms.ModelMultipleChoiceField):
    """Circles to choose from; those with partners say so, whose members from outside the EU then read as well."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Circle) -> str:
        """Return the name, and whether partners are in it."""
        if not getattr(obj, "with_partners", False):
            return obj.name
        return _("%(circle)s (with partners from outside the EU)") % {"circle": obj.name}


def own_circles(user: Any) -> QuerySet[Circle]:
    """Return the circles that a person is in, each with whether partners are in it."""
    partners = Organisation.objects.filter(circles=OuterRef("pk"), is_partner=True)
    return Circle.objects.filter(pk__in=scope_of(user).circles).annotate(with_partners=Exists(partners))


def own_organisations(user: Any) -> QuerySet[Organisation]:
    """Return the organisations of a person's active memberships."""
    return Organisation.objects.filter(pk__in=scope_of(user).organisations)


_FIELD_OF_REFUSAL: dict[type[marking.MarkingRefused], str] = {
    marking.CirclesMissing: "circles",
    marking.OwnerMissing: "owning_organisation",
    marking.OtherCircles: "circles",
    marking.OtherOrganisation: "owning_organisation",
}


class MarkingForm(forms.Form):
    """A marking: what the form of a new entry and the form that changes a marking have in common."""

    label = TlpField()
    circles = CirclesField(
        Circle.objects.none(),
        required=False,
        label=gettext_lazy("Circles"),
        help_text=gettext_lazy("For TLP:AMBER. Only circles that you are in yourself."),
    )
    owning_organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        required=False,
        label=gettext_lazy("Organisation that it comes from"),
        help_text=gettext_lazy("For TLP:AMBER+STRICT. Only your own."),
    )
    partner_release = forms.BooleanField(
        required=False,
        label=gettext_lazy("Released to partners"),
        help_text=gettext_lazy("For TLP:GREEN: members of partner organisations may read it too."),
    )
    chatham_house = forms.BooleanField(
        required=False,
        initial=True,
        label=gettext_lazy("Chatham House rule"),
        help_text=gettext_lazy("The content may be used; who it comes from may not be told."),
    )
    handling_note = forms.CharField(
        required=False,
        max_length=200,
        label=gettext_lazy("Handling note"),
        help_text=gettext_lazy("For example: ask the originator before translating."),
    )

    def clean_handling_note(self) -> Any:
        """Return the note, without words of classified documents; what stands already keeps nobody from narrowing."""
        note = self.cleaned_data["handling_note"]
        return note if note == self.initial.get("handling_note") else without_marking_words(note)

    def limit_marking(self, user: Any) -> None:
        """Offer the person's own circles and organisations only."""
        circles, organisations = (self.fields[name] for name in ("circles", "owning_organisation"))
        circles.queryset = own_circles(user)  # type: ignore[attr-defined]  # a model choice
        organisations.queryset = own_organisations(user)  # type: ignore[attr-defined]  # a model choice

    def check_marking(self, kept_circles: Iterable[Circle] = ()) -> None:
        """Put at its field what speaks against the marking."""
        if not self.cleaned_data.get("label"):
            return
        try:
            marking.checked(
                marking.Facts(
                    label=self.cleaned_data["label"],
                    circles=(*self.cleaned_data.get("circles", ()), *kept_circles),
                    owning_organisation=self.cleaned_data.get("owning_organisation"),
                )
            )
        except marking.MarkingRefused as refusal:
            self.refuse(refusal)

    def refuse(self, refusal: marking.MarkingRefused) -> None:
        """Put at its field why the marking may not stand."""
        self.add_error(_FIELD_OF_REFUSAL.get(type(refusal), "label"), str(refusal))

    def marking_values(self) -> dict[str, Any]:
        """Return the facts of the marking that was filled in."""
        return {name: self.cleaned_data[name] for name in MARKING_FIELDS}


_STRICTNESS = list(Tlp)
MARKING_FIELDS = tuple(MarkingForm.base_fields)


class RelabelForm(MarkingForm):
    """Changes a marking at once. Circles that the person is not in are neither shown nor touched."""

    def __init__(self, *args: Any, entry: Entry, user: Any, **kwargs: Any) -> None:
        """Start from the marking as it is."""
        self.entry = entry
        self.user = user
        present = entry.marking
        own = own_circles(user)
        self.kept_circles = list(present.circles.exclude(pk__in=own.values("pk")))
        kwargs["initial"] = {
            "label": present.label,
            "circles": present.circles.filter(pk__in=own.values("pk")),
            "owning_organisation": present.owning_organisation_id,
            "partner_release": present.partner_release,
            "chatham_house": present.chatham_house,
            "handling_note": present.handling_note,
        }
        super().__init__(*args, **kwargs)
        self.limit_marking(user)
        shown: Any = self.fields["label"]
        shown.widget.choices = [row for row in shown.choices if self.offers(Tlp(row[0]), Tlp(present.label))]

    @staticmethod
    def offers(label: Tlp, present: Tlp) -> bool:
        """Is a label worth showing? What is sent all the same is refused with the reason."""
        return _STRICTNESS.index(label) >= _STRICTNESS.index(present)

    def clean(self) -> dict[str, Any]:
        """Check the marking; only what narrows the readers may be done by one person."""
        super().clean()
        self.check_marking(self.kept_circles)
        return self.cleaned_data

    def named_organisation(self) -> Organisation | None:
        """Return which of the person's own organisations is named, whether or not the rest of the form is in order."""
        field = self.fields["owning_organisation"]
        try:
            found: Organisation | None = field.clean(self["owning_organisation"].data)
        except forms.ValidationError:
            return None
        return found

    def save(self) -> None:
        """Change the marking. Raises marking.MarkingRefused."""
        values = self.marking_values()
        values["circles"] = [*values["circles"], *self.kept_circles]
        marking.relabel(entry=self.entry, by=self.user, **values)
