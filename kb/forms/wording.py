"""Does somebody write words of classified documents where nobody could agree to them? Others are asked for."""

from django import forms
from django.utils.translation import gettext as _

from kb.marking_words import stops, words_in


def without_marking_words(text: str, advice: str = "") -> str:
    """Return the text. Raises ValidationError where it uses words of classified documents: it would be stored."""
    if found := words_in([text]):
        raise forms.ValidationError(f"{stops(found)} {advice or _('Take it out, or say it in other words.')}")
    return text


def no_marking_words(text: str) -> None:
    """Validate the text of a field. Raises ValidationError where it uses words of classified documents."""
    without_marking_words(text)
