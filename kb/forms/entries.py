"""What does an editor fill in: the text of an entry by its outline, and its axes?"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.blocks import BlockField

from kb import marking
from kb.choices import SINGLE_VALUED_AXES, Axis, EntryKind, Tlp, TranslationStatus
from kb.forms.markings import MarkingForm
from kb.forms.outlines import BLOCKS
from kb.marking_words import explain, stops, unexplained, words_in
from kb.models import Entry, EntryConcept, Marking
from kb.sanitising import plain_text
from kb.texts import COLUMNS, REFERENCE_COLUMNS, strings_in
from kb.vocabulary import Term, Vocabulary, vocabulary

MAX_KEYWORDS = 20


# The fields that language versions take over from the original of their work.
HEADER_FIELDS = ("evidence_source", "evidence_info", "review_by", "positive")


def axis_field(axis: str) -> str:
    """Return the name of the form field of an axis."""
    return "axis_" + Axis(axis).name.lower()


def _grouped(words: Vocabulary, axis: str) -> list[tuple[str, Any]]:
    """Return the concepts of an axis as choices by slug; each uppermost one heads the group of those below it."""
    groups: list[tuple[str, Any]] = []

    def below(term: Term, depth: int) -> Iterable[tuple[str, str]]:
        yield term.slug, "– " * max(depth - 1, 0) + term.label
        for pk in term.narrower:
            yield from below(words.terms[pk], depth + 1)

    for root in words.roots(axis):
        rows = list(below(root, 0))
        if len(rows) > 1:
            rows[0] = (root.slug, _("%(name)s, in general") % {"name": root.label})
        groups.extend(rows) if len(rows) == 1 else groups.append((root.label, rows))
    return groups


class EntryForm(WagtailAdminModelForm):
    """The text and header of an entry, with one field for each axis."""

    axis_facility = forms.MultipleChoiceField(label=gettext_lazy("Facility types"), widget=forms.CheckboxSelectMultiple)
    axis_threat = forms.MultipleChoiceField(label=gettext_lazy("Threats"), widget=forms.CheckboxSelectMultiple)
    axis_measure = forms.MultipleChoiceField(
        label=gettext_lazy("Measures"), widget=forms.CheckboxSelectMultiple, required=False
    )
    axis_function = forms.MultipleChoiceField(
        label=gettext_lazy("Protective functions"), widget=forms.CheckboxSelectMultiple
    )
    axis_sector = forms.MultipleChoiceField(
        label=gettext_lazy("Sectors"), widget=forms.CheckboxSelectMultiple, required=False
    )
    axis_expertise = forms.MultipleChoiceField(
        label=gettext_lazy("Areas of expertise"), widget=forms.CheckboxSelectMultiple, required=False
    )
    axis_mission = forms.ChoiceField(label=gettext_lazy("Mission type"))
    axis_event = forms.ChoiceField(label=gettext_lazy("Event category"), required=False)
    words_explained = forms.CharField(
        label=gettext_lazy("Marking words: why do they stand here?"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "Only where the text speaks of classified documents or their markings. Somebody else agrees before it is "
            "published."
        ),
    )
    axis_source = forms.MultipleChoiceField(label=gettext_lazy("Rests on"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fit the form to the kind of the entry and to whether it is an original."""
        super().__init__(*args, **kwargs)
        self.words = vocabulary()
        self.words_found: list[str] = []
        if self.instance.pk and "words_explained" in self.fields:
            said = self.instance.marking_words.values_list("explanation", flat=True).first()
            self.initial["words_explained"] = said or ""
        kind = self.instance.kind or EntryKind.LESSON
        if "body" in self.fields:
            old: Any = self.fields["body"]
            self.fields["body"] = BlockField(block=BLOCKS[kind], required=False, label=old.label)
        if kind != EntryKind.LESSON:
            self.fields.pop("positive", None)
        if self.instance.translation_status == TranslationStatus.ORIGINAL:
            self.fields.pop("translation_status", None)
            self._offer_axes(kind)
        else:
            self._offer_text_only()

    def _offer_axes(self, kind: str) -> None:
        chosen: dict[str, list[str]] = {}
        for row in self.instance.entry_concepts.all():
            term = self.words.terms.get(row.concept_id)
            if term is not None:
                chosen.setdefault(row.axis, []).append(term.slug)
        for axis in Axis.values:
            name = axis_field(axis)
            if name not in self.fields:
                continue
            field: Any = self.fields[name]
            single = axis in SINGLE_VALUED_AXES
            field.choices = ([("", _("None chosen"))] if single else []) + _grouped(self.words, axis)
            slugs = chosen.get(axis, [])
            self.initial[name] = (slugs[0] if slugs else "") if single else slugs
        if kind == EntryKind.PRACTICE and "axis_measure" in self.fields:
            self.fields["axis_measure"].required = True
            self._meta.defer_required_on_fields = list({*self._meta.defer_required_on_fields, "axis_measure"})

    def _offer_text_only(self) -> None:
        for name in (*HEADER_FIELDS, *(axis_field(axis) for axis in Axis.values)):
            self.fields.pop(name, None)
        if "translation_status" in self.fields:
            field: Any = self.fields["translation_status"]
            field.choices = [choice for choice in TranslationStatus.choices if choice[0] != TranslationStatus.ORIGINAL]

    def clean(self) -> dict[str, Any]:
        """Ask why the text uses words of classified documents, where nobody has said so yet."""
        super().clean()
        self.words_found = words_in(self._typed_texts())
        if unexplained(self.instance, self.words_found) and not self.cleaned_data.get("words_explained"):
            asked = _("Take it out. Where the text teaches about the marking, say so here.")
            self.add_error("words_explained", f"{stops(self.words_found)} {asked}")
        return self.cleaned_data

    def _typed_texts(self) -> list[str]:
        """Return what was typed, as plain text; what could not be read is complained of elsewhere."""
        body: Any = Entry._meta.get_field("body")
        typed: list[Any] = [self.cleaned_data.get(name) or "" for name in COLUMNS]
        if self.cleaned_data.get("body") is not None:
            typed += strings_in(body.stream_block.get_prep_value(self.cleaned_data["body"]))
        references = self.formsets.get("references")
        for row in references.forms if references is not None else ():
            typed += [str(getattr(row, "cleaned_data", {}).get(name) or "") for name in REFERENCE_COLUMNS]
        typed += [str(word) for word in self.cleaned_data.get("keywords") or []]
        return [plain_text(text) if "<" in text or "&" in text else text for text in typed]

    def keep_explanation(self, entry: Entry, by: Any) -> None:
        """Store why the words stand there, once the entry is stored. Left empty, what was said before stays."""
        said = self.cleaned_data.get("words_explained")
        if self.words_found and said:
            explain(entry=entry, words=self.words_found, explanation=said, by=by)

    def clean_keywords(self) -> list[str]:
        """Return the keywords, bounded in number."""
        words: list[str] = self.cleaned_data["keywords"]
        if len(words) > MAX_KEYWORDS:
            raise forms.ValidationError(_("At most %(number)s keywords.") % {"number": MAX_KEYWORDS})
        return words

    def _stage_axes(self) -> None:
        """Put the chosen concepts into the entry in memory; rows that stay keep their keys."""
        there = {(row.axis, row.concept_id): row for row in self.instance.entry_concepts.all()}
        rows: list[EntryConcept] = []
        for axis in Axis.values:
            name = axis_field(axis)
            if name not in self.fields:
                rows.extend(row for (own, _pk), row in there.items() if own == axis)
                continue
            value = self.cleaned_data.get(name) or []
            for slug in [value] if isinstance(value, str) else value:
                term = self.words.get(axis, slug)
                if term is not None:
                    rows.append(there.get((axis, term.pk)) or EntryConcept(axis=axis, concept_id=term.pk))
        self.instance.entry_concepts.set(rows)

    def save(self, commit: bool = True) -> Entry:
        """Save the entry with its concepts."""
        if self.instance.translation_status == TranslationStatus.ORIGINAL:
            self._stage_axes()
        saved: Entry = super().save(commit=commit)
        return saved


