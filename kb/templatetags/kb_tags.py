"""What templates may ask of the knowledge base."""

from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse, translate_url
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.models import Page

from kb.choices import Actor, Reportable, SideEffect
from kb.media import Shown, shown_to
from kb.models import Entry, GuidancePage, MediaDocument
from kb.reading import Reading, Related
from kb.reports.targets import address_of
from kb.sharing import tlp
from kb.vocabulary import state_versions
from people.viewers import ANONYMOUS, viewer_for

register = template.Library()

ICONS = {
    "shield": "M12 5C9.5 3.4 6 3.4 3 4.6V12c0 4.8 4 7.7 9 9.5 5-1.8 9-4.7 9-9.5V4.6C18 3.4 14.5 3.4 12 5v16",
    "search": "M17 10.5a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0zM15.5 15.5 21 21",
    "close": "m6 6 12 12M18 6 6 18",
    "filter": "M3 6h18M6.5 12h11M10 18h4",
    "list": "M8 6h13M8 12h13M8 18h13M3 6h.01M3 12h.01M3 18h.01",
    "tick": "m4 12.5 5.5 5.5L20 7",
    "pen": "m4 20 1-5L16 4l4 4L9 19z",
    "inbox": "M4 13 7 5h10l3 8v6H4zM4 13h5l1.5 2.5h3L15 13h5",
    "print": "M6 9V3h12v6M6 18H3v-8h18v8h-3M6 14h12v7H6z",
}

_menus: dict[tuple[int, str], dict[str, list[dict[str, str]]]] = {}


@register.inclusion_tag("includes/icon.html")
def icon(name: str) -> dict[str, str]:
    """Show one of the site's icons; it says nothing that the text beside it does not."""
    return {"path": ICONS[name]}


