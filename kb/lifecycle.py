"""Which states does an entry go through, which moves lead from one to the next, and who may make them? Pure data."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kb.choices import Standing
from people.roles import Action


class State(StrEnum):
    """Where an entry stands, from its first draft on."""

    DRAFT = "draft"
    TECHNICAL_REVIEW = "technical review"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    FROZEN = "frozen"
    RECALLED = "recalled"


@dataclass(frozen=True)
class Move:
    """One way from a state to another; `sources` None stands for a new entry."""

    name: str
    sources: frozenset[State] | None
    target: State
    action: Action | None
    condition: str | Promise


_SHOWN = frozenset({State.PUBLISHED, State.SUPERSEDED, State.EXPIRED})

MOVES: tuple[Move, ...] = (
    Move("create", None, State.DRAFT, Action.EDIT_ENTRIES, _("With a marking, and circles of the editor's own.")),
    Move(
        "submit", frozenset({State.DRAFT}), State.TECHNICAL_REVIEW, Action.EDIT_ENTRIES, _("There is text to review.")
    ),
    Move(
        "send back", frozenset({State.TECHNICAL_REVIEW}), State.DRAFT, Action.PUBLISH, _("With a reason; not own work.")
    ),
    Move(
        "publish",
        frozenset({State.DRAFT, State.TECHNICAL_REVIEW}) | _SHOWN,
        State.PUBLISHED,
        Action.PUBLISH,
        _("Header and required sections are complete; what is in review by its approval alone, never own work."),
    ),
    Move("withdraw", _SHOWN, State.DRAFT, Action.PUBLISH, _("All language versions go with the original.")),
    Move("supersede", _SHOWN, State.SUPERSEDED, Action.PUBLISH, _("A published entry takes its place.")),
    Move("expire", frozenset({State.PUBLISHED}), State.EXPIRED, None, _("The review is overdue by 90 days.")),
    Move(
        "mark reviewed",
        frozenset({State.PUBLISHED, State.EXPIRED}),
        State.PUBLISHED,
        Action.PUBLISH,
        _("It still holds; the next review gets a date."),
    ),
    Move(
        "recall", _SHOWN, State.RECALLED, Action.SUBMIT, _("By a contact point of its source, or the security officer.")
    ),
    Move(
        "restore",
        frozenset({State.RECALLED}),
        State.PUBLISHED,
        Action.LOWER_LABEL_SECOND,
        _("Another person asked for it; it comes back as it stood."),
    ),
    Move(
        "freeze",
        frozenset({State.DRAFT, State.TECHNICAL_REVIEW}) | _SHOWN,
        State.FROZEN,
        Action.LEARN_AND_REPORT,
        _("A vetted member reports that it identifies somebody or is marked wrongly, or the security officer does."),
    ),
    Move("unfreeze", frozenset({State.FROZEN}), State.PUBLISHED, Action.SPILL, _("A false alarm, or redacted.")),
    Move("remove", frozenset({State.FROZEN}), State.RECALLED, Action.SPILL, _("Its text is purged everywhere.")),
)


def state_of(*, live: bool, standing: str, in_review: bool = False, frozen: bool = False) -> State:
    """Return the state that these facts of an entry make."""
    if standing == Standing.RECALLED:
        return State.RECALLED
    if frozen:
        return State.FROZEN
    if not live:
        return State.TECHNICAL_REVIEW if in_review else State.DRAFT
    return {Standing.SUPERSEDED: State.SUPERSEDED, Standing.EXPIRED: State.EXPIRED}.get(
        Standing(standing), State.PUBLISHED
    )


def moves_from(state: State, actions: Collection[Action]) -> list[Move]:
    """Return the moves open to somebody with these actions; moves without an action are the system's own."""
    return [move for move in MOVES if move.sources and state in move.sources and move.action in actions]
