"""How does a thing disappear at once for everybody, and come back?

Entries and files through their marking, which every rule of reading asks; pages by taking them off the site.
"""

from typing import Any

from django.utils import timezone
from wagtail.models import Page, Revision

from kb.choices import Reportable, Tlp, TranslationStatus
from kb.models import Entry, GuidancePage, Marking, MediaDocument, MediaImage, Spill
from kb.public_state import are_public, note_change
from kb.signals import entry_published, entry_withdrawn

_FILES: dict[str, Any] = {Reportable.FILE: MediaDocument, Reportable.PICTURE: MediaImage}


def row_of(about: str, key: str) -> Any:
    """Return the original of the entry, the page or the file, whoever may read it; None where there is none."""
    if about == Reportable.ENTRY:
        rows = list(Entry.objects.filter(public_id=key).select_related("marking").order_by("pk"))
        original = (row for row in rows if row.translation_status == TranslationStatus.ORIGINAL)
        return next(original, rows[0] if rows else None)
    if about in _FILES:
        return _FILES[about].objects.filter(public_id=key).select_related("marking").first()
    if about == Reportable.PAGE and key.isdecimal() and len(key) <= 18:
        return Page.objects.filter(pk=int(key)).specific().first()
    return None


def can_be_hidden(row: Any) -> bool:
    """May the thing be taken from everybody? The pages that others hang on stay; an administrator edits them."""
    if row is None:
        return False
    return not isinstance(row, Page) or isinstance(row, GuidancePage)


def hide(spill: Spill) -> bool:
    """Hide what the spill is about; return whether that could be done. Call it inside the spill's transaction."""
    row = row_of(spill.about, spill.key)
    if not can_be_hidden(row):
        return False
    if isinstance(row, Page):
        spill.revision = row.live_revision_id or row.latest_revision_id
        if row.live:
            row.unpublish()
    else:
        _set(_marking_of(row), timezone.now(), entry_withdrawn)
    return True


def show_again(spill: Spill) -> None:
    """Show again what the spill is about, as it stands now."""
    row = row_of(spill.about, spill.key)
    if isinstance(row, Page):
        revision = Revision.objects.filter(pk=spill.revision or row.latest_revision_id).first()
        if revision is not None and not row.live:
            revision.publish()
    elif row is not None:
        _set(_marking_of(row), None, entry_published)


def _marking_of(row: Any) -> Marking | None:
    """Return the marking, locked."""
    return Marking.objects.select_for_update().filter(pk=row.marking_id).first()


def _set(marking: Marking | None, at: Any, signal: Any) -> None:
    if marking is None:
        return
    public = are_public([marking.pk])
    Marking.objects.filter(pk=marking.pk).update(frozen_at=at)
    note_change(public=public)
    for key in marking.entries.order_by().values_list("translation_key", flat=True).distinct():
        signal.send(sender=Marking, translation_key=key, public=public)


def label_of(row: Any) -> str:
    """Return the label under which the thing stands; pages stand open to everybody."""
    marking = getattr(row, "marking", None)
    return str(marking.label) if marking is not None else Tlp.CLEAR if isinstance(row, Page) else ""
