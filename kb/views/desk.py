"""What about markings waits for a person, and how is it decided?"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kb import marking
from kb.choices import ChangeKind, QuestionState
from kb.forms.handling import DeclineForm, RefusalForm
from kb.marking import waiting
from kb.models import Entry, MarkingChange, SharingQuestion
from kb.sharing import handling, policy
from people.viewers import viewer_for, viewer_of


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person, what they asked for, and what was recalled."""
    viewer = viewer_for(request)
    person: Any = request.user
    if not viewer.vetted:
        raise Http404
    context = {
        "to_decide": waiting.changes_to_decide(viewer),
        "to_answer": waiting.questions_to_answer(viewer),
        "own_changes": waiting.own(MarkingChange, viewer, person),
        "own_questions": waiting.own(SharingQuestion, viewer, person),
        "recalled": waiting.recalled(viewer),
        "section": "account",
    }
    return render(request, "kb/handling/desk.html", context)


def _answered(request: HttpRequest, verb: Callable[[], Any], words: str) -> HttpResponse:
    """Do it and lead to the desk; what this person has no say in is not found."""
    try:
        verb()
    except marking.NotForThisPerson as stranger:
        raise Http404 from stranger
    except marking.MarkingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return redirect("kb:desk")


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what somebody asked for and what would follow; take the decision of whoever may decide."""
    viewer = viewer_for(request)
    asked = MarkingChange.objects.select_related("requested_by", "owning_organisation").filter(pk=pk).first()
    entry = marking.entry_of(asked) if asked is not None and viewer.user_id is not None else None
    if asked is None or entry is None or not policy.clears(viewer, entry.marking):
        raise Http404
    asker, source = viewer_of(asked.requested_by), marking.source_of(entry)
    mine = asked.requested_by_id == viewer.user_id
    agrees = handling.may_agree(viewer, entry.marking, source, asker)
    refuses = handling.may_refuse(viewer, entry.marking, source, asker)
    if not (mine or agrees or refuses):
        raise Http404
    form, person = RefusalForm(request.POST if "refuse" in request.POST else None), request.user
    if request.method == "POST" and "refuse" not in request.POST:
        verb = marking.withdraw_request if "withdraw" in request.POST else marking.agree
        words = _("Withdrawn.") if "withdraw" in request.POST else _("Agreed. It holds from now on.")
        return _answered(request, lambda: verb(change=asked, by=person), words)  # type: ignore[arg-type]  # signed in
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        return _answered(request, lambda: marking.refuse(change=asked, by=person, reason=reason), _("Refused."))  # type: ignore[arg-type]  # signed in
    context = {
        "change": asked,
        "restoring": asked.kind == ChangeKind.RESTORING,
        "entry": entry,
        "shown": policy.can_view(viewer, entry),
        "before": marking.described_before(asked, viewer),
        "after": marking.described_after(asked, viewer),
        "mine": mine,
        "agrees": agrees and asked.is_open,
        "refuses": refuses and asked.is_open,
        "form": form,
        "highest_marking": entry.marking.label,
        "chatham_house": entry.marking.chatham_house,
        "section": "account",
    }
    return render(request, "kb/handling/change.html", context)


def question(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a reader's question to those who may answer for the source, and take their no; yes leads to a request."""
    viewer = viewer_for(request)
    person: Any = request.user
    asked = SharingQuestion.objects.filter(pk=pk).first()
    if asked is None or viewer.user_id is None:
        raise Http404
    if asked.asked_by_id == viewer.user_id:
        return _own_question(request, asked)
    entry = Entry.objects.visible_to(viewer).filter(translation_key=asked.translation_key).order_by("pk").first()
    if entry is None or not marking.may_answer(asked, entry, person):
        raise Http404
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        return _answered(request, lambda: marking.decline(question=asked, by=person, reason=reason), _("Answered."))
    context = {
        "question": asked,
        "entry": entry,
        "form": form,
        "open": asked.state == QuestionState.OPEN,
        "highest_marking": entry.marking.label,
        "chatham_house": entry.marking.chatham_house,
        "section": "account",
    }
    return render(request, "kb/handling/question.html", context)


def _own_question(request: HttpRequest, asked: SharingQuestion) -> HttpResponse:
    """Take back an own question; to read the answer, there is the desk."""
    person: Any = request.user
    if request.method != "POST":
        return redirect("kb:desk")
    return _answered(request, lambda: marking.withdraw_question(question=asked, by=person), _("Withdrawn."))
