"""What templates may ask of the knowledge base."""

from typing import Any

from django import template
from django.conf import settings
from django.urls import translate_url
from django.utils.translation import get_language

from kb.models import GuidancePage
from kb.vocabulary import state_versions

register = template.Library()

ICONS = {
    "shield": "M12 5C9.5 3.4 6 3.4 3 4.6V12c0 4.8 4 7.7 9 9.5 5-1.8 9-4.7 9-9.5V4.6C18 3.4 14.5 3.4 12 5v16",
    "search": "M17 10.5a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0zM15.5 15.5 21 21",
    "close": "m6 6 12 12M18 6 6 18",
    "filter": "M3 6h18M6.5 12h11M10 18h4",
    "list": "M8 6h13M8 12h13M8 18h13M3 6h.01M3 12h.01M3 18h.01",
    "tick": "m4 12.5 5.5 5.5L20 7",
    "pen": "m4 20 1-5L16 4l4 4L9 19z",
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
            menu[page.menu].append({"url": f"{prefix}/guidance/{page.slug}/", "title": page.menu_title or page.title})
        for stale in [key for key in _menus if key[0] != version]:
            _menus.pop(stale, None)
        _menus[version, language] = menu
    return _menus[version, language]


@register.simple_tag(takes_context=True)
def language_links(context: dict[str, Any]) -> list[dict[str, str]]:
    """Return each interface language with the address of this page in it."""
    request = context.get("request")
    path = request.get_full_path() if request is not None else "/"
    return [{"code": code, "name": name, "url": translate_url(path, code)} for code, name in settings.LANGUAGES]
