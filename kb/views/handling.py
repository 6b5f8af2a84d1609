"""What can be done about the marking of one entry outside the editing interface?"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kb import marking
from kb.forms.handling import LoweringForm, QuestionForm, ReasonForm
from kb.forms.markings import RelabelForm
from kb.models import Entry, SharingQuestion
from kb.reading import best_version, page_language
from people.viewers import Viewer, viewer_for


def _entry(request: HttpRequest, public_id: str) -> tuple[Entry, Viewer]:
    """Return the entry within the viewer's clearance; hidden and unknown ones answer alike."""
    viewer = viewer_for(request)
    rows = Entry.objects.visible_to(viewer).filter(public_id=public_id).select_related("marking", "locale")
    versions = list(rows.order_by("pk"))
    if viewer.user_id is None or not versions:
        raise Http404
    return best_version(versions, page_language()), viewer


def _check(allowed: bool) -> None:
    if not allowed:
        raise Http404


def _page(request: HttpRequest, entry: Entry | None, form: forms.Form, words: dict[str, Any]) -> HttpResponse:
    context = {"entry": entry, "form": form, "section": "search", **words}
    if entry is not None:
        context |= {"highest_marking": entry.marking.label, "chatham_house": entry.marking.chatham_house}
    return render(request, "kb/handling/form.html", context)


def _done(request: HttpRequest, entry: Entry, words: str | Promise) -> HttpResponse:
    """Lead back to the entry, or to the desk where the person may no longer see it."""
    messages.success(request, str(words))
    seen = Entry.objects.visible_to(viewer_for(request)).filter(pk=entry.pk).exists()
    return redirect(entry.get_absolute_url() if seen else "kb:desk")


def _tried(verb: Callable[[], Any], form: forms.Form) -> bool:
    """Do what was asked for; where it is refused, say so at the form. What this person has no say in is not found."""
    try:
        verb()
    except marking.NotForThisPerson as stranger:
        raise Http404 from stranger
    except marking.MarkingRefused as refusal:
        refuse = getattr(form, "refuse", None)
        refuse(refusal) if refuse else form.add_error(None, str(refusal))
        return False
    return True


