"""What is done with pictures and files one by one: taken in, described, narrowed, deleted?"""

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

from kb import uploads
from kb.forms.uploads import FileUploadForm, MediaForm, PictureUploadForm
from kb.marking import MarkingRefused
from kb.models import MediaImage
from people.viewers import scope_of

UNPROCESSABLE = 422


class MediaStepView(WagtailAdminTemplateMixin, FormView):
    """Something that is done with a picture or file. The guard has let the person through to it."""

    model: Any = None
    index_url_name = ""
    edit_url_name = ""
    header_icon = "image"
    template_name = "wagtailadmin/kb/upload.html"
    submit_label: str | Promise = gettext_lazy("Save")
    explanation: str | Promise = ""

    def get_form_kwargs(self) -> dict[str, Any]:
        """Name the person."""
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here."""
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse(self.index_url_name), "label": str(self.model._meta.verbose_name_plural).capitalize()},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the form template needs."""
        words = {"submit_button_label": self.submit_label, "submit_button_active_label": self.submit_label}
        asked = {"action_url": self.request.path, "explanation": self.explanation, "object": None}
        return super().get_context_data(**{**words, **asked, "form_is_multipart": True, **kwargs})

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """Show the form again; what was typed is still there, and the answer says that nothing was taken in."""
        answer: HttpResponse = super().form_invalid(form)
        answer.status_code = UNPROCESSABLE
        return answer


class UploadView(MediaStepView):
    """Takes in a picture or a file."""

    submit_label = gettext_lazy("Upload")
    explanation = gettext_lazy(
        "Only what the file shows is kept: it is written anew, under another name, before anybody can fetch it."
    )

    def get_page_title(self) -> str:
        """Say what is taken in."""
        return _("New picture") if self.model is MediaImage else _("New file")

    def get_form_class(self) -> Any:
        """Return the form for a picture or a file."""
        return PictureUploadForm if self.model is MediaImage else FileUploadForm

    def form_valid(self, form: Any) -> HttpResponse:
        """Take it in, or say at its field why not."""
        try:
            item = form.save()
        except uploads.UploadRefused as refusal:
            form.add_error("file", refusal.message)
            return self.form_invalid(form)
        except MarkingRefused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        words = _("Taken in. To show it in a text, put its identifier there: %(key)s") % {"key": item.public_id}
        messages.success(self.request, words)
        return HttpResponseRedirect(reverse(self.edit_url_name, args=[item.pk]))


class MediaOneView(MediaStepView):
    """Something that is done with one picture or file."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Load it within the person's clearance."""
        super().setup(request, *args, **kwargs)
        rows = self.model.objects.editable_by(scope_of(request.user)).select_related("marking")
        self.item = get_object_or_404(rows, pk=kwargs["pk"])

    def get_page_subtitle(self) -> str:
        """Return its title."""
        return str(self.item.title)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show it beside the form."""
        return super().get_context_data(item=self.item, is_picture=self.model is MediaImage, **kwargs)


class MediaEditView(MediaOneView):
    """Describes a picture or file, and narrows who may see it."""

    delete_url_name = ""
    explanation = gettext_lazy("A change of marking takes effect at once, wherever it stands.")

    def get_page_title(self) -> str:
        """Say its identifier, by which texts name it."""
        return str(self.item.public_id)

    def get_form_class(self) -> Any:
        """Return our own form, not the one that Wagtail makes of the columns."""
        return MediaForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Name the picture or file."""
        return {**super().get_form_kwargs(), "item": self.item}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Lead to deleting it."""
        return super().get_context_data(delete_url=reverse(self.delete_url_name, args=[self.item.pk]), **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Store it, or say at the label why not."""
        try:
            form.save()
        except MarkingRefused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        messages.success(self.request, _("Saved."))
        stays = self.model.objects.editable_by(scope_of(self.request.user)).filter(pk=self.item.pk).exists()
        return HttpResponseRedirect(self.request.path if stays else reverse(self.index_url_name))


class MediaDeleteView(MediaOneView):
    """Deletes a picture or file that stands nowhere."""

    page_title = gettext_lazy("Delete")
    submit_label = gettext_lazy("Delete it")
    explanation = gettext_lazy("It is gone with all its sizes, and cannot be brought back.")

    def get_form_class(self) -> Any:
        """Ask for nothing but the button."""
        return forms.Form

    def get_form_kwargs(self) -> dict[str, Any]:
        """Name nobody."""
        return FormView.get_form_kwargs(self)

    def form_valid(self, form: Any) -> HttpResponse:
        """Delete it, or say where it still stands."""
        person: Any = self.request.user
        try:
            uploads.remove(item=self.item, by=person)
        except uploads.StillUsed as refusal:
            form.add_error(None, refusal.message)
            return self.form_invalid(form)
        messages.success(self.request, _("Deleted."))
        return HttpResponseRedirect(reverse(self.index_url_name))
