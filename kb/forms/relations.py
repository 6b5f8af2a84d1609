"""How does an editor relate entries without learning of hidden ones?"""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.choices import EntryKind, RelationType, Standing
from kb.forms.wording import without_marking_words
from kb.models import Entry, EntryRelation, Marking
from kb.sharing import querysets
from people.viewers import scope_of


class TargetField(forms.CharField):
    """The identifier of another entry, looked up among those that the person may read or edit."""

    def __init__(self, **kwargs: Any) -> None:
        """Bound the length: an identifier or an address that ends in one."""
        super().__init__(max_length=200, **kwargs)
        self.allowed: QuerySet[Entry] = Entry.objects.none()

    def clean(self, value: Any) -> Any:
        """Return the original of the work; hidden and unknown identifiers are refused alike."""
        text = super().clean(value)
        if not text:
            return None
        key = text.strip().rstrip("/").rsplit("/", 1)[-1].lower()
        found = self.allowed.filter(public_id=key).first()
        if found is None:
            raise forms.ValidationError(_("There is no entry with this identifier."))
        return found


class RelationForm(forms.Form):
    """One relation of an entry to another."""

    type = forms.ChoiceField(label=gettext_lazy("Relation"), choices=RelationType.choices)
    target = TargetField(
        label=gettext_lazy("Identifier of the other entry"),
        help_text=gettext_lazy("The last part of its address."),
    )
    indicators = forms.RegexField(
        r"^[a-z ,]*$",
        required=False,
        max_length=26,
        label=gettext_lazy("For indicators"),
        help_text=gettext_lazy("Options only: the letters of the indicators that it mitigates."),
    )
    note = forms.CharField(required=False, max_length=400, label=gettext_lazy("Note"))

    def __init__(self, *args: Any, entry: Entry, user: Any, **kwargs: Any) -> None:
        """Look for targets among what the person may read."""
        super().__init__(*args, **kwargs)
        self.entry = entry
        field: Any = self.fields["target"]
        field.allowed = readable_originals(user).exclude(translation_key=entry.translation_key)

    def clean_note(self) -> str:
        """Return the note, without words of classified documents."""
        return without_marking_words(self.cleaned_data["note"])

    def clean_indicators(self) -> str:
        """Return the letters alone."""
        return "".join(sorted(set(self.cleaned_data["indicators"]) - {" ", ","}))

    def clean(self) -> dict[str, Any]:
        """Refuse options that are no practice, and what is there already."""
        super().clean()
        target, kind = self.cleaned_data.get("target"), self.cleaned_data.get("type")
        fits = target and self.entry.kind == EntryKind.PATTERN and target.kind == EntryKind.PRACTICE
        if target and kind == RelationType.OPTION and not fits:
            self.add_error("type", _("Only a good practice is an option, and only of a vulnerability pattern."))
        if target and EntryRelation.objects.filter(source=self.entry, target=target, type=kind).exists():
            self.add_error("target", _("This relation is there already."))
        return self.cleaned_data


class SupersedeForm(forms.Form):
    """Names the published entry that takes the place of another."""

    target = TargetField(
        label=gettext_lazy("Identifier of the newer entry"), help_text=gettext_lazy("The last part of its address.")
    )
    note = forms.CharField(required=False, max_length=400, label=gettext_lazy("Note"))

    def __init__(self, *args: Any, entry: Entry, user: Any, **kwargs: Any) -> None:
        """Look among published entries that the person may read and that nothing has replaced."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["target"]
        published = readable_originals(user).filter(live=True).exclude(standing=Standing.SUPERSEDED)
        field.allowed = published.exclude(translation_key=entry.translation_key)

    def clean_note(self) -> str:
        """Return the note, without words of classified documents."""
        return without_marking_words(self.cleaned_data["note"])


def readable_originals(user: Any) -> QuerySet[Entry]:
    """Return the originals within a person's clearance: published ones, and drafts that the person may work on."""
    scope = scope_of(user)
    visible = Entry.objects.visible_to(scope).values("pk")
    editable = Entry.objects.editable_by(scope).values("pk")
    rows: QuerySet[Entry] = Entry.objects.originals()
    return rows.filter(pk__in=visible) | rows.filter(pk__in=editable)


def shown_relations(entry: Entry, user: Any) -> QuerySet[EntryRelation]:
    """Return the relations of an entry whose other end is within the person's clearance."""
    allowed = Marking.objects.filter(querysets.cleared(scope_of(user))).values("pk")
    return (
        EntryRelation.objects.filter(source=entry, target__marking__in=allowed)
        .exclude(target__standing=Standing.RECALLED)
        .select_related("target__marking")
        .order_by("pk")
    )
