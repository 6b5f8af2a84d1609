"""How is an entry made, previewed and changed, and where does its form lead?"""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.models import Locale
from wagtail.snippets.views.snippets import CreateView, EditView, PreviewOnCreateView

from kb.admin_guard import refused
from kb.admin_policies import may_be_deleted
from kb.choices import EntryKind, Standing
from kb.forms.outlines import empty_body
from kb.marking import options_for
from kb.models import Entry
from kb.outlines import OUTLINES
from kb.publishing import NotPublishable
from kb.sharing import policy
from kb.viewsets.conflicts import EntryConflictMixin
from kb.viewsets.two_people import may_decide
from people.viewers import scope_of


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
