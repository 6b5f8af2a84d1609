"""Which rows of the audit log were asked for, and who are the people in them today?"""

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from people.audit.events import OWN_EVENTS, Event, checked_ids
from people.audit_rows import AuditRow
from people.models import User

PER_PAGE = 50
OWN_SHOWN = 50


@dataclass(frozen=True)
class Asked:
    """What an auditor looks for; what is left out narrows nothing. `until` is no longer part of it."""

    event: str = ""
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None
    person: int | None = None
    thing: str = ""
    before: int | None = None  # the number of the row below which to go on

    @property
    def has_gaps(self) -> bool:
        """Are rows left out between others? Their chain cannot be checked then; time cuts off ends alone."""
        return bool(self.event or self.thing) or self.person is not None

    def about(self) -> dict[str, Any]:
        """Return what of it is recorded when somebody looks."""
        found: dict[str, Any] = {}
        if self.event:
            found["event"] = self.event
        if self.person is not None:
            found["person"] = self.person
        return found

    def things(self) -> list[str]:
        """Return the identifier that was looked for, as a row takes it."""
        return [self.thing] if self.thing else []


@dataclass(frozen=True)
class Line:
    """A row as a person reads it."""

    row: AuditRow
    event: str
    actor: str
    things: str
    facts: list[tuple[str, str]]


def asked_for(asked: Asked) -> QuerySet[AuditRow]:
    """Return the rows in question, the newest first."""
    rows = AuditRow.objects.order_by("-sequence")
    if asked.event:
        rows = rows.filter(event=asked.event)
    if asked.since is not None:
        rows = rows.filter(at__gte=asked.since)
    if asked.until is not None:
        rows = rows.filter(at__lt=asked.until)
    if asked.person is not None:
        rows = rows.filter(Q(actor=asked.person) | Q(object_kind="person", object_ids=checked_ids([asked.person])))
    if asked.thing:
        rows = rows.filter(object_ids__contains=checked_ids([asked.thing]))
    if asked.before is not None:
        rows = rows.filter(sequence__lt=asked.before)
    return rows


def own_history(user: User) -> list[AuditRow]:
    """Return the last rows about signing in to this person's account, failed tries of others included."""
    own = AuditRow.objects.filter(object_kind="person", object_ids=checked_ids([user.pk]), event__in=OWN_EVENTS)
    return list(own.order_by("-sequence")[:OWN_SHOWN])


def facts_of(row: AuditRow) -> dict[str, Any]:
    """Return what stands beside a row."""
    found: dict[str, Any] = json.loads(row.data)
    return found


def _numbers(rows: Iterable[AuditRow]) -> set[int]:
    found: set[int] = set()
    for row in rows:
        if row.actor is not None:
            found.add(row.actor)
        if row.object_kind == "person":
            found |= {int(key) for key in row.object_ids.split() if key.isdecimal()}
    return found


def lines(rows: Iterable[AuditRow]) -> list[Line]:
    """Return rows as they are read, with the names that people have now: the log itself holds none."""
    rows = list(rows)
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=_numbers(rows))}
    labels = dict(Event.choices)

    def named(key: str | int) -> str:
        return f"{key} ({names[int(key)]})" if str(key).isdecimal() and int(key) in names else str(key)

    return [
        Line(
            row=row,
            event=str(labels.get(row.event, row.event)),
            actor="" if row.actor is None else named(row.actor),
            things=", ".join(named(key) if row.object_kind == "person" else key for key in row.object_ids.split()),
            facts=[(key, str(value)) for key, value in facts_of(row).items()],
        )
        for row in rows
    ]
