"""Which pictures and files does the site hold? They are served by a checked view only, never from their folder."""

import secrets
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from kb.fields import LineField
from kb.models.identifiers import new_public_id
from kb.models.markings import Marking
from kb.sharing import querysets

if TYPE_CHECKING:
    from people.viewers import Viewer

# The sizes in which pictures are given out: name, and what Wagtail makes of it. There are no others.
SIZES = {"small": "width-480", "medium": "width-960", "large": "width-1600"}
FULL, FILE = "full", "file"


class MediaQuerySet(models.QuerySet[Any]):
    """Named subsets of pictures or files."""

    def visible_to(self, viewer: "Viewer") -> Self:
        """Return what the viewer may see."""
        return querysets.within_reach(self, viewer)

    def editable_by(self, viewer: "Viewer") -> Self:
        """Return what the viewer may work on in the editing interface."""
        return querysets.media_editable_by(self, viewer)


def neutral_name(instance: models.Model, filename: str) -> str:
    """Return where a file is kept: by a random name that says nothing of what it was called."""
    ending = filename.rpartition(".")[2].lower()
    folder = "files" if isinstance(instance, MediaDocument) else "pictures"
    return f"{folder}/{secrets.token_hex(16)}.{ending}"


class MarkedMedia(models.Model):
    """What pictures and files have in common: an identifier that says nothing, and a marking of their own."""

    public_id = models.CharField(_("identifier"), max_length=12, default=new_public_id, editable=False, unique=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """Say the identifier: the title belongs into no log."""
        return self.public_id


class MediaImage(MarkedMedia, AbstractImage):
    """A picture."""

    marking = models.ForeignKey(Marking, on_delete=models.PROTECT, related_name="pictures", editable=False)
    title = LineField(_("title"), max_length=255)
    description = LineField(_("description"), max_length=255, blank=True, default="")

    admin_form_fields = Image.admin_form_fields
    # Wagtail's own index would hold titles past the marking, and can stop an upload when it is damaged.
    search_fields: ClassVar[list[Any]] = []
    objects: ClassVar[Any] = MediaQuerySet.as_manager()

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return self.public_id

    def get_absolute_url(self) -> str:
        """Return the address of the picture in its middle size."""
        return self.address("medium")

    def get_upload_to(self, filename: str) -> str:
        """Return where the picture is kept."""
        return neutral_name(self, filename)

    def address(self, size: str) -> str:
        """Return the address of the picture in a size."""
        return reverse("kb_media:media", args=[self.public_id, size])


class MediaRendition(AbstractRendition):
    """A picture in one size."""

    image = models.ForeignKey(MediaImage, on_delete=models.CASCADE, related_name="renditions")

    def get_upload_to(self, filename: str) -> str:
        """Return where it is kept."""
        return neutral_name(self, filename)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="media_rendition_once")
        ]


class MediaDocument(MarkedMedia, AbstractDocument):
    """A file."""

    marking = models.ForeignKey(Marking, on_delete=models.PROTECT, related_name="files", editable=False)
    title = LineField(_("title"), max_length=255)
    kind = models.CharField(_("kind"), max_length=8, editable=False)
    file = models.FileField(_("file"), upload_to=neutral_name)

    admin_form_fields = Document.admin_form_fields
    search_fields: ClassVar[list[Any]] = []
    objects: ClassVar[Any] = MediaQuerySet.as_manager()

    class Meta(AbstractDocument.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return self.public_id

    def get_absolute_url(self) -> str:
        """Return the address from which the file is fetched."""
        return reverse("kb_media:media", args=[self.public_id, FILE])


# By the name under which a block holds an identifier.
MODELS: dict[str, Any] = {"picture": MediaImage, "file": MediaDocument}
