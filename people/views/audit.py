"""The audit log, for auditors and security officers: what happened, who did it, and is the log whole?"""

from typing import Any

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from people import audit
from people.audit import exporting, reading
from people.audit_filter import AuditFilterForm
from people.audit_rows import AuditCheckpoint
from people.roles import Action
from people.viewers import viewer_for

_TYPES = {"jsonl": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}


def _only_readers(request: HttpRequest) -> None:
    """Answer everybody else as an address that does not exist."""
    if not viewer_for(request).may(Action.READ_AUDIT):
        raise Http404


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Show the rows that were asked for, and whether the log is whole. Whoever looks is recorded first."""
    _only_readers(request)
    form = AuditFilterForm(request.GET or None)
    asked = form.asked()
    rows: list[Any] = []
    if not form.is_bound or form.is_valid():
        audit.record(event=audit.Event.AUDIT_READ, kind="asked", ids=asked.things(), data=asked.about())
        rows = _read(asked)
    context = {
        "form": form,
        "lines": reading.lines(rows[: reading.PER_PAGE]),
        "older": _older(request.GET, rows),
        "narrowed": any(value for name, value in request.GET.items() if name != "before"),
        "checked": AuditCheckpoint.objects.first(),
        "formats": list(_TYPES),
        "has_gaps": asked.has_gaps,
        "query": _with(request.GET),
        "section": "account",
    }
    return render(request, "people/audit.html", context)


@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponse | StreamingHttpResponse:
    """Give all rows that were asked for as a file, the oldest first; recorded before the first of them leaves."""
    _only_readers(request)
    form = AuditFilterForm(request.GET or None)
    if kind not in _TYPES or (form.is_bound and not form.is_valid()):
        raise Http404
    asked = form.asked()
    about = {**asked.about(), "format": kind}
    audit.record(event=audit.Event.AUDIT_EXPORTED, kind="asked", ids=asked.things(), data=about)
    rows = reading.asked_for(asked).order_by("sequence").iterator(chunk_size=2000)
    answer = StreamingHttpResponse(exporting.FORMATS[kind](rows), content_type=_TYPES[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="audit-{timezone.localdate()}.{kind}"'
    return answer


def _read(asked: reading.Asked) -> list[Any]:
    try:
        return list(reading.asked_for(asked)[: reading.PER_PAGE + 1])
    except DatabaseError as error:
        raise audit.NotRecorded("The audit log cannot be read at the moment.") from error


def _with(given: QueryDict, **more: str) -> str:
    query = given.copy()
    for name in [name for name, value in query.items() if not value or name == "before"]:
        query.pop(name)
    query.update(more)
    return query.urlencode()


def _older(given: QueryDict, rows: list[Any]) -> str:
    """Return the query of the next page, nothing where there is none."""
    return _with(given, before=str(rows[reading.PER_PAGE - 1].sequence)) if len(rows) > reading.PER_PAGE else ""
