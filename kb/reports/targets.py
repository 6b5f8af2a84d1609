"""What may be reported, by whom? Whatever the person may see, and nothing else is admitted to exist."""

import re
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Page

from kb.choices import Reportable
from kb.models import Entry, MediaDocument, MediaImage
from kb.reading import best_version, page_language
from people.viewers import Viewer

_FILES: dict[str, Any] = {Reportable.FILE: MediaDocument, Reportable.PICTURE: MediaImage}
# A place on the site as a person copies it: an address or an identifier, no sentence.
PLACE = re.compile(r"[\w/:.?=&%#,;~+@\-]{1,200}")
_ENTRY = re.compile(r"(?:.*/entries/)?([23456789a-z]{8,12})/?(?:[?#].*)?")

_MEDIA = re.compile(r".*/media/([23456789a-z]{8,12})/[a-z]*/?(?:[?#].*)?")


@dataclass(frozen=True)
class Target:
    """A thing that somebody reports, as that person sees it."""

    about: str
    key: str
    title: str = ""
    address: str = ""
    label: str = ""
    language: str = ""


def find(about: str, key: str, viewer: Viewer) -> Target | None:
    """Return the thing if the viewer may see it; None for what is hidden as for what does not exist."""
    if about == Reportable.ENTRY:
        return _entry(key, viewer)
    if about == Reportable.SITE:
        return Target(about, key, _("Another place on the site")) if PLACE.fullmatch(key) else None
    if about in _FILES:
        return _file(about, key, viewer)
    return _page(key) if about == Reportable.PAGE and key.isdecimal() and len(key) <= 18 else None


def _entry(key: str, viewer: Viewer) -> Target | None:
    rows = list(Entry.objects.visible_to(viewer).filter(public_id=key).select_related("marking", "locale"))
    if not rows:
        return None
    row = best_version(rows, page_language())
    language = row.locale.language_code
    return Target(Reportable.ENTRY, key, row.title, row.get_absolute_url(), row.marking.label, language)


def _page(key: str) -> Target | None:
    row = Page.objects.live().public().filter(pk=int(key), depth__gt=1).select_related("locale").first()
    if row is None:
        return None
    return Target(Reportable.PAGE, key, row.title, row.get_url() or "", "", row.locale.language_code)


def _file(about: str, key: str, viewer: Viewer) -> Target | None:
    row = _FILES[about].objects.visible_to(viewer).filter(public_id=key).select_related("marking").first()
    return Target(about, key, row.title, row.get_absolute_url(), str(row.marking.label)) if row else None


def named(place: str, viewer: Viewer) -> Target | None:
    """Return the entry, picture or file that an address or identifier names, if the viewer may see it."""
    if match := _MEDIA.fullmatch(place.strip()):
        kinds = (_file(about, match[1], viewer) for about in _FILES)
        return next((found for found in kinds if found is not None), None)
    match = _ENTRY.fullmatch(place.strip())
    return _entry(match[1], viewer) if match else None


def address_of(about: str, key: str) -> str:
    """Return where the thing is reported."""
    return reverse("kb:report", args=[about, key])
