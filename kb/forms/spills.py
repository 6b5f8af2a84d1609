"""What does the security officer decide and write?"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.anonymisation.redaction import SHORTEST
from kb.choices import OpeningReason, SpillOutcome
from kb.forms.wording import without_marking_words


class OpenForm(forms.Form):
    """Why a text is opened past its marking."""

    why = forms.ChoiceField(label=gettext_lazy("Why do you open it?"), choices=OpeningReason.choices)


class DecisionForm(forms.Form):
    """What becomes of it."""

    outcome = forms.ChoiceField(label=gettext_lazy("Your decision"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, outcomes: Iterable[SpillOutcome], **kwargs: Any) -> None:
        """Offer what may be decided."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["outcome"]
        field.choices = [(outcome.value, outcome.label) for outcome in outcomes]


class PassagesForm(forms.Form):
    """Which words are taken out. They are not kept."""

    passages = forms.CharField(
        label=gettext_lazy("Words to take out, one passage a line"),
        help_text=gettext_lazy(
            "Each is taken out of the text in all languages, the drafts, the history and what waits to be sent, "
            "however it is spaced and in capitals or not. This form is not kept."
        ),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_passages(self) -> list[str]:
        """Return the passages."""
        lines: list[str] = [line.strip() for line in self.cleaned_data["passages"].splitlines() if line.strip()]
        if any(len(line) < SHORTEST for line in lines):
            raise forms.ValidationError(
                _("A passage has at least %(number)s letters: a shorter one stands inside other words.")
                % {"number": SHORTEST}
            )
        return lines


class LessonForm(forms.Form):
    """What is learnt from it."""

    lesson = forms.CharField(
        label=gettext_lazy("What do we learn from it?"),
        help_text=gettext_lazy("How it came here and what is done so that it does not again. Nothing of the text."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_lesson(self) -> Any:
        """Return the lesson, without words of classified documents."""
        return without_marking_words(self.cleaned_data["lesson"])
