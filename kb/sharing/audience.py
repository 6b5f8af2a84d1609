"""Which small numbers say, inside an index, who may see a document? A viewer sees it if they share one."""

from kb.choices import Tlp
from kb.sharing.policy import Marked
from people.viewers import Viewer

EVERYBODY = 1
MEMBERS = 2
PARTNERS = 3
_CIRCLE, _ORGANISATION = 4, 5
_STEP = 8


def _numbered(kind: int, pk: int) -> int:
    return pk * _STEP + kind


def of_marking(marking: Marked) -> list[int]:
    """Return the tokens of the audiences that a marking admits (unsigned integers, sorted); none while it is frozen."""
    if marking.frozen_at is not None:
        return []
    if marking.label == Tlp.CLEAR:
        return [EVERYBODY]
    if marking.label == Tlp.GREEN:
        return [MEMBERS, PARTNERS] if marking.partner_release else [MEMBERS]
    if marking.label == Tlp.AMBER:
        return sorted(_numbered(_CIRCLE, pk) for pk in marking.circle_ids())
    if marking.owning_organisation_id is not None:
        return [_numbered(_ORGANISATION, marking.owning_organisation_id)]
    return []


def of_viewer(viewer: Viewer) -> list[int]:
    """Return the tokens that a viewer holds (unsigned integers, sorted, never empty)."""
    tokens = {EVERYBODY}
    if viewer.member:
        tokens.add(MEMBERS)
    elif viewer.partner:
        tokens.add(PARTNERS)
    tokens |= {_numbered(_CIRCLE, pk) for pk in viewer.circles}
    tokens |= {_numbered(_ORGANISATION, pk) for pk in viewer.organisations}
    return sorted(tokens)
