"""What may templates of other apps show of search?"""

import logging
from datetime import timedelta
from typing import Any

from django import template
from django.conf import settings
from django.urls import translate_url
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from kb.models import Entry
from kb.reading import page_language
from kb.sharing.audience import of_viewer
from kb.templatetags.kb_tags import in_language, on_this_site
from people.viewers import Viewer
from search import access
from search.engines import engine
from search.engines.base import EngineUnavailable
from search.facets import FacetView, Option
from search.models import OutboxItem

register = template.Library()
logger = logging.getLogger(__name__)

MOST = 4
NOTICEABLE = timedelta(seconds=30)
_SPARE = 8  # stand in for works that the index still shows to too many; cheaper than to ask which those are


@register.simple_tag
def similar_entries(entry: Entry, viewer: Viewer) -> list[Entry]:
    """Return up to four entries that share most with an entry, within the viewer's clearance; asked once a page."""
    kept: list[Entry] | None = getattr(entry, "_similar", None)
    if kept is None:
        try:
            keys = engine().similar(str(entry.translation_key), of_viewer(viewer), MOST + _SPARE)
        except EngineUnavailable as error:
            logger.warning("The search index cannot be used: %s", error)
            keys = []
        kept = access.readable(keys, viewer, page_language())[:MOST] if keys else []
        entry._similar = kept  # kept for this page only
    return kept


@register.simple_tag
def index_behind() -> int:
    """Return how many changes the index is behind, 0 while the oldest waits for less than half a minute."""
    since = timezone.now() - NOTICEABLE
    if not OutboxItem.objects.filter(created_at__lt=since).exists():
        return 0
    return OutboxItem.objects.count()


@register.inclusion_tag("search/search_box.html")
def search_box(query: Any = None, label: str = "", **extra: Any) -> dict[str, Any]:
    """Show the search box, filled with a query's words where there is one."""
    return {"query": query, "label": label, **extra}


@register.simple_tag
def contributors_address() -> str:
    """Return the address of the page that says how contributors are protected, in the language of the page."""
    return translate_url("/guidance/contributors-protected/", page_language())


@register.simple_tag
def facet_options(view: FacetView, folded: bool = False) -> SafeString:
    """Return the tick boxes of a facet. Written here, not in a template: a page has hundreds of them."""
    return mark_safe(_options(view.folded if folded else view.shown, view.facet.param))  # noqa: S308  (pieces are escaped)


_OPTION = (
    '<li><label class="choice"><input type="checkbox" name="{}" value="{}"{}><span>{}</span>'
    '<small class="count">{}</small></label>{}</li>'
)
_BELOW_IN_SIGHT = 3


def _options(options: list[Option], param: str) -> str:
    items = (
        _OPTION.format(
            param,
            escape(option.slug),
            " checked" if option.selected else "",
            escape(option.label),
            option.count,
            _below(option, param),
        )
        for option in options
    )
    return "".join(items)


def _below(option: Option, param: str) -> str:
    """Return the narrower values: the first few and what is selected in sight, the others folded away."""
    if not option.children:
        return ""
    shown = [child for position, child in enumerate(option.children) if position < _BELOW_IN_SIGHT or child.open]
    folded = [child for child in option.children if child not in shown]
    if len(folded) < 2:
        return f"<ul>{_options(option.children, param)}</ul>"
    more = escape(ngettext("%(count)d more", "%(count)d more", len(folded)) % {"count": len(folded)})
    of = f'<span class="visually-hidden">: {escape(option.label)}</span>'
    rest = f"<details><summary>{more}{of}</summary><ul>{_options(folded, param)}</ul></details>"
    return f"<ul>{_options(shown, param)}</ul>{rest}"


@register.simple_tag(takes_context=True)
def page_versions(context: dict[str, Any]) -> SafeString:
    """Return the canonical link of a page without parameters, and those to it in the other languages."""
    request = context["request"]
    links = format_html_join(
        "\n    ",
        '<link rel="alternate" hreflang="{}" href="{}">',
        ((code, request.build_absolute_uri(in_language(request.path, code))) for code, _name in settings.LANGUAGES),
    )
    return format_html(
        '<link rel="canonical" href="{}">\n    {}', request.build_absolute_uri(on_this_site(request.path)), links
    )
