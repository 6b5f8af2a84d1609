"""Which of the entries on a page have to be recorded as read? AMBER and above, in one row for the page."""

from collections.abc import Iterable

from kb.choices import Tlp
from kb.models import Entry
from kb.sharing import tlp
from people import audit

RECORDED_FROM = tlp.RANK[Tlp.AMBER]


def is_recorded(label: str) -> bool:
    """Is it recorded who reads what carries the label?"""
    return tlp.RANK[label] >= RECORDED_FROM


def note_reading(*, entries: Iterable[Entry], view: str, event: audit.Event = audit.Event.VIEW) -> list[str]:
    """Record which of the entries are AMBER or above; return their identifiers. Whoever reads none writes nothing.

    Raises people.audit.NotRecorded: then the page must not be shown.
    """
    labels = {entry.public_id: entry.marking.label for entry in entries}
    read = sorted(key for key, label in labels.items() if is_recorded(label))
    if read:
        highest = tlp.highest(labels[key] for key in read)
        audit.record(event=event, kind="entry", ids=read, data={"label": str(highest), "view": view})
    return read