class EntryEditForm(EntryForm):
    """The form of an entry that exists. Its marking is changed elsewhere, past revisions."""


class EntryCreateForm(MarkingForm, EntryForm):
    """The form of a new entry: the marking comes first, since the first draft is stored under it."""

    kind = forms.ChoiceField(choices=EntryKind.choices, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the person's own circles."""
        super().__init__(*args, **kwargs)
        self.limit_marking(self.for_user)
        self.fields["owning_organisation"].help_text = _(
            "Only your own. For TLP:AMBER+STRICT its members are the readers. Under every other label it is kept "
            "aside and shown to nobody: its contact point may take the entry back or let it go further."
        )

    def clean(self) -> dict[str, Any]:
        """Check the marking beside the rest."""
        super().clean()
        self.check_marking()
        return self.cleaned_data

    def save(self, commit: bool = True) -> Entry:
        """Save the entry under its new marking, its source noted aside; for a preview only name the marking."""
        if self.instance.marking_id is None:
            if commit:
                self.instance.marking = marking.create(**self.marking_values())
                source = self.cleaned_data.get("owning_organisation")
                if source is not None:
                    marking.note_source(translation_key=self.instance.translation_key, organisation=source)
            else:
                self.instance.marking = Marking(label=self.cleaned_data.get("label") or Tlp.CLEAR)
        return super().save(commit=commit)
