"""How is a report filed and answered, and by whom?"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from kb.choices import SPILLING, Passage, Reportable, ReportReason, ReportState
from kb.models import Entry, MediaDocument, MediaImage, Report
from kb.reports.targets import Target
from kb.sanitising import clean_line
from kb.spills import procedure
from people.roles import Action
from people.viewers import Viewer

MOST_AN_HOUR = 20  # reports of one member
# What has a marking of its own: of what is hidden, a report tells nothing.
_MARKED: dict[str, Any] = {Reportable.ENTRY: Entry, Reportable.PICTURE: MediaImage, Reportable.FILE: MediaDocument}


class TooManyReports(Exception):
    """The person has reported so much within an hour that more is taken later."""


class NotOpen(Exception):
    """The report was answered already."""


@transaction.atomic
def report(*, target: Target, reason: ReportReason, passage: Passage, words: str, by: Viewer) -> Report:
    """File a report and return it. What gives somebody away starts the spill procedure, and its words are not kept.

    Raises TooManyReports.
    """
    hour = timezone.now() - datetime.timedelta(hours=1)
    if by.user_id and Report.objects.filter(reporter=by.user_id, created_at__gt=hour).count() >= MOST_AN_HOUR:
        raise TooManyReports
    row = Report(
        about=target.about,
        key=target.key,
        reason=reason,
        passage=passage,
        reporter=by.user_id,
        vetted=by.vetted,
    )
    if reason in SPILLING:
        row.state = ReportState.SPILL
        row.spill = procedure.open_spill(
            about=target.about, key=target.key, reason=reason, by=by.user_id, vetted=by.vetted
        )
    else:
        row.words = clean_line(words).strip()
    row.save()
    return row


def hides(target: Target, by: Viewer) -> bool:
    """Would a report of a spill by this person hide the thing at once?"""
    return procedure.hides_at_once(about=target.about, key=target.key, by=by.user_id, vetted=by.vetted)


def queue_of(viewer: Viewer) -> QuerySet[Report]:
    """Return the open reports that the viewer may answer: about what they may work on, of pages administrators."""
    mine = Q(pk__in=[])
    for about, model in _MARKED.items():
        mine |= Q(about=about, key__in=model.objects.editable_by(viewer).values("public_id"))
    if viewer.may(Action.ADMINISTER):
        mine |= ~Q(about__in=_MARKED)
    return Report.objects.filter(mine, state=ReportState.OPEN)


def answers(viewer: Viewer) -> bool:
    """Is it any of the viewer's work to answer reports?"""
    return viewer.may(Action.EDIT_ENTRIES) or viewer.may(Action.ADMINISTER)


def own(viewer: Viewer) -> Iterable[Report]:
    """Return what the viewer has reported, the newest first."""
    return Report.objects.filter(reporter=viewer.user_id)[:50] if viewer.user_id else []


@transaction.atomic
def answer(*, report: Report, state: ReportState, words: str, by: Viewer) -> Report:
    """Answer a report with what was done. Raises NotOpen where somebody was quicker."""
    stored = Report.objects.select_for_update().get(pk=report.pk)
    if stored.state != ReportState.OPEN:
        raise NotOpen
    stored.state, stored.answer = state, clean_line(words).strip()
    stored.answered_by, stored.answered_at = by.user_id, timezone.now()
    stored.save()
    return stored
