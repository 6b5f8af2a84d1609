"""Which pictures and files stand in a text, which of them does a reader see, and may they stand there?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from wagtail.models import Revision

from kb.anonymisation.kinds import MEDIA_TYPES, Kind
from kb.blocks import named_in
from kb.choices import Standing
from kb.marking import readers_of
from kb.models import Entry, GuidancePage, MediaDocument, MediaImage
from kb.models.media import FILE, FULL, MODELS, SIZES
from kb.sharing.readers import Readers, contains
from people.viewers import Viewer


@dataclass(frozen=True)
class Shown:
    """A picture or file that the reader may see, with the words that stand under it."""

    item: Any
    caption: str


@dataclass(frozen=True)
class Stored:
    """What is given out under an address: the row, its file, what kind of content it is, what to call it."""

    item: Any
    file: Any
    media_type: str
    name: str


def shown_to(viewer: Viewer, kind: str, rows: Iterable[Any]) -> list[Shown]:
    """Return what of the rows of a block the viewer may see, in their order; one query, none for no rows."""
    asked = [row for row in rows if row.get(kind)]
    if not asked:
        return []
    found = MODELS[kind].objects.visible_to(viewer).filter(public_id__in={row[kind] for row in asked})
    items = {item.public_id: item for item in found.select_related("marking")}
    return [Shown(items[row[kind]], row.get("caption", "")) for row in asked if row[kind] in items]


def problems_with(raw: Any, whole: Readers) -> list[str]:
    """Return in words which pictures and files not all readers of the whole may see; unknown ones alike."""
    words = {
        "picture": _("There is no picture %(key)s that all readers may see. Take it out, or choose another one."),
        "file": _("There is no file %(key)s that all readers may see. Take it out, or choose another one."),
    }
    found = []
    for kind, key in dict.fromkeys(named_in(raw)):
        item = MODELS[kind].objects.select_related("marking").filter(public_id=key).first()
        if item is None or not contains(readers_of(item.marking), whole):
            found.append(words[kind] % {"key": key[:12]})
    return found


def _naming(rows: QuerySet[Any], column: str, item: Any) -> QuerySet[Any]:
    return rows.annotate(as_text=Cast(column, TextField())).filter(as_text__contains=item.public_id)


def is_used(item: Any) -> bool:
    """Does a picture or file stand in an entry or page, as it is on the site or in its newest draft?"""
    for model in (Entry, GuidancePage):
        if _naming(model._default_manager.order_by(), "body", item).exists():
            return True
        drafts = model._default_manager.filter(latest_revision__isnull=False).order_by().values("latest_revision")
        if _naming(Revision.objects.filter(pk__in=drafts), "content", item).exists():
            return True
    return False


def taken_back(item: Any) -> bool:
    """Was every published text in which a picture or file stands recalled, or frozen by a report?

    What stands in no text was never published with one: its own marking says who sees it.
    """
    held = Q(standing=Standing.RECALLED) | Q(marking__frozen_at__isnull=False)
    entries = Entry.objects.order_by()
    if not _naming(entries.filter(held), "body", item).exists():
        return False
    standing = (entries.filter(live=True).exclude(held), GuidancePage.objects.live().order_by())
    return not any(_naming(rows, "body", item).exists() for rows in standing)


def stored(public_id: str, spec: str, viewer: Viewer) -> Stored | None:
    """Return what is given out under an address; None where the viewer may not see it, or there is none any more."""
    model = MediaDocument if spec == FILE else MediaImage if spec == FULL or spec in SIZES else None
    if model is None:
        return None
    item: Any = model.objects.visible_to(viewer).select_related("marking").filter(public_id=public_id).first()
    if item is None or taken_back(item):
        return None
    if spec == FILE:
        return Stored(item, item.file, MEDIA_TYPES[Kind(item.kind)], f"psa-commons-{item.public_id}.{item.kind}")
    made = item.renditions.filter(filter_spec=SIZES[spec]).first() if spec in SIZES else None
    file = (made or item).file
    ending = file.name.rpartition(".")[2]
    media_type = MEDIA_TYPES[Kind.PNG if ending == "png" else Kind.JPEG]
    return Stored(item, file, media_type, f"psa-commons-{item.public_id}.{ending}")
