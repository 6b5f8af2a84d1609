"""How do editors find, make, change and publish entries?"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import BooleanField, Case, CharField, Exists, OuterRef, Value, When
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from taggit.forms import TagWidget
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList, Panel, TabbedInterface
from wagtail.admin.ui.tables import Column, UpdatedAtColumn
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.models import Locale, WorkflowState
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView, PreviewOnCreateView, SnippetViewSet

from kb.admin_guard import guarded, may_be_deleted, refused
from kb.choices import Axis, EntryKind, Standing, Tlp, TranslationStatus
from kb.forms.entries import EntryCreateForm, EntryEditForm, axis_field
from kb.forms.outlines import empty_body
from kb.marking import options_for
from kb.models import Entry
from kb.outlines import OUTLINES
from kb.publishing import NotPublishable
from kb.sharing import policy
from kb.trust import is_overdue
from kb.viewsets.conflicts import EntryConflictMixin, EntryDecisionView
from kb.viewsets.panels import AreasPanel, MarkingPanel, MarkingWordsPanel, RelationsPanel
from kb.viewsets.stepping import EntryStepView
from kb.viewsets.steps import STEPS
from kb.viewsets.two_people import may_decide
from people.viewers import scope_of

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class EntryFilterSet(WagtailFilterSet):
    """Narrows the list of entries."""

    kind = django_filters.ChoiceFilter(choices=EntryKind.choices, label=gettext_lazy("Kind"))
    label = django_filters.ChoiceFilter(field_name="marking__label", choices=Tlp.choices, label=gettext_lazy("Marking"))
    live = django_filters.ChoiceFilter(
        choices=[("1", gettext_lazy("Published")), ("0", gettext_lazy("Not published"))],
        method="by_live",
        label=gettext_lazy("On the site"),
    )
    standing = django_filters.ChoiceFilter(choices=Standing.choices, label=gettext_lazy("Standing"))
    review = django_filters.ChoiceFilter(
        choices=[("overdue", gettext_lazy("Overdue"))], method="by_review", label=gettext_lazy("Review")
    )

    class Meta:
        model = Entry
        fields = ["kind", "label", "live", "standing", "review"]

    def by_live(self, queryset: Any, name: str, value: str) -> Any:
        """Keep published entries, or those that are not."""
        return queryset.filter(live=value == "1")

    def by_review(self, queryset: Any, name: str, value: str) -> Any:
        """Keep entries whose review is overdue."""
        return queryset.filter(review_by__lt=timezone.localdate())


class EntryIndexView(IndexView):
    """The list of entries within the person's clearance."""

    list_export = [
        "public_id",
        "title",
        "get_kind_display",
        "marking.label",
        "get_standing_display",
        "get_maturity_display",
        "locale.language_code",
        "live",
        "published_date",
        "review_by",
    ]
    export_headings = {
        "get_kind_display": gettext_lazy("Kind"),
        "marking.label": gettext_lazy("Marking"),
        "get_standing_display": gettext_lazy("Standing"),
        "get_maturity_display": gettext_lazy("Maturity"),
        "locale.language_code": gettext_lazy("Language"),
    }

    def get_delete_url(self, instance: Entry) -> str | None:
        """Offer deletion for what may be deleted only."""
        if instance.live or instance.published_date:
            return None
        address: str | None = super().get_delete_url(instance)
        return address

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        """Keep a spreadsheet from taking a text for a formula."""
        shown = super().preprocess_field_value(field, value, export_format)
        return f"'{shown}" if isinstance(shown, str) and shown.startswith(_FORMULA) else shown


class PublishingMixin:
    """Publishes from the form, or says what is missing and keeps the draft."""

    object: Any
    request: HttpRequest

    @transaction.atomic
    def save_instance(self) -> Any:
        """Store the entry, and with it why it uses words of classified documents."""
        instance = super().save_instance()  # type: ignore[misc]  # a mixin for Wagtail's views
        self.form.keep_explanation(instance, self.request.user)  # type: ignore[attr-defined]  # Wagtail's view has it
        return instance

    def publish_action(self) -> HttpResponse | None:
        """Publish, if this person may publish this entry."""
        if not policy.can_publish(scope_of(self.request.user), self.object):
            raise PermissionDenied
        try:
            answer: HttpResponse | None = super().publish_action()  # type: ignore[misc]  # a mixin for Wagtail's views
        except NotPublishable as refusal:
            return refused(self.request, refusal, self.get_edit_url())  # type: ignore[attr-defined]  # Wagtail's view has it
        return answer


