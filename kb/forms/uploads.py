"""What is filled in for a picture or a file: the upload itself, its words, and who may see it?"""

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, gettext_lazy

from kb import uploads
from kb.anonymisation.detectors import marking_words
from kb.anonymisation.findings import words_of
from kb.anonymisation.kinds import MAX_FILE_BYTES, MAX_PICTURE_BYTES
from kb.forms.markings import MARKING_FIELDS, MarkingForm, own_circles
from kb.models import MediaImage
from people.models import User

_MILLION = 1_000_000


def refuse_marking_words(name: str) -> None:
    """Raise ValidationError where the name of a file, or words beside it, say that it is classified."""
    found = words_of(marking_words.find(name))
    if found:
        raise forms.ValidationError(
            gettext(
                "The name of this file says %(words)s: this is how classified or specially handled documents are "
                "marked. Do not upload it. If it was named so by mistake, ask your security officer first."
            )
            % {"words": ", ".join(found)}
        )


class UploadedField(forms.FileField):
    """A file of which only the content is taken in; an empty one is refused with the words of all other faults."""

    def __init__(self, **kwargs: Any) -> None:
        """Let the verb say what is wrong with a file."""
        super().__init__(allow_empty_file=True, max_length=200, **kwargs)


class _WordsForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=120,
        help_text=gettext_lazy("Shown to whoever may see it. No place, date, operator or unit."),
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=255,
        help_text=gettext_lazy("What the picture shows, for those who cannot see it."),
    )
    is_picture = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for a description of pictures only."""
        super().__init__(*args, **kwargs)
        if not self.is_picture:
            del self.fields["description"]

    def clean_title(self) -> str:
        """Raise ValidationError where the title says that the upload is classified."""
        title: str = self.cleaned_data["title"]
        refuse_marking_words(title)
        return title

    def clean_description(self) -> str:
        """Raise ValidationError where the description says that the upload is classified."""
        description: str = self.cleaned_data["description"]
        refuse_marking_words(description)
        return description

    def words(self) -> dict[str, str]:
        """Return title and description, as far as they are asked for."""
        return {name: self.cleaned_data[name] for name in ("title", "description") if name in self.fields}


class UploadForm(MarkingForm, _WordsForm):
    """A new picture or file. Nothing says in advance who may see it: whoever uploads it chooses."""

    file = UploadedField(label=gettext_lazy("File"))
    field_order = ["file", "title", "description", *MARKING_FIELDS]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        """Offer the person's own circles and organisations."""
        super().__init__(*args, **kwargs)
        self.user = user
        self.limit_marking(user)
        self.fields["file"].help_text = self._accepted()

    def _accepted(self) -> Any:
        if self.is_picture:
            words = gettext_lazy(
                "JPEG, PNG, WebP or GIF, at most %(most)s MB. It is drawn anew: position, camera, names and dates in "
                "it are gone. Look at it yourself for faces, plates, signs and views."
            )
            return words % {"most": MAX_PICTURE_BYTES // _MILLION}
        words = gettext_lazy(
            "PDF, DOCX, ODT or plain text, at most %(most)s MB. Authors, comments, tracked changes and attachments are "
            "taken out. Read the text yourself for what gives somebody away."
        )
        return words % {"most": MAX_FILE_BYTES // _MILLION}

    def clean_file(self) -> UploadedFile:
        """Raise ValidationError where the name of the file says that it is classified."""
        sent: UploadedFile = self.cleaned_data["file"]
        refuse_marking_words(PurePath(sent.name or "").stem)
        return sent

    def clean(self) -> dict[str, Any]:
        """Check the marking beside the rest."""
        super().clean()
        self.check_marking()
        return self.cleaned_data

    def save(self) -> Any:
        """Take it in. Raises uploads.UploadRefused, MarkingRefused."""
        sent: UploadedFile = self.cleaned_data["file"]
        take_in: Any = uploads.upload_picture if self.is_picture else uploads.upload_file
        return take_in(file=sent, name=sent.name, size=sent.size, by=self.user, **self.words(), **self.marking_values())


class PictureUploadForm(UploadForm):
    """A new picture."""


class FileUploadForm(UploadForm):
    """A new file."""

    is_picture = False


class MediaForm(MarkingForm, _WordsForm):
    """The words of a picture or file, and its marking, which can be narrowed.

    Circles that the person is not in are neither shown nor touched.
    """

    field_order = ["title", "description", *MARKING_FIELDS]

    def __init__(self, *args: Any, item: Any, user: User, **kwargs: Any) -> None:
        """Start from what is stored."""
        self.item, self.user = item, user
        self.is_picture = isinstance(item, MediaImage)
        present = item.marking
        own = own_circles(user)
        self.kept_circles = list(present.circles.exclude(pk__in=own.values("pk")))
        kwargs["initial"] = {
            "title": item.title,
            "description": getattr(item, "description", ""),
            "circles": present.circles.filter(pk__in=own.values("pk")),
            "owning_organisation": present.owning_organisation_id,
            **{name: getattr(present, name) for name in _PLAIN},
        }
        super().__init__(*args, **kwargs)
        self.limit_marking(user)

    def clean(self) -> dict[str, Any]:
        """Check the marking beside the rest."""
        super().clean()
        self.check_marking(self.kept_circles)
        return self.cleaned_data

    def save(self) -> None:
        """Store what was changed. Raises MarkingRefused."""
        if set(self.changed_data) & set(MARKING_FIELDS):
            values = self.marking_values()
            values["circles"] = [*values["circles"], *self.kept_circles]
            uploads.narrow(item=self.item, by=self.user, **values)
        if set(self.changed_data) & {"title", "description"}:
            uploads.describe(item=self.item, by=self.user, **self.words())


_PLAIN = ("label", "partner_release", "chatham_house", "handling_note")
