"""What about markings waits for this viewer, what did the viewer ask for, and what that they read was recalled?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from kb.choices import ChangeState, QuestionState, Standing
from kb.marking.sources import sources_of
from kb.models import Entry, MarkingChange, Recall, SharingQuestion
from kb.sharing import handling, policy
from people.models import User
from people.roles import Action
from people.viewers import Viewer, viewer_of

MOST = 200
REMEMBERED = timedelta(days=90)
_DECIDES = (Action.LOWER_LABEL_FIRST, Action.LOWER_LABEL_SECOND)


@dataclass(frozen=True)
class Row:
    """Something about a work: the thing itself, and the entry as far as the viewer may see it."""

    what: Any
    entry: Entry | None
    may_agree: bool = False

    @property
    def shown(self) -> bool:
        """Does the entry stand on the site, so that its title may be shown and led to?"""
        return self.entry is not None and self.entry.live and self.entry.standing != Standing.RECALLED


def _works(rows: Iterable[Any]) -> dict[Any, Entry]:
    """Return the originals of the works that rows are about, by their key."""
    keys = {row.translation_key for row in rows}
    found = Entry.objects.originals().filter(translation_key__in=keys).select_related("marking")
    return {entry.translation_key: entry for entry in found.prefetch_related("marking__circles")}


def changes_to_decide(viewer: Viewer) -> list[Row]:
    """Return the open changes that the viewer may agree to or refuse, the oldest first."""
    if not any(viewer.may(action) for action in _DECIDES):
        return []
    waiting = MarkingChange.objects.filter(state=ChangeState.OPEN, expires_at__gt=timezone.now())
    rows = list(waiting.exclude(requested_by=viewer.user_id).select_related("requested_by").order_by("pk")[:MOST])
    works = _works(rows)
    sources = sources_of(works.values())
    found: list[Row] = []
    for change in rows:
        entry = works.get(change.translation_key)
        if entry is None or not policy.clears(viewer, entry.marking):
            continue
        asker, source = viewer_of(change.requested_by), sources.get(entry.translation_key)
        if handling.may_refuse(viewer, entry.marking, source, asker):
            found.append(Row(change, entry, handling.may_agree(viewer, entry.marking, source, asker)))
    return found


def questions_to_answer(viewer: Viewer) -> list[Row]:
    """Return the open questions that the viewer may answer for the source, the oldest first."""
    if not viewer.may(Action.LOWER_LABEL_FIRST):
        return []
    waiting = SharingQuestion.objects.filter(state=QuestionState.OPEN).exclude(asked_by=viewer.user_id)
    rows = list(waiting.order_by("pk")[:MOST])
    works = _works(rows)
    sources = sources_of(works.values())
    return [
        Row(question, entry)
        for question in rows
        if (entry := works.get(question.translation_key)) is not None
        and policy.can_view(viewer, entry)
        and handling.may_ask_two(viewer, entry.marking, sources.get(entry.translation_key))
    ]


def own(model: type[MarkingChange] | type[SharingQuestion], viewer: Viewer, person: User) -> list[Row]:
    """Return what a person asked for in the last three months, the newest first; titles only of what they may read."""
    since = timezone.now() - REMEMBERED
    time = "requested" if model is MarkingChange else "asked"
    asked: Any = model.objects.filter(**{f"{time}_by": person, f"{time}_at__gte": since})
    rows = list(asked[:MOST])
    works = _works(rows)
    return [Row(row, _seen(works.get(row.translation_key), viewer)) for row in rows]


def recalled(viewer: Viewer) -> list[Row]:
    """Return what was recalled in the last three months and the viewer could read before, the newest first."""
    rows = list(Recall.objects.filter(ended_at__isnull=True, recalled_at__gte=timezone.now() - REMEMBERED)[:MOST])
    works = _works(rows)
    found = ((row, _seen(works.get(row.translation_key), viewer)) for row in rows)
    return [Row(row, entry) for row, entry in found if entry is not None]


def _seen(entry: Entry | None, viewer: Viewer) -> Entry | None:
    """Return an entry that stands on the site, or stood there until it was recalled, to those whom it admits."""
    return entry if entry is not None and entry.live and policy.clears(viewer, entry.marking) else None