def _asked_locale(request: HttpRequest) -> Locale | None:
    """Return the language that the address names; None for none or one that the site does not have."""
    language = request.GET.get("locale", "")
    if language not in dict(settings.LANGUAGES):
        return None
    found: Locale | None = Locale.objects.filter(language_code=language).first()
    return found


class KindView(WagtailAdminTemplateMixin, TemplateView):
    """Asks which kind of entry to make."""

    page_title = gettext_lazy("New entry")
    header_icon = "doc-full"
    template_name = "wagtailadmin/kb/kinds.html"
    address = ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask again: the form came without a kind."""
        return self.get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the kinds with their sections."""
        asked = _asked_locale(self.request)
        kinds = [
            {
                "label": label,
                "url": f"{self.address}?kind={value}" + (f"&locale={asked.language_code}" if asked else ""),
                "sections": [str(section.heading) for section in OUTLINES[value]],
            }
            for value, label in EntryKind.choices
        ]
        return super().get_context_data(kinds=kinds, **kwargs)


class EntryCreateView(PublishingMixin, CreateView):
    """Makes an entry: first its kind, then the form that fits it."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Leave out saving in the background: the marking of a first draft is chosen once, by pressing a button."""
        super().setup(request, *args, **kwargs)
        self.autosave_enabled = False

    @cached_property
    def kind(self) -> str:
        """The kind that was asked for; empty for none or an unknown one."""
        asked = self.request.POST.get("kind") or self.request.GET.get("kind", "")
        return asked if asked in EntryKind.values else ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask for the kind where it is missing."""
        if not self.kind and self.user_has_permission("add"):
            answer: HttpResponse = KindView.as_view(address=reverse(self.add_url_name))(request)
        else:
            answer = super().dispatch(request, *args, **kwargs)
        return answer

    def get_preview_url(self) -> str:
        """Name the kind, whose sections the preview has to know."""
        return f"{super().get_preview_url()}?kind={self.kind}&locale={self.locale.language_code}"

    def get_initial_form_instance(self) -> Entry:
        """Return a new entry of that kind, with the sections of its outline ready to be written."""
        instance: Entry = super().get_initial_form_instance() or Entry()
        instance.kind = self.kind
        instance.body = empty_body(self.kind)
        return instance

    def get_initial(self) -> dict[str, Any]:
        """Fill in the kind."""
        return {**super().get_initial(), "kind": self.kind}

    def get_translations(self) -> list[dict[str, Any]]:
        """Keep the kind when the language changes."""
        return [{**row, "url": f"{row['url']}&kind={self.kind}"} for row in super().get_translations()]


class EntryPreviewOnAddView(PreviewOnCreateView):
    """Shows an entry that is not stored yet."""

    def get_object(self) -> Entry:
        """Return an empty entry of the kind that the address names."""
        kind = self.request.GET.get("kind", "")
        if kind not in EntryKind.values:
            raise Http404
        return Entry(kind=kind, locale=_asked_locale(self.request) or Locale.get_default())


class EntryEditView(PublishingMixin, EntryConflictMixin, EditView):
    """Changes the text and header of an entry, and leads to what else can be done with it."""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """The usual buttons and our own."""
        buttons: list[Button] = list(super().header_more_buttons)
        if not may_be_deleted(self.live_object):
            buttons = [button for button in buttons if button.url != self.get_delete_url()]
        viewset = self.model.snippet_viewset
        entry: Entry = self.live_object

        def add(name: str, label: str | Promise, icon: str, priority: int) -> None:
            address = reverse(viewset.get_url_name(name), args=[quote(entry.pk)])
            buttons.append(Button(str(label), url=address, icon_name=icon, priority=priority))

        add("marking", _("Change marking"), "lock", 1)
        if options_for(scope_of(self.request.user), entry).widen:
            add("widen", _("Let more people read"), "lock-open", 1)
        if may_decide(scope_of(self.request.user), entry):
            add("decide", _("More readers: your decision"), "check", 1)
        add("relations", _("Change relations"), "link", 2)
        add("duplicate", _("Copy"), "copy", 3)
        if Locale.objects.exclude(pk__in=entry.get_translations(inclusive=True).values("locale")).exists():
            add("translate", _("Add a language version"), "globe", 4)
        if entry.live and policy.can_publish(scope_of(self.request.user), entry):
            add("reviewed", _("Mark as reviewed"), "check", 5)
            if entry.standing in (Standing.CURRENT, Standing.EXPIRED):
                add("supersede", _("Replace by a newer entry"), "redirect", 6)
        if policy.can_view(scope_of(self.request.user), entry):
            buttons.append(Button(_("Open the page"), url=entry.get_absolute_url(), icon_name="view", priority=7))
        return buttons


def _axes() -> list[FieldPanel]:
    return [
        FieldPanel(axis_field(axis), classname=f"kb-axis kb-axis--{axis}")
        for axis in Axis.values
        if axis != Axis.SOURCE
    ]


def _tabs(
    form: type[forms.BaseModelForm], marking: Any, relations: list[Any], first: list[Panel], words: list[Any]
) -> TabbedInterface:
    return TabbedInterface(
        [
            ObjectList(
                [
                    *first,
                    marking,
                    FieldPanel("title"),
                    FieldPanel("summary"),
                    FieldPanel("translation_status"),
                    FieldPanel("positive"),
                    MultiFieldPanel(
                        [FieldPanel("works_when"), FieldPanel("not_when")], heading=gettext_lazy("Conditions of use")
                    ),
                    FieldPanel("body"),
                    FieldPanel("words_explained"),
                    *words,
                ],
                heading=gettext_lazy("Text"),
            ),
            ObjectList([*_axes(), FieldPanel("keywords", widget=TagWidget())], heading=gettext_lazy("Where it fits")),
            ObjectList(
                [
                    FieldPanel(axis_field(Axis.SOURCE), classname="kb-axis"),
                    MultiFieldPanel(
                        [FieldPanel("evidence_source"), FieldPanel("evidence_info"), FieldPanel("review_by")],
                        heading=gettext_lazy("Evidence"),
                    ),
                    InlinePanel("references", heading=gettext_lazy("References"), label=gettext_lazy("Reference")),
                    *relations,
                ],
                heading=gettext_lazy("How we know"),
            ),
        ],
        base_form_class=form,
    )


def _status(entry: Any) -> str:
    """Return where an entry of the list stands; Wagtail's own column asks the database for each row."""
    if entry.in_review:
        return _("In review")
    if not entry.live:
        return _("Draft")
    return _("Published, with a draft") if entry.has_unpublished_changes else _("Published")


