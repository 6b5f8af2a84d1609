"""In which order do the labels stand, how are they read, and what do they mean in words?"""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from kb.choices import Audience, Tlp

RANK: dict[str, int] = {Tlp.CLEAR: 0, Tlp.GREEN: 1, Tlp.AMBER: 2, Tlp.AMBER_STRICT: 3}


class RedNotStorable(ValueError):
    """TLP:RED was given: nobody may read it here, so the library may not hold it."""


def parse(text: str) -> Tlp:
    """Return the label that a text names; TLP 1's WHITE is CLEAR.

    Raises RedNotStorable for RED and ValueError for anything that is no label.
    """
    word = text.strip().upper().replace(" ", "").removeprefix("TLP:")
    if word == "RED":
        raise RedNotStorable("TLP:RED may not be stored in this library. Keep it where it is and contact its source.")
    if word == "WHITE":
        word = "CLEAR"
    return Tlp(f"TLP:{word}")


def highest(labels: Iterable[str]) -> Tlp:
    """Return the highest of the labels; a whole without parts is CLEAR."""
    return Tlp(max(labels, key=RANK.__getitem__, default=Tlp.CLEAR))


def is_public(label: str) -> bool:
    """May everybody read what carries the label?"""
    return label == Tlp.CLEAR


def needs_confirmation(label: str) -> bool:
    """Is a file under the label only given out to somebody who says so once more?"""
    return RANK[label] >= RANK[Tlp.AMBER]


READERS = {
    Tlp.CLEAR: _("Everybody may read this, also without an account."),
    Tlp.GREEN: _("Vetted members may read this."),
    Tlp.AMBER: _("Members of the organisations in its circles may read this."),
    Tlp.AMBER_STRICT: _("Only members of the organisation that it comes from may read this."),
}

_WITH_PARTNERS = _("Vetted members may read this, those of partners included.")


def readers_in_words(label: str, *, partner_release: bool = False) -> str:
    """Return who can read what carries the label."""
    return str(_WITH_PARTNERS if label == Tlp.GREEN and partner_release else READERS[Tlp(label)])


_ADVICE_ONLY = _("The advice, yes, in your own words. Not the text, and not where it comes from.")
PASS_ON = {
    Tlp.CLEAR: {
        Audience.UNIT: _("Yes."),
        Audience.HOST: _("Yes."),
        Audience.OPERATOR: _("Yes."),
        Audience.PUBLIC: _("Yes, with the source named."),
    },
    Tlp.GREEN: {
        Audience.UNIT: _(
            "Colleagues with an account of their own may read it. Tell the others the advice in your own words."
        ),
        Audience.HOST: _ADVICE_ONLY,
        Audience.OPERATOR: _ADVICE_ONLY,
        Audience.PUBLIC: _("No. Ask the source for a wider marking."),
    },
    Tlp.AMBER: {
        Audience.UNIT: _("Those who need it and whose organisation is in one of its circles."),
        Audience.HOST: _ADVICE_ONLY,
        Audience.OPERATOR: _ADVICE_ONLY,
        Audience.PUBLIC: _("No. Ask the source for a wider marking."),
    },
    Tlp.AMBER_STRICT: {
        Audience.UNIT: _("Those of your organisation who need it, nobody else."),
        Audience.HOST: _("No. Ask your organisation first."),
        Audience.OPERATOR: _("No. Ask your organisation first."),
        Audience.PUBLIC: _("No."),
    },
}
