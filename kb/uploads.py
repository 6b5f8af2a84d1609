"""How do pictures and files come into the library, change their marking, and leave it?"""

from typing import Any, BinaryIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from kb import marking
from kb.anonymisation.cleaning import Cleaned, clean_upload
from kb.anonymisation.kinds import FILES, MAX_FILE_BYTES, MAX_PICTURE_BYTES, MAX_PIXELS, PICTURES, Fault, Kind, Refused
from kb.anonymisation.pictures import narrowed
from kb.choices import Tlp
from kb.media import is_used
from kb.models import Marking, MediaDocument, MediaImage, MediaRendition
from kb.models.media import SIZES
from kb.public_state import note_change
from people.models import User

_MILLION = 1_000_000
WORDS: dict[Fault, str | Promise] = {
    Fault.EMPTY: _("This file is empty. Choose another one."),
    Fault.TOO_LARGE: _(
        "This file is too large: pictures may have %(picture)s MB, other files %(file)s MB. Save it smaller."
    ),
    Fault.UNKNOWN_KIND: _(
        "A file of this kind is not taken in here. Pictures: JPEG, PNG, WebP, GIF. Files: PDF, DOCX, ODT, plain text. "
        "Save it as one of these."
    ),
    Fault.OTHER_NAME: _(
        "The name of the file says another kind than its content. Save it anew in the program it came from."
    ),
    Fault.TWO_ENDINGS: _("The name of the file ends in two kinds. Rename it so that it has one ending."),
    Fault.TOO_MANY_PIXELS: _("This picture has too many points: at most %(pixels)s million. Save it smaller."),
    Fault.MOVES: _("This picture moves. Save a single picture of it."),
    Fault.DAMAGED: _("This file is damaged and cannot be read to its end. Save it anew in the program it came from."),
    Fault.LOCKED: _("This file is protected by a password. Save it without."),
    Fault.ACTIVE: _(
        "This file holds a program, an attachment or declarations that could do something. Save it as PDF."
    ),
    Fault.OUTSIDE: _(
        "This file fetches something from elsewhere when it is opened. Put that into the file, or take it out."
    ),
    Fault.SWELLS: _("This file unpacks to more than can be checked. Save it smaller, or in parts."),
    Fault.UNCHECKABLE: _("This file holds a picture or part of a kind that cannot be checked. Save it as PDF."),
    Fault.TOO_HARD: _("This file takes too much time or memory to be checked. Save it smaller, or as PDF."),
}


class UploadRefused(ValueError):
    """A file that is not taken in; `message` says in words why and what to do."""

    def __init__(self, fault: Fault) -> None:
        """Put the fault into words."""
        self.fault = fault
        self.message = str(WORDS[fault]) % {
            "picture": MAX_PICTURE_BYTES // _MILLION,
            "file": MAX_FILE_BYTES // _MILLION,
            "pixels": MAX_PIXELS // _MILLION,
        }
        super().__init__(self.message)


class StillUsed(ValueError):
    """The picture or file stands in an entry or page."""

    message: str | Promise = _(
        "It still stands in an entry or on a page, or in a draft of one. Take it out there first."
    )


def _cleaned(file: BinaryIO, name: str, size: int, wanted: frozenset[Kind]) -> Cleaned:
    try:
        return clean_upload(file, name=name, size=size, wanted=wanted)
    except Refused as refusal:
        raise UploadRefused(refusal.fault) from refusal


def upload_picture(
    *, file: BinaryIO, name: str, size: int, title: str, description: str, by: User | None, **facts: Any
) -> MediaImage:
    """Take in a picture under a new marking, rewritten, in every size. Raises UploadRefused, MarkingRefused.

    `facts` are those of `marking.create`. The name that the file had is not kept.
    """
    cleaned = _cleaned(file, name, size, PICTURES)
    picture = MediaImage(title=title, description=description)
    return _stored(picture, cleaned, by, facts)


def upload_file(*, file: BinaryIO, name: str, size: int, title: str, by: User | None, **facts: Any) -> MediaDocument:
    """Take in a file under a new marking, rewritten. Raises UploadRefused, MarkingRefused."""
    cleaned = _cleaned(file, name, size, FILES)
    document = MediaDocument(title=title, kind=cleaned.kind.value)
    return _stored(document, cleaned, by, facts)


def make_sizes(picture: MediaImage, data: bytes) -> list[MediaRendition]:
    """Store a picture in each size. Reading never writes, so that they are there before anybody asks."""
    ending = picture.file.name.rpartition(".")[2]
    made = []
    for spec in SIZES.values():
        smaller = ContentFile(narrowed(data, int(spec.removeprefix("width-"))), name=f"size.{ending}")
        made.append(MediaRendition.objects.create(image=picture, filter_spec=spec, file=smaller))
    return made


def _stored(item: Any, cleaned: Cleaned, by: User | None, facts: dict[str, Any]) -> Any:
    written: list[Any] = []
    try:
        with transaction.atomic():
            item.marking = marking.create(**facts)
            item.file = ContentFile(cleaned.data, name=f"upload.{cleaned.ending}")
            item.file_size = len(cleaned.data)
            item._set_file_hash()
            item.save()
            written.append(item.file)
            if isinstance(item, MediaImage):
                written += [made.file for made in make_sizes(item, cleaned.data)]
            log(instance=item, action="wagtail.create", user=by)
    except BaseException:
        # What is not in the database would lie in the folder for ever.
        for file in written:
            file.storage.delete(file.name)
        raise
    return item


@transaction.atomic
def describe(*, item: Any, title: str, description: str = "", by: User | None) -> Any:
    """Change the words that stand with a picture or file."""
    item.title = title
    if isinstance(item, MediaImage):
        item.description = description
    item.save()
    log(instance=item, action="wagtail.edit", user=by)
    note_change(public=item.marking.label == Tlp.CLEAR)
    return item


@transaction.atomic
def narrow(*, item: Any, label: str, by: User | None, **facts: Any) -> Marking:
    """Let fewer people see a picture or file. Raises MarkingRefused.

    It holds at once, wherever the picture or file stands. Wider sharing is a new upload, by whoever may decide it.
    `facts` are those of `marking.narrow`.
    """
    before, narrowed = marking.narrow(item.marking_id, label=label, **facts)
    item.marking = narrowed
    log(instance=item, action="kb.relabel", user=by, data={"before": before, "after": str(narrowed.label)})
    note_change(public=before == Tlp.CLEAR)
    kind = "picture" if isinstance(item, MediaImage) else "file"
    marking.record_change(kind, item.public_id, before=before, after=narrowed.label, by=by)
    return narrowed


@transaction.atomic
def remove(*, item: Any, by: User | None, even_if_used: bool = False) -> None:
    """Delete a picture or file with its sizes and its marking. Raises StillUsed.

    `even_if_used` is for what must be gone whatever it leaves behind; where it stood, nothing stands any more.
    """
    if not even_if_used and is_used(item):
        raise StillUsed
    held = item.marking
    log(instance=item, action="wagtail.delete", user=by, deleted=True)
    item.delete()
    held.delete()
    note_change(public=held.label == Tlp.CLEAR)