@register.simple_tag(takes_context=True)
def guidance_menu(context: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
    """Return the guidance pages of the page's language by the head they stand under, kept until pages change."""
    version = state_versions(context.get("request")).get("pages", 0)
    language = (get_language() or "en").split("-")[0]
    if (version, language) not in _menus:
        prefix = "" if language == settings.LANGUAGE_CODE else f"/{language}"
        menu: dict[str, list[dict[str, str]]] = {"read": [], "about": []}
        for page in GuidancePage.objects.live().public().filter(locale__language_code=language).order_by("path"):
            address, title = f"{prefix}/guidance/{page.slug}/", page.menu_title or page.title
            menu[page.menu].append({"slug": page.slug, "url": address, "title": title})
        for stale in [key for key in _menus if key[0] != version]:
            _menus.pop(stale, None)
        _menus[version, language] = menu
    return _menus[version, language]


def on_this_site(path: str) -> str:
    """Return a path that no browser takes for another host's address: it begins with one slash."""
    return "/" + path.lstrip("/\\")


def in_language(path: str, code: str) -> str:
    """Return the address on this site of a page in a language."""
    return on_this_site(translate_url(on_this_site(path), code))


@register.simple_tag(takes_context=True)
def language_links(context: dict[str, Any]) -> list[dict[str, str]]:
    """Return each interface language with the address of this page in it."""
    request = context.get("request")
    path = request.get_full_path() if request is not None else "/"
    return [{"code": code, "name": name, "url": in_language(path, code)} for code, name in settings.LANGUAGES]


@register.simple_tag
def language_of(entry: Entry) -> SafeString:
    """Return the `lang` attribute of an entry's own text."""
    return _lang(entry.locale.language_code)


@register.simple_tag
def interface_language() -> SafeString:
    """Return the `lang` attribute of the interface's words inside an entry's text."""
    return _lang(get_language() or "en")


@lru_cache(maxsize=64)
def _lang(code: str) -> SafeString:
    return format_html(' lang="{}"', code)


@register.simple_tag(takes_context=True)
def absolute(context: dict[str, Any], address: str, language: str) -> str:
    """Return the full address of a page in a language."""
    return str(context["request"].build_absolute_uri(in_language(address, language)))


@register.simple_tag(takes_context=True)
def page_alternates(context: dict[str, Any], page: GuidancePage) -> SafeString:
    """Return the canonical link of a guidance page and those to its language versions."""
    request = context["request"]
    versions = (
        GuidancePage.objects.live().public().filter(translation_key=page.translation_key).select_related("locale")
    )
    links = format_html_join(
        "\n  ",
        '<link rel="alternate" hreflang="{}" href="{}">',
        (
            (version.locale.language_code, request.build_absolute_uri(_guidance_address(version)))
            for version in versions
        ),
    )
    return format_html(
        '<link rel="canonical" href="{}">\n  {}', request.build_absolute_uri(on_this_site(request.path)), links
    )


def _guidance_address(page: GuidancePage) -> str:
    code = page.locale.language_code
    return f"{'' if code == settings.LANGUAGE_CODE else '/' + code}/guidance/{page.slug}/"


@register.simple_tag
def options_for(reading: Reading, code: str) -> list[Related]:
    """Return the options of an entry for one of its indicators."""
    return [*reading.options.get(code, []), *reading.options.get("*", [])]


@register.simple_tag(takes_context=True)
def report_address(context: dict[str, Any]) -> str:
    """Return where something about this page is reported: what it shows, else the question where."""
    entry, page, item = context.get("entry"), context.get("page"), context.get("item")
    if isinstance(entry, Entry) and entry.public_id:
        return address_of(Reportable.ENTRY, entry.public_id)
    if isinstance(page, Page) and page.pk:
        return address_of(Reportable.PAGE, str(page.pk))
    if isinstance(item, MediaDocument):
        return address_of(Reportable.FILE, item.public_id)
    return reverse("kb:report_where")


@register.filter
def side_effect(value: str) -> str:
    """Return the words of a kind of side effect."""
    return str(SideEffect(value).label) if value in SideEffect.values else value


@register.filter
def actor(value: str) -> str:
    """Return the words of who should act."""
    return str(Actor(value).label) if value in Actor.values else value


@register.simple_tag
def briefing_title(rows: list[dict[str, Any]]) -> str:
    """Return a title from the commonest place and threat of the entries."""
    places = [term for row in rows for term in row["brief"].terms]
    threats = [term for row in rows for term in row["brief"].threats]
    if not places or not threats:
        return _("Briefing")
    place = max(dict.fromkeys(places), key=places.count)
    threat = max(dict.fromkeys(threats), key=threats.count)
    return f"{place.label} × {threat.label}"


@register.filter
def scrolling_tables(markup: object) -> SafeString:
    """Put each table of sanitised rich text into a box that scrolls by itself and can be reached by keyboard."""
    box = format_html('<div class="table-box" role="region" tabindex="0" aria-label="{}"><table>', _("Table"))
    return mark_safe(str(markup).replace("<table>", box).replace("</table>", "</table></div>"))  # noqa: S308  (rendered rich text, sanitised when stored)


@register.simple_tag
def highest_of(label: str, entries: list[Entry]) -> str:
    """Return the highest of a label and those of entries."""
    return tlp.highest([label, *(entry.marking.label for entry in entries)])


@register.simple_tag
def house_of(chatham_house: bool, entries: list[Entry]) -> bool:
    """Return whether the Chatham House rule holds, or holds for one of the entries."""
    return chatham_house or tlp.withholds_source(entry.marking for entry in entries)


@register.simple_tag(takes_context=True)
def shown_media(context: dict[str, Any], kind: str, rows: Any) -> list[Shown]:
    """Return those pictures or files of a section that the reader may see; what was read is that already."""
    if rows and isinstance(rows[0], Shown):
        return list(rows)
    return shown_to(viewer_for(context["request"]), kind, rows)


@register.simple_tag
def public_media(kind: str, identifier: str, caption: str) -> list[Shown]:
    """Return a picture or file of a page, if everybody may see it: pages look alike to all."""
    return shown_to(ANONYMOUS, kind, [{kind: identifier, "caption": caption}])


@register.filter
def in_size(picture: Any, size: str) -> str:
    """Return the address of a picture in a size."""
    return str(picture.address(size))
