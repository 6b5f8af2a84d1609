"""What is filled in to let more people read, to answer, to ask the source?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from kb import marking
from kb.choices import Tlp
from kb.forms.markings import RelabelForm
from kb.forms.wording import no_marking_words
from kb.models import MarkingChange, SharingQuestion


class LoweringForm(RelabelForm):
    """Asks that more people may read; a second person decides. Circles that the person is not in stay as they are."""

    handling_note = None  # type: ignore[assignment]  # Django's way to leave out a field of the form above
    reason = forms.CharField(
        max_length=600,
        validators=[no_marking_words],
        widget=forms.Textarea(attrs={"rows": 4}),
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("For the second person. Up to 600 characters; name no site, person or source."),
    )

    def __init__(self, *args: Any, question: SharingQuestion | None = None, **kwargs: Any) -> None:
        """Keep the question of a reader that this answers."""
        self.question = question
        super().__init__(*args, **kwargs)

    @staticmethod
    def offers(label: Tlp, present: Tlp) -> bool:
        """Is a label worth showing to whoever wants more people to read?"""
        order = list(Tlp)
        return order.index(label) <= order.index(present)

    def ask(self) -> MarkingChange:
        """Ask for it. Raises marking.MarkingRefused."""
        fields = ("label", "circles", "owning_organisation", "partner_release", "chatham_house", "reason")
        wanted = {name: self.cleaned_data[name] for name in fields}
        wanted["circles"] = [*wanted["circles"], *self.kept_circles]
        if self.question is not None:
            return marking.take_up(question=self.question, by=self.user, **wanted)
        return marking.request_lowering(entry=self.entry, by=self.user, **wanted)


class ReasonForm(forms.Form):
    """Asks for a reason in a few sentences."""

    reason = forms.CharField(
        max_length=600,
        validators=[no_marking_words],
        widget=forms.Textarea(attrs={"rows": 4}),
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Up to 600 characters; name no site, person or source."),
    )


class RefusalForm(ReasonForm):
    """Refuses what somebody asked for."""

    reason = forms.CharField(
        max_length=600,
        validators=[no_marking_words],
        widget=forms.Textarea(attrs={"rows": 3}),
        label=gettext_lazy("If you refuse: why?"),
        help_text=gettext_lazy("Whoever asked sees this. Up to 600 characters; name no site, person or source."),
    )


class DeclineForm(ReasonForm):
    """Answers no to a reader's question."""

    reason = forms.CharField(
        max_length=300,
        validators=[no_marking_words],
        widget=forms.Textarea(attrs={"rows": 3}),
        label=gettext_lazy("Why not"),
        help_text=gettext_lazy("The reader who asked sees this, not who wrote it. Up to 300 characters."),
    )


class QuestionForm(forms.Form):
    """Asks the source whether an entry could be shared more widely."""

    audience = forms.CharField(
        max_length=120,
        validators=[no_marking_words],
        label=gettext_lazy("Whom should it reach?"),
        help_text=gettext_lazy("For example: operators of stadiums. Up to 120 characters."),
    )
    reason = forms.CharField(
        max_length=300,
        validators=[no_marking_words],
        widget=forms.Textarea(attrs={"rows": 4}),
        label=gettext_lazy("Why would it help?"),
        help_text=gettext_lazy("Up to 300 characters. Leave out your name, your organisation and the site."),
    )
