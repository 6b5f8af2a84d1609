"""What is asked of somebody who reports, and of whoever answers?"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.choices import SPILLING, Passage, ReportReason, ReportState
from kb.forms.wording import without_marking_words
from kb.reports.targets import PLACE


class ReportForm(forms.Form):
    """Where it stands; and what is the matter, unless that would repeat what must not be repeated."""

    passage = forms.ChoiceField(
        label=gettext_lazy("Where is it?"), choices=Passage.choices, initial=Passage.WHOLE, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("What is the matter?"),
        help_text=gettext_lazy("At most 1,000 characters. Reviewers read it. Name no person and no place."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, reason: str, **kwargs: Any) -> None:
        """Ask for words only where they may be kept."""
        super().__init__(*args, **kwargs)
        self.reason = reason
        if reason in SPILLING:
            del self.fields["words"]

    def clean_words(self) -> str:
        """Return what was written, without words of classified documents."""
        advice = _(
            "Do not copy it. If something here may be classified, go back and choose “Its marking is wrong”; else say "
            "it in other words."
        )
        return without_marking_words(self.cleaned_data["words"], advice)


class PlaceForm(forms.Form):
    """Where on the site it is, for those who come from no page in particular."""

    place = forms.RegexField(
        PLACE,
        label=gettext_lazy("Address of the page, or identifier of the entry"),
        help_text=gettext_lazy("As it stands in the address bar, for example /entries/k7m2p9xa/."),
        max_length=200,
        error_messages={
            "invalid": gettext_lazy("Give an address or an identifier, without spaces. Do not describe it here.")
        },
    )


class AnswerForm(forms.Form):
    """What was done about a report."""

    state = forms.ChoiceField(
        label=gettext_lazy("What was done?"),
        choices=[(value, value.label) for value in (ReportState.CHANGED, ReportState.KEPT)],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("Answer to whoever reported it"),
        help_text=gettext_lazy("At most 300 characters. Needed where it stays as it is."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_words(self) -> str:
        """Return the answer, without words of classified documents."""
        return without_marking_words(self.cleaned_data["words"])

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where nothing was changed."""
        super().clean()
        if self.cleaned_data.get("state") == ReportState.KEPT and not self.cleaned_data.get("words"):
            self.add_error("words", _("Say in a sentence why it stays as it is."))
        return self.cleaned_data


REASONS = {
    ReportReason.IDENTIFIES: gettext_lazy(
        "A person, a place, an operator or an event can be made out from it. The security officer looks at it; the "
        "next page says whether it is hidden meanwhile."
    ),
    ReportReason.MARKING: gettext_lazy(
        "It should be read by fewer people, or it comes from a classified document. The security officer looks at it; "
        "the next page says whether it is hidden meanwhile."
    ),
    ReportReason.WRONG: gettext_lazy("A fact, a source or a piece of advice does not hold. Reviewers look at it."),
    ReportReason.OUTDATED: gettext_lazy("It was right once and is so no longer. Reviewers look at it."),
}
