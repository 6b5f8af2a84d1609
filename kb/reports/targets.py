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
    if not key.isdecimal() or len(key) > 18:
        return None
    return _page(key) if about == Reportable.PAGE else _file(about, key, viewer)


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
    """Files are told by their own rule of reading; those of a kind that has none are shown to nobody."""
    rule = getattr(_FILES[about]._default_manager, "visible_to", None) if about in _FILES else None
    row = rule(viewer).filter(pk=int(key)).first() if rule is not None else None
    if row is None:
        return None
    return Target(about, key, row.title, "", str(row.marking.label))


def named(place: str, viewer: Viewer) -> Target | None:
    """Return the entry that an address or identifier names, if the viewer may see it."""
    match = _ENTRY.fullmatch(place.strip())
    return _entry(match[1], viewer) if match else None


def address_of(about: str, key: str) -> str:
    """Return where the thing is reported."""
    return reverse("kb:report", args=[about, key])
