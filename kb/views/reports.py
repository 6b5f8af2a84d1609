"""Reporting something, and answering what was reported.

Whoever has no account gets no cookie here: the form carries a signed token instead, and is taken from this site only.
"""

from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from kb.choices import SPILLING, Passage, Reportable, ReportReason, ReportState, SpillState
from kb.forms.reports import REASONS, AnswerForm, PlaceForm, ReportForm
from kb.models import Report
from kb.reports import filing, targets
from people import limits
from people.viewers import viewer_for

_SALT = "kb.reports"
_TOKEN_HOLDS = 12 * 3600  # seconds
_MOST_OF_AN_ADDRESS, _MOST_OF_ALL = 10, 300  # in an hour, in a day


def where(request: HttpRequest) -> HttpResponse:
    """Ask where it is, and lead on: to the entry that an address names, else to the place on the site."""
    came_from = urlsplit(request.headers.get("Referer", "")).path[:200]
    form = PlaceForm(request.GET if "place" in request.GET else None, initial={"place": came_from})
    if not form.is_valid():
        return render(request, "kb/report_where.html", {"form": form})
    place = form.cleaned_data["place"]
    found = targets.named(place, viewer_for(request))
    if found is not None:
        return HttpResponseRedirect(targets.address_of(found.about, found.key))
    return render(request, "kb/report_reasons.html", _reasons(targets.Target(Reportable.SITE, place, place)))


def reasons(request: HttpRequest, about: str, key: str) -> HttpResponse:
    """Ask what is the matter with a thing; hidden and unknown ones answer alike."""
    return render(request, "kb/report_reasons.html", _reasons(_target(request, about, key)))


def _reasons(target: targets.Target) -> dict[str, Any]:
    elsewhere = target.about == Reportable.SITE
    return {
        "target": target,
        "reasons": [(value, value.label, words) for value, words in REASONS.items()],
        "key": "-" if elsewhere else target.key,
        "place": target.key if elsewhere else "",
        "highest_marking": target.label,
    }


def _target(request: HttpRequest, about: str, key: str) -> targets.Target:
    """Return the thing. Raises Http404 where the person may not see it."""
    if about == Reportable.SITE:
        key = request.GET.get("place", "")
    found = targets.find(about, key, viewer_for(request))
    if found is None:
        raise Http404
    return found


@csrf_exempt
@never_cache
def report(request: HttpRequest, about: str, key: str, reason: str) -> HttpResponse:
    """Ask where it stands, and take the report; of those without an account with a token instead of a cookie."""
    if request.user.is_authenticated:
        return _protected(request, about, key, reason)
    if request.method == "POST" and not _sent_from_here(request, f"{about}:{key}:{reason}"):
        return HttpResponseForbidden(_("This form is too old, or came from elsewhere. Open it again and send it."))
    return _report(request, about, key, reason)


def _sent_from_here(request: HttpRequest, bound_to: str) -> bool:
    """Was the form made here, for this thing, not long ago, and is it sent by one of our pages?"""
    origin = request.headers.get("Origin")
    elsewhere = origin is not None and urlsplit(origin).netloc != request.get_host()
    if elsewhere or request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    try:
        return bool(signing.loads(request.POST.get("token", ""), salt=_SALT, max_age=_TOKEN_HOLDS) == bound_to)
    except signing.BadSignature:
        return False


def _within_limits(request: HttpRequest) -> bool:
    return limits.within(request, name="report", most=_MOST_OF_AN_ADDRESS, seconds=3600) and limits.counted(
        "reports-without-account", most=_MOST_OF_ALL, seconds=86_400
    )


def _report(request: HttpRequest, about: str, key: str, reason: str) -> HttpResponse:
    target = _target(request, about, key)
    if reason not in ReportReason.values:
        raise Http404
    form = ReportForm(request.POST or None, reason=reason)
    known = request.user.is_authenticated
    if request.method == "POST" and form.is_valid():
        try:
            if not known and not _within_limits(request):
                raise filing.TooManyReports
            filed = filing.report(
                target=target,
                reason=ReportReason(reason),
                passage=Passage(form.cleaned_data["passage"]),
                words=form.cleaned_data.get("words", ""),
                by=viewer_for(request),
            )
            return HttpResponseRedirect(reverse("kb:reported", args=[_outcome(filed)]))
        except filing.TooManyReports:
            form.add_error(None, _("So many reports came from you within an hour that more are taken later."))
    context = {
        "form": form,
        "target": target,
        "reason": ReportReason(reason),
        "hides": reason in SPILLING and filing.hides(target, viewer_for(request)),
        "hint": REASONS[ReportReason(reason)],
        "highest_marking": target.label,
        "token": "" if known else signing.dumps(f"{about}:{key}:{reason}", salt=_SALT),
    }
    return render(request, "kb/report.html", context)


_protected = csrf_protect(_report)


def _outcome(filed: Report) -> str:
    if filed.spill is None:
        return "queued"
    return "hidden" if filed.spill.state == SpillState.FROZEN else "waits"


def reported(request: HttpRequest, outcome: str) -> HttpResponse:
    """Say what happens next."""
    return render(request, "kb/reported.html", {"outcome": outcome})


@login_required
def reports(request: HttpRequest) -> HttpResponse:
    """Show what somebody has reported, and what waits for an answer of theirs."""
    viewer = viewer_for(request)
    context = {
        "own": filing.own(viewer),
        "answers": filing.answers(viewer),
        "waiting": filing.queue_of(viewer)[:100],
        "section": "account",
    }
    return render(request, "kb/reports.html", context)


@login_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a report, if it is within reach and open; somebody else may have been quicker."""
    viewer = viewer_for(request)
    waiting = get_object_or_404(filing.queue_of(viewer), pk=pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            state = ReportState(form.cleaned_data["state"])
            filing.answer(report=waiting, state=state, words=form.cleaned_data["words"], by=viewer)
        except filing.NotOpen as gone:
            raise Http404 from gone
        return HttpResponseRedirect(reverse("kb:reports"))
    target = targets.find(waiting.about, waiting.key, viewer)
    context = {
        "form": form,
        "report": waiting,
        "target": target,
        "highest_marking": target.label if target else "",
        "section": "account",
    }
    return render(request, "kb/report_answer.html", context)
