"""How do curators and reviewers let more people read an entry: one asks, another one decides?"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb import marking
from kb.choices import ChangeState
from kb.forms.handling import LoweringForm, RefusalForm
from kb.models import Entry, MarkingChange
from kb.sharing import handling
from kb.viewsets.stepping import EntryStepView
from people.viewers import Viewer, scope_of, viewer_of


def open_change(entry: Entry) -> MarkingChange | None:
    """Return what waits for a second person; None where nothing does."""
    rows = MarkingChange.objects.filter(translation_key=entry.translation_key, state=ChangeState.OPEN)
    found = rows.select_related("requested_by", "owning_organisation").first()
    return found if found is not None and found.is_open else None


def may_decide(viewer: Viewer, entry: Entry) -> bool:
    """Is there something about the entry that the viewer may decide on, or take back?"""
    change = open_change(entry)
    return change is not None and any(_say(viewer, entry, change))


def _say(viewer: Viewer, entry: Entry, change: MarkingChange) -> tuple[bool, bool]:
    """Return whether a viewer asked for the change, and whether they may agree to it."""
    asker = viewer_of(change.requested_by)
    agrees = handling.may_agree(viewer, entry.marking, marking.source_of(entry), asker)
    return change.requested_by_id == viewer.user_id, agrees


class WidenView(EntryStepView):
    """Asks, as the first of two people, that more people may read."""

    page_title = gettext_lazy("Let more people read")
    form_class = LoweringForm
    submit_label = gettext_lazy("Ask a second person")
    explanation = gettext_lazy(
        "Choose the marking that it should have, and say why. Nothing changes before a second person has agreed, "
        "within 30 days. One of the two of you has to belong to the organisation that it comes from, "
        "where that is known."
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Let those through who may be the first."""
        if not marking.options_for(scope_of(request.user), self.entry).widen:
            raise PermissionDenied
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]  # never a future
        return answer

    def get_form_kwargs(self) -> dict[str, Any]:
        """Name the entry and the person."""
        return {**super().get_form_kwargs(), "entry": self.entry, "user": self.request.user}

    def form_valid(self, form: Any) -> HttpResponse:
        """Ask, or say at the field why not; what was typed stays."""
        try:
            form.ask()
        except marking.MarkingRefused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        return self.done(_("Asked. Nothing changes before a second person has agreed."))


class DecideView(EntryStepView):
    """Shows what somebody asked for and takes the decision of whoever may decide."""

    page_title = gettext_lazy("More readers: your decision")
    form_class = RefusalForm
    template_name = "wagtailadmin/kb/decide.html"
    submit_label = gettext_lazy("Refuse")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find what waits; without a say in it there is nothing to see."""
        super().setup(request, *args, **kwargs)
        found = open_change(self.entry)
        if found is None:
            raise Http404
        self.change: MarkingChange = found
        self.mine, self.agrees = _say(scope_of(request.user), self.entry, found)
        if not (self.mine or self.agrees):
            raise Http404

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return both markings in words, as far as this person may know them."""
        viewer = scope_of(self.request.user)
        if self.mine:
            kwargs["submit_button_label"] = kwargs["submit_button_active_label"] = _("Withdraw the request")
        return super().get_context_data(
            change=self.change,
            agrees=self.agrees,
            before=marking.described_before(self.change, viewer),
            after=marking.described_after(self.change, viewer),
            **kwargs,
        )

    def get_form(self, form_class: Any = None) -> Any:
        """Ask for a reason where the answer may be no; whoever withdraws needs none."""
        form = super().get_form(form_class)
        if self.mine:
            del form.fields["reason"]
        return form

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Agree where that button was pressed; else read the form."""
        person: Any = request.user
        if "agree" not in request.POST:
            return super().post(request, *args, **kwargs)
        return self.decided(lambda: marking.agree(change=self.change, by=person), _("Agreed. It holds from now on."))

    def form_valid(self, form: Any) -> HttpResponse:
        """Withdraw an own request, refuse another's."""
        person: Any = self.request.user
        if self.mine:
            return self.decided(lambda: marking.withdraw_request(change=self.change, by=person), _("Withdrawn."))
        reason = form.cleaned_data["reason"]
        return self.decided(lambda: marking.refuse(change=self.change, by=person, reason=reason), _("Refused."))

    def decided(self, verb: Any, words: str) -> HttpResponse:
        """Do it, or say why not."""
        try:
            verb()
        except marking.NotForThisPerson as stranger:
            raise Http404 from stranger
        except marking.MarkingRefused as refusal:
            return self.refused(str(refusal))
        return self.done(words)
