"""Which pictures and files does the site hold? They are served by a checked view only, never from /media/."""

from django.db import models
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class MediaImage(AbstractImage):
    """A picture."""

    admin_form_fields = Image.admin_form_fields


class MediaRendition(AbstractRendition):
    """A picture in one size."""

    image = models.ForeignKey(MediaImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="media_rendition_once")
        ]


class MediaDocument(AbstractDocument):
    """A file."""

    admin_form_fields = Document.admin_form_fields
