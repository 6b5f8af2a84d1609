"""How does something come into the audit log? `audit.record(event=…)`, or `audit.note` where the rest must go on."""

from people.audit.events import Event, FreeText, Outcome
from people.audit.recording import NotRecorded, acting, actor_of_context, note, record, require

__all__ = [
    "Event",
    "FreeText",
    "NotRecorded",
    "Outcome",
    "acting",
    "actor_of_context",
    "note",
    "record",
    "require",
]
