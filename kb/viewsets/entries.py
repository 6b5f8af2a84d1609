"""Under which rules and addresses do editors work on entries?"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db.models import BooleanField, Case, CharField, Exists, OuterRef, Value, When
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy
from wagtail.models import WorkflowState
from wagtail.snippets.views.snippets import SnippetViewSet

from kb.admin_guard import guarded
from kb.choices import TranslationStatus
from kb.models import Entry
from kb.viewsets.conflicts import EntryDecisionView
from kb.viewsets.entry_list import COLUMNS, EntryFilterSet, EntryIndexView
from kb.viewsets.entry_tabs import tabs_of_existing, tabs_of_new
from kb.viewsets.entry_views import EntryCreateView, EntryEditView, EntryPreviewOnAddView
from kb.viewsets.stepping import EntryStepView
from kb.viewsets.steps import STEPS
from people.viewers import scope_of


class EntryViewSet(SnippetViewSet):
    """Entries, under the guard."""

    model = Entry
    icon = "doc-full"
    menu_label = gettext_lazy("Entries")
    menu_name = "entries"
    menu_order = 100
    add_to_admin_menu = True
    copy_view_enabled = False
    inspect_view_enabled = False
    add_to_reference_index = False
    search_backend_name = None
    search_fields = ["title", "summary", "public_id"]
    list_per_page = 50
    ordering = ["translated", "-latest_revision__created_at"]
    filterset_class = EntryFilterSet
    index_view_class = EntryIndexView
    add_view_class = EntryCreateView
    edit_view_class = EntryEditView
    preview_on_add_view_class = EntryPreviewOnAddView
    workflow_action_view_class = EntryDecisionView
    list_display = COLUMNS

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the entries that the person may work on."""
        waiting = WorkflowState.objects.filter(
            base_content_type=Entry.get_base_content_type(),
            object_id=Cast(OuterRef("pk"), CharField()),
            status=WorkflowState.STATUS_IN_PROGRESS,
        )
        rows = Entry.objects.editable_by(scope_of(request.user)).select_related("marking", "locale")
        original = When(translation_status=TranslationStatus.ORIGINAL, then=Value(False))
        translated = Case(original, default=Value(True), output_field=BooleanField())
        return rows.annotate(in_review=Exists(waiting), translated=translated)

    def register_chooser_viewset(self) -> None:
        """Register none: a chooser would show titles past the marking; relations name identifiers."""

    @cached_property
    def create_handler(self) -> Any:
        """The form of a new entry."""
        return tabs_of_new().bind_to_model(self.model)

    def get_edit_handler(self) -> Any:
        """Return the form of an entry that exists."""
        return tabs_of_existing().bind_to_model(self.model)

    def get_form_class(self, for_update: bool = False) -> Any:
        """Return the form class of a new entry or of one that exists."""
        return (self._edit_handler if for_update else self.create_handler).get_form_class()

    def get_add_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Give the view of a new entry its own panels."""
        return {**super().get_add_view_kwargs(**kwargs), "panel": self.create_handler}

    def step_view(self, view_class: type[EntryStepView]) -> Callable[..., HttpResponse]:
        """Return one of our own views."""
        view: Callable[..., HttpResponse] = self.construct_view(view_class)
        return view

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return every address, each with the guard before it."""
        steps = [path(f"{name}/<int:pk>/", self.step_view(view), name=name) for name, view in STEPS.items()]
        return [
            guarded(pattern, self.model, self.get_url_name("edit")) for pattern in [*super().get_urlpatterns(), *steps]
        ]
