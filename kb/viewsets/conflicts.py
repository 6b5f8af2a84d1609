"""What if two people, or two tabs, change the same thing? Whoever saves second is told, and nothing is overwritten.

Wagtail puts the revision that a form was loaded with into the form, and asks for it when it saves by itself. Here it
is asked for whenever somebody saves, publishes or decides.
"""

from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views.pages.create import CreateView as PageCreateView
from wagtail.admin.views.pages.edit import EditView as PageEditView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page, Revision
from wagtail.snippets.views.snippets import WorkflowActionView

from kb.models import Entry, GuidanceIndexPage, GuidancePage, HomePage
from kb.viewsets.page_words import PageWordsMixin
from kb.viewsets.pages import GuardedPageCopyView, GuardedPageMoveView


def words_of(revision: Revision | None) -> str:
    """Return what is said to the person who saves second."""
    who: Any = revision.user if revision else None
    name = who.get_full_name() if who and not isinstance(who, AnonymousUser) else ""
    return _(
        "Not saved: %(who)s saved another version while this form was open. Your text is still in the form. "
        "Look at the other version in the history, take over what you need, and save again: both are kept there."
    ) % {"who": name or _("somebody")}


def latest_revision_of(model: Any, pk: Any) -> Revision | None:
    """Return the latest revision as it is stored now. Inside a transaction, others have to wait with theirs."""
    held = model.objects.select_for_update(of=("self",)).only("pk", "latest_revision_id").get(pk=pk)
    revision: Revision | None = Revision.objects.filter(pk=held.latest_revision_id).first()
    return revision


class LoadedRevisionMixin:
    """Compares what a form was loaded with; a form that does not say so counts as out of date."""

    request: HttpRequest
    latest_revision: Any

    @cached_property
    def is_out_of_date(self) -> bool:
        """Was another version saved since the form was loaded?"""
        sent = self.request.POST
        if self.latest_revision and not (sent.get("loaded_revision_id") or sent.get("overwrite_revision_id")):
            return True
        return bool(super().is_out_of_date)  # type: ignore[misc]  # a mixin for Wagtail's views

    def is_overtaken(self, model: Any, pk: Any) -> Revision | None:
        """Return the revision that somebody saved since this request began; None where nobody did."""
        now = latest_revision_of(model, pk)
        before = self.latest_revision or None
        same = (now and (now.pk, now.created_at)) == (before and (before.pk, before.created_at))
        return None if same else now

    def get_editing_sessions(self) -> Any:
        """Return who else has the form open; nobody where the database is too busy to note that."""
        try:
            return super().get_editing_sessions()  # type: ignore[misc]  # a mixin for Wagtail's views
        except OperationalError:
            return None


class EntryConflictMixin(LoadedRevisionMixin):
    """Keeps the second of two people who save an entry from overwriting the first."""

    object: Any
    action: str
    new_revision: Any
    produced_error_message: str

    def is_valid(self, form: Any) -> bool:
        """Refuse a form that was loaded before the latest version; whoever cancels a review takes no text along."""
        if self.is_out_of_date and self.action != "cancel-workflow":
            self.produced_error_code = "invalid_revision"
            self.produced_error_message = words_of(self.latest_revision)
            return False
        return bool(super().is_valid(form))  # type: ignore[misc]  # a mixin for Wagtail's views

    def save_instance(self) -> Any:
        """Save, unless somebody was faster. Wagtail calls it in a transaction and shows the words of the refusal."""
        overtaken = self.is_overtaken(Entry, self.object.pk)
        if overtaken is not None:
            raise PermissionDenied(words_of(overtaken))
        return super().save_instance()  # type: ignore[misc]  # a mixin for Wagtail's views

    def workflow_action_action(self) -> HttpResponse | None:
        """Decide on what was just saved from this form, and on nothing that came in between."""
        with transaction.atomic():
            now = latest_revision_of(Entry, self.object.pk)
            if now is not None and self.new_revision is not None and now.pk != self.new_revision.pk:
                messages.error(self.request, words_of(now))
                return HttpResponseRedirect(self.get_edit_url())  # type: ignore[attr-defined]  # Wagtail's view has it
            answer: HttpResponse | None = super().workflow_action_action()  # type: ignore[misc]  # see above
        return answer


class EntryDecisionView(WorkflowActionView):
    """Decides on the revision that its address names, and on no other."""

    def get_submit_url(self) -> str:
        """Name the revision that stands there now."""
        return f"{super().get_submit_url()}?revision={self.object.latest_revision_id}"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Decide, or say that there is something newer to read first."""
        with transaction.atomic():
            now = latest_revision_of(Entry, self.object.pk)
            if now is None or request.GET.get("revision") == str(now.pk):
                answer: HttpResponse = super().post(request, *args, **kwargs)
                return answer
        messages.error(request, _("Not decided: the text was changed since you read it. Read it again, then decide."))
        return HttpResponseRedirect(self.redirect_url)


class GuardedPageEditView(PageWordsMixin, LoadedRevisionMixin, PageEditView):
    """Keeps the second of two people who save a page from overwriting the first."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Save in one transaction, unless somebody was faster."""
        with transaction.atomic():
            overtaken = self.is_overtaken(Page, self.page.pk)
            if overtaken is None and (not self.is_out_of_date or self.is_cancelling_workflow):
                answer: HttpResponse = super().form_valid(form)
                return answer
        messages.error(self.request, words_of(overtaken or self.latest_revision))
        self.form.restore_required_fields()
        self.has_unsaved_changes = True
        refusal: HttpResponse = self.render_to_response(self.get_context_data())
        return refusal


class GuardedPageCreateView(PageWordsMixin, PageCreateView):
    """Makes a page."""


class GuardedPageViewSet(PageViewSet):
    """The views of pages, with the form that notices others, and with guards."""

    add_view_class = GuardedPageCreateView
    edit_view_class = GuardedPageEditView
    move_confirm_view_class = GuardedPageMoveView
    copy_view_class = GuardedPageCopyView


class HomePageViewSet(GuardedPageViewSet):
    """The first page."""

    model = HomePage


class GuidanceIndexViewSet(GuardedPageViewSet):
    """The list of guidance."""

    model = GuidanceIndexPage


class GuidanceViewSet(GuardedPageViewSet):
    """Guidance for readers."""

    model = GuidancePage


PAGES = (HomePageViewSet, GuidanceIndexViewSet, GuidanceViewSet)