def overview(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show who may read an entry, and what this person may do about that."""
    entry, viewer = _entry(request, public_id)
    options = marking.options_for(viewer, entry)
    _check(options.handles)
    context = {
        "entry": entry,
        "options": options,
        "now": marking.described(entry.marking, viewer),
        "highest_marking": entry.marking.label,
        "chatham_house": entry.marking.chatham_house,
        "section": "search",
    }
    return render(request, "kb/handling/overview.html", context)


def _who_keeps(entry: Entry, viewer: Viewer, person: Any) -> tuple[str, bool]:
    """Return who alone reads an entry that is restricted, and whether the viewer does; a source is named to its own."""
    try:
        owner = marking.owner_when_restricted(entry=entry, by=person)
    except marking.MarkingRefused:
        return _("one of your own"), True
    own = owner.pk in viewer.organisations
    return str(owner) if own else _("the organisation that it comes from"), own


def restrict(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take an entry back to its source, else to the person's own organisation, after one question."""
    entry, viewer = _entry(request, public_id)
    _check(marking.options_for(viewer, entry).narrow)
    form, person = forms.Form(request.POST or None), request.user
    keeper, own = _who_keeps(entry, viewer, person)
    if request.method == "POST" and _tried(lambda: marking.restrict_now(entry=entry, by=person), form):  # type: ignore[arg-type]  # signed in
        return _done(request, entry, _("Restricted. From now on one organisation reads it: %s.") % keeper)
    words = [
        _("From this moment only members of one organisation may read this entry, in every language: %s.") % keeper,
        _("It takes two people, both of that organisation, to let others read it again."),
    ]
    if not own:
        words.append(_("You are not a member there, so you will not read it any more yourself."))
    context = {"head": _("Restrict now"), "words": words, "button": _("Restrict it now")}
    return _page(request, entry, form, context)


def narrow(request: HttpRequest, public_id: str) -> HttpResponse:
    """Let fewer people read, at once."""
    entry, viewer = _entry(request, public_id)
    _check(marking.options_for(viewer, entry).narrow)
    form = RelabelForm(request.POST or None, entry=entry, user=request.user)
    if request.method == "POST" and form.is_valid() and _tried(form.save, form):
        return _done(request, entry, _("The marking was changed."))
    words = {
        "head": _("Narrow who may read"),
        "words": [_("This takes effect at once, everywhere and in every language. It can only let fewer people read.")],
        "button": _("Change the marking now"),
    }
    return _page(request, entry, form, words)


def _question(request: HttpRequest, entry: Entry) -> SharingQuestion | None:
    """Return the reader's question that the address names, if it is about this entry."""
    key = request.GET.get("question", "")
    rows = SharingQuestion.objects.filter(translation_key=entry.translation_key)
    return rows.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None


def widen(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask, as the first of two people, that more people may read."""
    entry, viewer = _entry(request, public_id)
    _check(marking.options_for(viewer, entry).widen)
    form = LoweringForm(request.POST or None, entry=entry, user=request.user, question=_question(request, entry))
    if request.method == "POST" and form.is_valid() and _tried(form.ask, form):
        return _done(request, entry, _("Asked. Nothing changes before a second person has agreed."))
    words = {
        "head": _("Let more people read"),
        "words": [
            _("Choose the marking that it should have, and say why. A second person has to agree within 30 days."),
            _("One of the two of you has to belong to the organisation that it comes from, where that is known."),
        ],
        "button": _("Ask a second person"),
    }
    return _page(request, entry, form, words)


def recall(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take an entry back for its source, after one question."""
    entry, viewer = _entry(request, public_id)
    _check(marking.options_for(viewer, entry).recall)
    form, person = forms.Form(request.POST or None), request.user
    if request.method == "POST" and _tried(lambda: marking.recall(entry=entry, by=person), form):  # type: ignore[arg-type]  # signed in
        said = _(
            "Recalled. Nobody reads it any more. Those who are known to have had it are told, and the contact points "
            "of those who could read it."
        )
        return _done(request, entry, said)
    words = {
        "head": _("Recall this entry"),
        "words": [
            _("Its text disappears at once for everybody, editors included, in every language."),
            _("Those who could read it see that it was recalled, and when. Everybody else sees nothing."),
            _("It takes two people to bring it back."),
        ],
        "button": _("Recall it now"),
    }
    return _page(request, entry, form, words)


def restore(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask, as the first of two people, that a recalled entry comes back."""
    viewer = viewer_for(request)
    entry = marking.recalled_for(public_id, viewer)
    if entry is None or viewer.user_id is None:
        raise Http404
    _check(marking.options_for(viewer, entry).widen)
    form, person = ReasonForm(request.POST or None), request.user

    def ask() -> None:
        marking.request_restoring(entry=entry, reason=form.cleaned_data["reason"], by=person)  # type: ignore[arg-type]  # signed in

    if request.method == "POST" and form.is_valid() and _tried(ask, form):
        messages.success(request, _("Asked. Nothing changes before a second person has agreed."))
        return redirect("kb:desk")
    words = {
        "head": _("Bring it back"),
        "words": [_("Say why the recall should end. A second person has to agree within 30 days.")],
        "button": _("Ask a second person"),
        "back": entry.get_absolute_url(),
    }
    return _page(request, None, form, words)


def ask(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask the source whether an entry could be shared more widely."""
    entry, viewer = _entry(request, public_id)
    _check(marking.options_for(viewer, entry).question)
    form, person = QuestionForm(request.POST or None), request.user
    if (
        request.method == "POST"
        and form.is_valid()
        and _tried(lambda: marking.ask(entry=entry, by=person, **form.cleaned_data), form)  # type: ignore[arg-type]  # signed in
    ):
        messages.success(request, _("Asked. You find the answer here as soon as there is one."))
        return redirect("kb:desk")
    words = {
        "head": _("Ask for wider sharing"),
        "words": [
            _("Your question goes to the source of this entry and to the curators who may read it."),
            _("They see what kind of organisation you belong to, not who you are. You will not learn who they are."),
        ],
        "button": _("Ask the source"),
    }
    return _page(request, entry, form, words)
