"""What has every page in common on which something is done with one entry outside its form?"""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from kb.models import Entry
from people.viewers import scope_of


class EntryStepView(WagtailAdminTemplateMixin, FormView):
    """Something that is done with one entry outside its form. The guard has let the person through to it."""

    model = Entry
    index_url_name = ""
    edit_url_name = ""
    header_icon = "doc-full"
    template_name = "wagtailadmin/kb/form.html"
    form_class: type[forms.Form] = forms.Form
    submit_label: str | Promise = gettext_lazy("Save")
    explanation: str | Promise = ""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Load the entry within the person's clearance."""
        super().setup(request, *args, **kwargs)
        rows = Entry.objects.editable_by(scope_of(request.user)).select_related("marking", "locale")
        self.entry: Entry = get_object_or_404(rows, pk=kwargs["pk"])

    def get_page_subtitle(self) -> str:
        """Return the title of the entry."""
        return str(self.entry)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here."""
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse(self.index_url_name), "label": _("Entries")},
            {"url": self.get_success_url(), "label": str(self.entry)},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_success_url(self) -> str:
        """Return to the form of the entry."""
        return reverse(self.edit_url_name, args=[self.entry.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the form template needs."""
        return super().get_context_data(
            **{
                "action_url": self.request.path,
                "submit_button_label": self.submit_label,
                "submit_button_active_label": self.submit_label,
                "explanation": self.explanation,
                "object": None,
                "form_is_multipart": False,
                **kwargs,
            }
        )

    def done(self, words: str, entry: Entry | None = None) -> HttpResponse:
        """Say what was done, and lead on."""
        messages.success(self.request, words)
        address = reverse(self.edit_url_name, args=[entry.pk]) if entry else self.get_success_url()
        return HttpResponseRedirect(address)

    def refused(self, words: str) -> HttpResponse:
        """Say why it was not done, and lead back."""
        messages.error(self.request, words)
        return HttpResponseRedirect(self.get_success_url())
