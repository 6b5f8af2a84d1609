"""The security officer's pages, and what those read who were told of a spill."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kb import notifications
from kb.choices import OpeningReason, SpillEvent, SpillOutcome, SpillState
from kb.forms.spills import DecisionForm, LessonForm, OpenForm, PassagesForm
from kb.models import Entry, Spill, SpillPerson
from kb.spills import freezing, procedure, purging, steps, telling
from kb.spills.overview import overview
from kb.texts import texts_in_columns, texts_of
from people.roles import Action
from people.viewers import person_of, viewer_for

View = Callable[..., HttpResponse]


def for_security_officers(view: View) -> View:
    """Show the page to security officers; to everybody else who is signed in there is none."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not viewer_for(request).may(Action.SPILL):
            raise Http404
        return view(request, *args, **kwargs)

    guarded: View = login_required(shown)
    return guarded


def _number(request: HttpRequest) -> int:
    number = viewer_for(request).user_id
    assert number is not None  # noqa: S101  (signed in)
    return number


@for_security_officers
def spills(request: HttpRequest) -> HttpResponse:
    """List the spills, the open ones first."""
    rows = Spill.objects.order_by("closed_at", "-pk")
    context = {
        "open": list(rows.exclude(state=SpillState.CLOSED)[:200]),
        "closed": rows.filter(state=SpillState.CLOSED).order_by("-closed_at")[:100],
        "section": "account",
    }
    return render(request, "kb/spills.html", context)


@for_security_officers
def spill(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one spill with its steps."""
    return _page(request, get_object_or_404(Spill, pk=pk))


def _page(request: HttpRequest, row: Spill, **forms: Any) -> HttpResponse:
    thing = freezing.row_of(row.about, row.key)
    context = {
        "spill": row,
        "overview": overview(row),
        "can_be_hidden": freezing.can_be_hidden(thing),
        "can_be_opened": thing is not None,
        "opening": OpenForm(prefix="opening"),
        "decision": DecisionForm(prefix="decision", outcomes=procedure.decisions(row)),
        "passages": PassagesForm(prefix="passages"),
        "lesson": LessonForm(prefix="lesson"),
        "section": "account",
        **forms,
    }
    return render(request, "kb/spill.html", context)


@for_security_officers
@require_POST
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the text past its marking, once it is recorded who opened it and why."""
    row = get_object_or_404(Spill.objects.exclude(state=SpillState.CLOSED), pk=pk)
    form = OpenForm(request.POST, prefix="opening")
    if not form.is_valid():
        return _page(request, row, opening=form)
    opened = procedure.open_text(spill=row, why=OpeningReason(form.cleaned_data["why"]), by=_number(request))
    versions = [
        {"row": one, "texts": texts_of(one) if isinstance(one, Entry) else texts_in_columns(one)} for one in opened
    ]
    context = {"spill": row, "versions": versions, "highest_marking": row.label, "section": "account"}
    return render(request, "kb/spill_text.html", context)


def _freeze(row: Spill, by: int) -> str:
    procedure.freeze(spill=row, by=by)
    return _("It is hidden from everybody now.")


def _originator(row: Spill, by: int) -> str:
    told = telling.tell_originator(spill=row, by=by)
    return _("Told by the site: %(number)s.") % {"number": told}


def _otherwise(row: Spill, by: int) -> str:
    telling.tell_originator(spill=row, by=by, otherwise=True)
    return _("Noted.")


def _readers(row: Spill, by: int) -> str:
    told = telling.tell_readers(spill=row, by=by)
    return _("Told by the site: %(number)s.") % {"number": told}


def _noted(event: SpillEvent) -> Callable[[Spill, int], str]:
    def note(row: Spill, by: int) -> str:
        steps.note(spill=row, event=event, by=by)
        return _("Noted.")

    return note


def _remove(row: Spill, by: int) -> str:
    purging.remove(spill=row, by=by)
    return _("Its text is gone. The worker cleans index and database now.")


STEPS: dict[str, Callable[[Spill, int], str]] = {
    "freeze": _freeze,
    "originator": _originator,
    "otherwise": _otherwise,
    "authority": _noted(SpillEvent.AUTHORITY),
    "backups": _noted(SpillEvent.BACKUPS),
    "readers": _readers,
    "remove": _remove,
}


@for_security_officers
@require_POST
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Take a step that asks for no words."""
    row = get_object_or_404(Spill.objects.exclude(state=SpillState.CLOSED), pk=pk)
    if name not in STEPS:
        raise Http404
    try:
        messages.success(request, STEPS[name](row, _number(request)))
    except steps.SpillRefused:
        messages.error(request, _("That is not possible as it stands now. Read the steps again."))
    return HttpResponseRedirect(row.get_absolute_url())


@for_security_officers
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the decision."""
    row = get_object_or_404(Spill.objects.exclude(state=SpillState.CLOSED), pk=pk)
    form = DecisionForm(request.POST, prefix="decision", outcomes=procedure.decisions(row))
    if form.is_valid():
        try:
            procedure.decide(spill=row, outcome=SpillOutcome(form.cleaned_data["outcome"]), by=_number(request))
            return HttpResponseRedirect(row.get_absolute_url())
        except steps.AlreadyPurged:
            form.add_error(None, _("Its text has been purged, so it cannot have been a false alarm."))
        except steps.SpillRefused:
            form.add_error(None, _("That is not possible as it stands now. Read the steps again."))
    return _page(request, row, decision=form)


@for_security_officers
@require_POST
def redact(request: HttpRequest, pk: int) -> HttpResponse:
    """Take passages out; what was typed is shown again only where it could not be done."""
    row = get_object_or_404(Spill.objects.exclude(state=SpillState.CLOSED), pk=pk)
    form = PassagesForm(request.POST, prefix="passages")
    if form.is_valid():
        try:
            count = purging.redact(spill=row, passages=form.cleaned_data["passages"], by=_number(request))
            messages.success(request, _("Taken out %(number)s times. Open the text to check.") % {"number": count})
            return HttpResponseRedirect(row.get_absolute_url())
        except purging.NothingFound:
            form.add_error("passages", _("These words stand nowhere in it. Nothing was changed."))
        except purging.OnlyWhole:
            form.add_error(None, _("No words can be taken out of this. Decide to remove it as a whole."))
        except purging.NotDecided:
            form.add_error(None, _("Decide first that words are to be taken out."))
    return _page(request, row, passages=form)


@for_security_officers
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close it with what is learnt."""
    row = get_object_or_404(Spill.objects.exclude(state=SpillState.CLOSED), pk=pk)
    form = LessonForm(request.POST, prefix="lesson")
    if form.is_valid():
        try:
            procedure.close(spill=row, lesson=form.cleaned_data["lesson"], by=_number(request))
            return HttpResponseRedirect(reverse("kb:spills"))
        except steps.StepsMissing:
            form.add_error(None, _("Some steps are still to be taken. They stand at the head of this page."))
    return _page(request, row, lesson=form)


@login_required
def told(request: HttpRequest) -> HttpResponse:
    """Show somebody what they were told of, and take the confirmation."""
    mine = SpillPerson.objects.filter(person=_number(request), told_at__isnull=False).select_related("spill")
    if request.method == "POST":
        key = request.POST.get("row", "")
        row = mine.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
        if row is None:
            raise Http404
        notifications.confirm(row, person_of(request))
        return HttpResponseRedirect(reverse("kb:told"))
    return render(request, "kb/told.html", {"rows": mine.order_by("-told_at")[:100], "section": "account"})
