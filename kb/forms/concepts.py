"""How are the labels of a concept edited, language by language?"""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm

from kb.models import Concept

LANGUAGES_EDITED = (("en", "English"), ("fr", "Français"), ("de", "Deutsch"))


_PER_LANGUAGE: tuple[tuple[str, str | Promise, type[forms.Widget]], ...] = (
    ("pref_label", gettext_lazy("Preferred label"), forms.TextInput),
    ("alt_labels", gettext_lazy("Other labels, one a line"), forms.Textarea),
    ("short_label", gettext_lazy("Short label, for the heads of columns"), forms.TextInput),
    ("definition", gettext_lazy("Definition"), forms.Textarea),
)


def language_field(name: str, code: str) -> str:
    """Return the name of the form field of a text in one language."""
    return f"{name}_{code}"


def _concept_fields() -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for name, label, widget in _PER_LANGUAGE:
        for code, language in LANGUAGES_EDITED:
            attributes = {"rows": 3} if widget is forms.Textarea else {}
            fields[language_field(name, code)] = forms.CharField(
                label=f"{label} ({language})",
                required=name == "pref_label" and code == "en",
                max_length=2000 if widget is forms.Textarea else 200,
                widget=widget(attrs={**attributes, "lang": code}),
            )
    return fields


ConceptTexts: Any = type("ConceptTexts", (forms.Form,), _concept_fields())


class ConceptForm(ConceptTexts, WagtailAdminModelForm):
    """A concept, with a field for each text in each language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Spread the texts over their fields, and offer only concepts of the same vocabulary.

        What names a stored concept stays: files of vocabularies and addresses of searches rest on it.
        """
        super().__init__(*args, **kwargs)
        for name in {"scheme", "slug"} & set(self.fields) if self.instance.pk else ():
            self.fields[name].disabled = True
        for name, _label, _widget in _PER_LANGUAGE:
            texts = getattr(self.instance, name) or {}
            for code, _language in LANGUAGES_EDITED:
                value = texts.get(code, "")
                self.initial[language_field(name, code)] = "\n".join(value) if isinstance(value, list) else value
        concepts = Concept.objects.none()
        if self.instance.scheme_id:
            concepts = Concept.objects.filter(scheme=self.instance.scheme_id).exclude(pk=self.instance.pk)
        for name in ("broader", "related"):
            if name in self.fields:
                field: Any = self.fields[name]
                field.queryset = concepts

    def clean(self) -> dict[str, Any]:
        """Refuse a concept that would stand above itself."""
        super().clean()
        above, met = self.cleaned_data.get("broader"), {self.instance.pk}
        while above is not None:
            if above.pk in met:
                self.add_error("broader", _("This concept stands below the one that you are editing."))
                break
            met.add(above.pk)
            above = above.broader
        return self.cleaned_data

    def save(self, commit: bool = True) -> Concept:
        """Save the texts by language; those in other languages stay as they are."""
        for name, _label, _widget in _PER_LANGUAGE:
            texts = dict(getattr(self.instance, name) or {})
            for code, _language in LANGUAGES_EDITED:
                written = self.cleaned_data.get(language_field(name, code), "").strip()
                value: Any = (
                    [line.strip() for line in written.splitlines() if line.strip()] if name == "alt_labels" else written
                )
                if value:
                    texts[code] = value
                else:
                    texts.pop(code, None)
            setattr(self.instance, name, texts)
        self.instance.edited_here = True
        saved: Concept = super().save(commit=commit)
        return saved
