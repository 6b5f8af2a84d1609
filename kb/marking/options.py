"""What may this viewer do about the marking of an entry, and how is a marking told to this viewer in words?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kb.choices import Tlp
from kb.marking.sources import source_of
from kb.models import Entry, Marking, MarkingChange
from kb.sharing import handling, tlp
from people.models import Circle
from people.roles import Action
from people.viewers import Viewer

_HANDLES = (Action.EDIT_ENTRIES, Action.LOWER_LABEL_FIRST, Action.LOWER_LABEL_SECOND, Action.SPILL)


@dataclass(frozen=True)
class Options:
    """What a viewer may do about one entry's marking."""

    narrow: bool = False
    widen: bool = False
    recall: bool = False
    question: bool = False

    @property
    def handles(self) -> bool:
        """Is there anything to do beyond asking the source?"""
        return self.narrow or self.widen or self.recall


def options_for(viewer: Viewer, entry: Entry) -> Options:
    """Return what the viewer may do; the source is asked for only where a role could use it."""
    question = handling.may_question(viewer, entry.marking)
    if not any(viewer.may(action) for action in _HANDLES):
        return Options(question=question)
    source = source_of(entry)
    return Options(
        narrow=handling.may_narrow(viewer, entry.marking, source) and entry.marking.label != Tlp.AMBER_STRICT,
        widen=handling.may_ask_two(viewer, entry.marking, source),
        recall=handling.may_recall(viewer, entry.marking, source),
        question=question,
    )


@dataclass(frozen=True)
class Described:
    """Who may read under a marking, as far as one viewer may know it."""

    label: str
    readers: str
    circles: list[str]
    more_circles: bool
    organisation: str
    chatham_house: bool


def _described(
    viewer: Viewer, label: str, circles: Iterable[Circle], owner: Any, *, released: bool, house: bool
) -> Described:
    named = list(circles)
    known = [circle.name for circle in named if circle.pk in viewer.circles]
    return Described(
        label=label,
        readers=tlp.readers_in_words(label, partner_release=released),
        circles=known,
        more_circles=len(known) < len(named),
        organisation=str(owner) if owner is not None and owner.pk in viewer.organisations else "",
        chatham_house=house,
    )


def described(marking: Marking, viewer: Viewer) -> Described:
    """Return a marking in words, with the circles and the organisation that the viewer belongs to."""
    return _described(
        viewer,
        marking.label,
        marking.circles.all(),
        marking.owning_organisation,
        released=marking.partner_release,
        house=marking.chatham_house,
    )


def described_before(change: MarkingChange, viewer: Viewer) -> Described:
    """Return in words under which marking a change was asked for."""
    facts = change.before
    return _described(
        viewer,
        facts["label"],
        Circle.objects.filter(pk__in=facts["circles"]),
        None,
        released=facts["partner_release"],
        house=facts["chatham_house"],
    )


def described_after(change: MarkingChange, viewer: Viewer) -> Described:
    """Return in words under which marking the entry would stand."""
    return _described(
        viewer,
        change.label,
        change.circles.all(),
        change.owning_organisation,
        released=change.partner_release,
        house=change.chatham_house,
    )
