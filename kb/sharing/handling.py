"""Who may narrow, widen or take back an entry, beyond reading it? Pure; nobody handles what they may not read."""

from kb.choices import Tlp
from kb.sharing.policy import Marked, clears
from people.choices import Role
from people.roles import Action
from people.viewers import Viewer


def speaks_for(viewer: Viewer, source: int | None) -> bool:
    """Is the viewer a contact point of the organisation that an entry comes from?"""
    return source in viewer.contact_point_for


def may_narrow(viewer: Viewer, marking: Marked, source: int | None) -> bool:
    """May the viewer let fewer people read, alone and at once?"""
    handles = viewer.may(Action.EDIT_ENTRIES) or viewer.may(Action.SPILL) or speaks_for(viewer, source)
    return handles and clears(viewer, marking)


def may_ask_two(viewer: Viewer, marking: Marked, source: int | None) -> bool:
    """May the viewer be the first of the two people that it takes to let more people read?

    Curators may, and a contact point for the own organisation's entries.
    """
    first = viewer.may(Action.LOWER_LABEL_FIRST) and (Role.CURATOR in viewer.roles or speaks_for(viewer, source))
    return first and clears(viewer, marking)


def may_agree(viewer: Viewer, marking: Marked, source: int | None, asker: Viewer) -> bool:
    """May the viewer be the second of the two? Another person; one of the two belongs to a source that is known."""
    for_the_source = source is None or source in viewer.organisations or source in asker.organisations
    other = viewer.user_id is not None and viewer.user_id != asker.user_id
    return other and for_the_source and viewer.may(Action.LOWER_LABEL_SECOND) and clears(viewer, marking)


def may_refuse(viewer: Viewer, marking: Marked, source: int | None, asker: Viewer) -> bool:
    """May the viewer refuse what was asked? Whoever could agree, and the source, whoever asked."""
    by_the_source = speaks_for(viewer, source) and viewer.user_id != asker.user_id and clears(viewer, marking)
    return by_the_source or may_agree(viewer, marking, source, asker)


def may_recall(viewer: Viewer, marking: Marked, source: int | None) -> bool:
    """May the viewer take the entry back, alone and at once? The source's contact point and the security officer."""
    return (speaks_for(viewer, source) or viewer.may(Action.SPILL)) and clears(viewer, marking)


def may_question(viewer: Viewer, marking: Marked) -> bool:
    """May the viewer ask the source to share more widely? Any vetted reader of what not everybody may read."""
    return viewer.may(Action.LEARN_AND_REPORT) and marking.label != Tlp.CLEAR and clears(viewer, marking)
