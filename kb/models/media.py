"""Which pictures and files does the site hold? They are served by a checked view only, never from /media/."""

from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from kb.anonymisation.detectors import marking_words
from kb.anonymisation.findings import words_of


def no_marking_words(stored: Any) -> None:
    """Raise ValidationError where title or file name of an upload say that it is classified."""
    name = str(stored.file.name or "") if stored.file else ""
    found = words_of([*marking_words.find(stored.title or ""), *marking_words.find(PurePath(name).stem)])
    if found:
        raise ValidationError(
            _(
                "The name of this file says %(words)s: this is how classified or specially handled documents are "
                "marked. Do not upload it. If it was named so by mistake, ask your security officer first."
            )
            % {"words": ", ".join(found)}
        )


class MediaImage(AbstractImage):
    """A picture."""

    admin_form_fields = Image.admin_form_fields

    def clean(self) -> None:
        """Raise ValidationError where the name says that it is classified."""
        super().clean()
        no_marking_words(self)


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

    def clean(self) -> None:
        """Raise ValidationError where the name says that it is classified."""
        super().clean()
        no_marking_words(self)
