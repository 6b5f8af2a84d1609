"""Who has had a text, and when? Whoever keeps records of reading registers here; the spill procedure asks.

Reading is recorded from AMBER on. Below, it is known at least who worked on an entry in the editing interface, and who
asked or reported something about it.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import ModelLogEntry, PageLogEntry

from kb.choices import AccessKind, Reportable
from kb.models import Entry, Report, SharingQuestion
from people import audit
from people.audit import reading

_HAVING = {audit.Event.VIEW.value: AccessKind.READ, audit.Event.EXPORT.value: AccessKind.DOWNLOADED}


@dataclass(frozen=True)
class Access:
    """One person (the number of an account), how, and from when to when."""

    person: int
    kind: str
    first_at: datetime.datetime
    last_at: datetime.datetime


# Given what it is about and its identifier, returns who had it.
Source = Callable[[str, str], Iterable[Access]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Ask this source too. Once is enough, however often it is said."""
    if source not in _sources:
        _sources.append(source)


def readers_of(about: str, key: str) -> list[Access]:
    """Return one row for each person and kind of access, from the first to the last time, over all sources."""
    found: dict[tuple[int, str], Access] = {}
    for source in _sources:
        for access in source(about, key):
            own = (access.person, access.kind)
            known = found.get(own, access)
            found[own] = Access(
                access.person,
                access.kind,
                min(known.first_at, access.first_at),
                max(known.last_at, access.last_at),
            )
    return sorted(found.values(), key=lambda access: (access.first_at, access.person))


def edited(about: str, key: str) -> Sequence[Access]:
    """Return who worked on it in the editing interface, from its history there."""
    if about == Reportable.ENTRY:
        keys = [str(pk) for pk in Entry.objects.filter(public_id=key).values_list("pk", flat=True)]
        kind = ContentType.objects.get_for_model(Entry)
        rows: Any = ModelLogEntry.objects.filter(content_type=kind, object_id__in=keys)
    elif about == Reportable.PAGE and key.isdecimal():
        rows = PageLogEntry.objects.filter(page_id=int(key))
    else:
        return []
    pairs = rows.filter(user__isnull=False).order_by("timestamp").values_list("user_id", "timestamp")
    return [Access(person, AccessKind.EDITED, at, at) for person, at in pairs]


def recorded(about: str, key: str) -> Iterator[Access]:
    """Yield who read it or took it along, as the audit log has it: AMBER and above."""
    if about == Reportable.SITE:
        return  # its key is what somebody typed, which stands in no log
    asked = reading.asked_for(reading.Asked(thing=key)).filter(
        event__in=_HAVING, object_kind=about, outcome=audit.Outcome.DONE, actor__isnull=False
    )
    for person, event, at in asked.values_list("actor", "event", "at"):
        yield Access(int(person or 0), _HAVING[event], at, at)


def spoke_of(about: str, key: str) -> Iterator[Access]:
    """Yield who reported something about it, or asked its source to share it more widely: they have read it."""
    rows = Report.objects.filter(about=about, key=key, reporter__isnull=False)
    for person, at in rows.order_by("pk").values_list("reporter", "created_at"):
        yield Access(int(person or 0), AccessKind.READ, at, at)
    if about == Reportable.ENTRY:
        works = Entry.objects.filter(public_id=key).values("translation_key")
        asked = SharingQuestion.objects.filter(translation_key__in=works, asked_by__isnull=False)
        for person, at in asked.order_by("pk").values_list("asked_by", "asked_at"):
            yield Access(int(person or 0), AccessKind.READ, at, at)


register(edited)
register(spoke_of)
register(recorded)
