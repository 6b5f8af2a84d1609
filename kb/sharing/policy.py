"""May this viewer see, edit or publish this one entry? The object's half of the rule (its twin: querysets)."""

import datetime
from typing import Protocol

from kb.choices import Standing, Tlp
from people.roles import Action
from people.viewers import Viewer


class Marked(Protocol):
    """The facts of a marking that the rule reads."""

    label: str
    owning_organisation_id: int | None
    partner_release: bool
    frozen_at: datetime.datetime | None

    def circle_ids(self) -> frozenset[int]:
        """Return the keys of the circles that may read."""
        ...


class Markable(Protocol):
    """The facts of an entry that the rule reads."""

    live: bool
    standing: str
    marking: Marked


def clears(viewer: Viewer, marking: Marked) -> bool:
    """Does the viewer's clearance reach this marking? Frozen, it is within nobody's, until the officer has decided."""
    return marking.frozen_at is None and admits(viewer, marking)


def admits(viewer: Viewer, marking: Marked) -> bool:
    """Is the viewer among those whom the marking names, frozen or not? No role enters here, superusers' neither."""
    if marking.label == Tlp.CLEAR:
        return True
    if marking.label == Tlp.GREEN:
        return viewer.member or (viewer.partner and marking.partner_release)
    if marking.label == Tlp.AMBER:
        return bool(viewer.circles & marking.circle_ids())
    if marking.label == Tlp.AMBER_STRICT:
        return marking.owning_organisation_id in viewer.organisations
    return False


def can_view(viewer: Viewer, entry: Markable) -> bool:
    """May the viewer read the published entry? Recalled entries are shown to nobody."""
    return entry.live and entry.standing != Standing.RECALLED and clears(viewer, entry.marking)


def can_edit(viewer: Viewer, entry: Markable) -> bool:
    """May the viewer work on the entry in the editing interface, drafts included?

    Whoever edits must be cleared for the marking first; unpublished CLEAR and GREEN entries are open to all
    curators and reviewers, AMBER ones to those in its circles.
    """
    return viewer.may(Action.EDIT_ENTRIES) and entry.standing != Standing.RECALLED and clears(viewer, entry.marking)


def can_publish(viewer: Viewer, entry: Markable) -> bool:
    """May the viewer publish the entry?"""
    return can_edit(viewer, entry) and viewer.may(Action.PUBLISH)


def can_edit_media(viewer: Viewer, marking: Marked) -> bool:
    """May the viewer work on a picture or file under this marking? (Its twin: querysets.media_editable_by.)"""
    edits = viewer.may(Action.EDIT_ENTRIES) or viewer.may(Action.ADMINISTER)
    return edits and clears(viewer, marking)
