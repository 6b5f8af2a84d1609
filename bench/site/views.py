"""What can an answer cost at least? A constant, and each page's own template with everything worked out before."""

import threading
from dataclasses import dataclass
from itertools import count
from typing import Any
from unittest import mock

from django.http import HttpRequest, HttpResponse
from django.template import Context, loader
from django.test import RequestFactory
from django.urls import resolve

from bench.site.plain import plain, watched
from config.context import site
from kb.models.markings import Marking
from kb.vocabulary import state_versions

CONSTANT = (b"The same bytes for everybody, twenty thousand of them. " * 400)[:20_000]
READS = 10


def constant(request: HttpRequest) -> HttpResponse:
    """Answer with 20,000 constant bytes that nobody may keep."""
    return HttpResponse(CONSTANT, headers={"Cache-Control": "no-store"})


@dataclass(frozen=True)
class Floor:
    """A page with everything worked out: its template, plain values, and rows to read by their key."""

    template: Any
    values: dict[str, Any]
    rows: list[int]


_floors: dict[tuple[str, str], Floor] = {}
_lock = threading.Lock()
_turn = count()


def floor(request: HttpRequest) -> HttpResponse:
    """Answer with the page of `path` as `who` sees it, from plain values, after `reads` reads of a row by its key."""
    path, reads = request.GET["path"], int(request.GET.get("reads", READS))
    key = (path, request.GET.get("who", ""))
    with _lock:
        if key not in _floors:
            _floors[key] = _prepared(path, request)
        found = _floors[key]
    start = next(_turn) * READS
    for number in range(start, start + reads):
        Marking.objects.get(pk=found.rows[number % len(found.rows)])
    return HttpResponse(found.template.render(Context(dict(found.values))), headers={"Cache-Control": "no-store"})


def _prepared(path: str, request: HttpRequest) -> Floor:
    """Return the floor of a page: it is made once as it is, then once more with every look noted."""
    asked: Any = RequestFactory().get(path, headers={"host": request.get_host()})
    asked.user, asked.session = request.user, request.session
    caught: list[tuple[str, dict[str, Any]]] = []
    real = loader.render_to_string

    def catch(name: str, context: dict[str, Any], *rest: Any, **options: Any) -> str:
        caught.append((name, context))
        return str(real(name, context, *rest, **options))

    match = resolve(path.partition("?")[0])
    with mock.patch.object(loader, "render_to_string", catch):
        match.func(asked, *match.args, **match.kwargs)
    name, context = caught[0]
    template: Any = loader.get_template(name)
    memo: dict[int, Any] = {}
    beside = {**site(asked), "user": asked.user, "messages": [], "csrf_token": "x" * 64}
    noted = {key: watched(value, memo) for key, value in {**beside, **context}.items()}
    state_versions(asked)
    template.template.render(Context({**noted, "request": asked}))
    values = plain(noted, {})
    rows = list(Marking.objects.values_list("pk", flat=True)[:2_000])
    return Floor(template.template, {**values, "request": asked}, rows)
