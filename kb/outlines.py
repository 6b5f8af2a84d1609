"""Which sections does an entry of each kind have, which of them are required, and what belongs there? Pure data."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kb.choices import EntryKind


@dataclass(frozen=True)
class Section:
    """One section of an outline: block name, heading for readers, guidance for authors."""

    name: str
    heading: str | Promise
    guidance: str | Promise
    required: bool = True


_MEDIA = (
    Section(
        "pictures",
        _("Pictures"),
        _("By the identifier under “Pictures”. Nothing that shows which place it is."),
        required=False,
    ),
    Section("files", _("Files"), _("By the identifier under “Files”."), required=False),
)

OUTLINES: dict[str, tuple[Section, ...]] = {
    EntryKind.LESSON: (
        Section("context", _("The setting"), _("The kind of place and event, in general terms: no name, no date.")),
        Section("expected", _("What was expected"), _("What was planned or taken for granted.")),
        Section("observation", _("What happened"), _("What happened or was seen, without judging it.")),
        Section("analysis", _("Why"), _("What contributed to it.")),
        Section("conclusion", _("What follows"), _("What one knows now.")),
        Section("recommendation", _("What to do"), _("One clear action.")),
        Section("who_should_act", _("Who should act"), _("Those who can change it."), required=True),
        *_MEDIA,
    ),
    EntryKind.PRACTICE: (
        Section("problem", _("The problem"), _("What goes wrong without it.")),
        Section("description", _("The idea"), _("What it is, in a few sentences.")),
        Section("steps", _("What to do"), _("Steps a peer can follow.")),
        Section("needs", _("What it needs"), _("Powers, cost, time and people, in bands.")),
        Section("side_effects", _("Side effects"), _("What else it changes, good and bad.")),
        Section("effectiveness", _("Does it work?"), _("What is known, and how well.")),
        Section("adaptations", _("How to adapt it"), _("What others changed."), required=False),
        Section("standards", _("Standards"), _("By title and number."), required=False),
        *_MEDIA,
    ),
    EntryKind.PATTERN: (
        Section("statement", _("The pattern"), _("One sentence that is true of many sites.")),
        Section("why_it_matters", _("Why it matters"), _("What it means for people or service.")),
        Section("indicators", _("How to recognise it"), _("What a defender can observe; yes is the good answer.")),
        Section("severity_logic", _("What makes it better or worse"), _("So that a reader can judge the own site.")),
        *_MEDIA,
    ),
}


def section_names(kind: str) -> tuple[str, ...]:
    """Return the names of the sections of a kind, in reading order."""
    return tuple(section.name for section in OUTLINES[kind])


def missing_sections(kind: str, present: set[str]) -> list[Section]:
    """Return the required sections of a kind that are not present."""
    return [section for section in OUTLINES[kind] if section.required and section.name not in present]