def _standing(entry: Entry) -> str:
    """Return the standing as readers are told it; that an entry was replaced says more than a late review."""
    if entry.standing != Standing.SUPERSEDED and is_overdue(entry):
        return _("Review overdue")
    return str(entry.get_standing_display())


def _review_day(entry: Entry) -> str:
    return entry.review_by.isoformat() if entry.review_by else ""


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
    list_display = [
        "__str__",
        Column("status", label=gettext_lazy("Status"), accessor=_status, sort_key="live"),
        Column("kind", label=gettext_lazy("Kind"), accessor="get_kind_display", sort_key="kind"),
        Column("marking", label=gettext_lazy("Marking"), accessor="marking.label", sort_key="marking__label"),
        Column("language", label=gettext_lazy("Language"), accessor="locale.language_code", sort_key="locale"),
        Column("standing", label=gettext_lazy("Standing"), accessor=_standing, sort_key="standing"),
        Column("maturity", label=gettext_lazy("Maturity"), accessor="get_maturity_display", sort_key="maturity"),
        Column("review_by", label=gettext_lazy("Review by"), accessor=_review_day, sort_key="review_by"),
        UpdatedAtColumn(),
    ]

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
        marking = MultiFieldPanel(
            [FieldPanel("label", required_on_save=True)]
            + [
                FieldPanel(name)
                for name in ("circles", "owning_organisation", "partner_release", "chatham_house", "handling_note")
            ],
            heading=gettext_lazy("Marking"),
            help_text=gettext_lazy("The source of the text sets the marking. It can be narrowed at any time."),
        )
        return _tabs(
            EntryCreateForm, marking, [], [FieldPanel("kind", classname="kb-hidden", required_on_save=True)], []
        ).bind_to_model(self.model)

    def get_edit_handler(self) -> Any:
        """Return the form of an entry that exists."""
        tabs = _tabs(
            EntryEditForm,
            MarkingPanel(heading=gettext_lazy("Marking")),
            [RelationsPanel(heading=gettext_lazy("Relations"))],
            [AreasPanel(heading=gettext_lazy("Your areas of expertise"))],
            [MarkingWordsPanel(heading=gettext_lazy("Marking words"))],
        )
        return tabs.bind_to_model(self.model)

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
