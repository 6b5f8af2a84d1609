"""How do editors upload pictures and files, describe them, narrow who sees them, and delete them?

Wagtail's own pages for images and documents go by collections, which know nothing of markings; they are closed.
"""

from typing import Any

import django_filters
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from kb.admin_guard import guarded
from kb.choices import Tlp
from kb.models import MediaDocument, MediaImage
from kb.viewsets.upload_steps import MediaDeleteView, MediaEditView, UploadView
from people.viewers import scope_of

_PATTERNS = {"index", "index_results", "add", "edit", "delete", "history", "history_results"}


class MediaFilterSet(WagtailFilterSet):
    """Narrows the list."""

    label = django_filters.ChoiceFilter(field_name="marking__label", choices=Tlp.choices, label=gettext_lazy("Marking"))


class PictureFilterSet(MediaFilterSet):
    """Narrows the list of pictures."""

    class Meta:
        model = MediaImage
        fields = ["label"]


class FileFilterSet(MediaFilterSet):
    """Narrows the list of files."""

    class Meta:
        model = MediaDocument
        fields = ["label", "kind"]


class MediaIndexView(generic.IndexView):
    """The pictures or files within the person's clearance."""

    def get_base_queryset(self) -> Any:
        """Leave out what the person may not see."""
        return self.model.objects.editable_by(scope_of(self.request.user)).select_related("marking")


def _small(picture: MediaImage) -> str:
    return format_html(
        '<img src="{}" alt="" width="{}" height="60" loading="lazy">',
        picture.address("small"),
        max(1, round(60 * picture.width / max(1, picture.height))),
    )


class MediaViewSet(ModelViewSet):
    """Pictures or files, under the guard."""

    form_fields = ["title"]
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = False
    search_backend_name = None
    search_fields = ["title", "public_id"]
    list_per_page = 50
    ordering = ["-created_at"]
    index_view_class = MediaIndexView
    add_view_class = UploadView
    edit_view_class = MediaEditView
    delete_view_class = MediaDeleteView

    def columns(self) -> list[Column]:
        """Return the columns that both lists have."""
        edit = self.get_url_name("edit")
        return [
            TitleColumn("title", label=gettext_lazy("Title"), get_url=lambda item: reverse(edit, args=[item.pk])),
            Column("public_id", label=gettext_lazy("Identifier")),
            Column("marking", label=gettext_lazy("Marking"), accessor="marking.label", sort_key="marking__label"),
            DateColumn("created_at", label=gettext_lazy("Uploaded"), sort_key="created_at"),
        ]

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the addresses, each with the guard before it."""
        kept = [pattern for pattern in super().get_urlpatterns() if pattern.name in _PATTERNS]
        return [guarded(pattern, self.model, self.get_url_name("edit")) for pattern in kept]


class PictureViewSet(MediaViewSet):
    """Pictures."""

    model = MediaImage
    name = "pictures"
    icon = "image"
    menu_label = gettext_lazy("Pictures")
    filterset_class = PictureFilterSet

    @property
    def list_display(self) -> list[Column]:
        """Show each picture small."""
        return [
            *self.columns()[:1],
            Column("small", label=gettext_lazy("Picture"), accessor=_small),
            *self.columns()[1:],
        ]


class FileViewSet(MediaViewSet):
    """Files."""

    model = MediaDocument
    name = "files"
    icon = "doc-full-inverse"
    menu_label = gettext_lazy("Files")
    filterset_class = FileFilterSet

    @property
    def list_display(self) -> list[Column]:
        """Say of which kind each is."""
        return [*self.columns(), Column("kind", label=gettext_lazy("Kind"), sort_key="kind")]


class UploadGroup(ModelViewSetGroup):
    """Pictures and files in the menu."""

    items = (PictureViewSet, FileViewSet)
    menu_label = gettext_lazy("Uploads")
    menu_name = "uploads"
    menu_icon = "upload"
    menu_order = 150
