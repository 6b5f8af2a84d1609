"""How does untrusted HTML become safe HTML? The only room that imports nh3."""

import html
import re

import nh3
from django.utils.html import strip_tags

TAGS = {"p", "br", "b", "strong", "i", "em", "ul", "ol", "li", "a", "h2", "h3", "h4", "blockquote", "sub", "sup"}
TABLE_TAGS = {"table", "thead", "tbody", "tr", "th", "td", "caption"}
ATTRIBUTES = {"a": {"href", "linktype", "id"}, "th": {"scope", "colspan", "rowspan"}, "td": {"colspan", "rowspan"}}
SCHEMES = {"https", "http", "mailto"}

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def clean_html(text: str) -> str:
    """Return the HTML with every tag, attribute and address outside the lists taken away; idempotent."""
    return nh3.clean(
        _CONTROL.sub("", text),
        tags=TAGS | TABLE_TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


def plain_text(markup: str) -> str:
    """Return the text of an HTML fragment, its blocks parted by spaces, for an index or a summary."""
    spaced = re.sub(r"</(p|li|h2|h3|h4|td|th|blockquote)>|<br\s*/?>", " ", markup)
    return " ".join(html.unescape(strip_tags(spaced)).split())


def clean_line(text: str) -> str:
    """Return plain text without control characters. Templates escape it; nothing is stripped that a person typed."""
    return _CONTROL.sub("", text)


def clean_imported_html(text: str) -> str:
    """Return the HTML of another site as running text may hold it: no headings, no tables, no links by our own keys."""
    return nh3.clean(
        _CONTROL.sub("", text),
        tags={"p", "br", "b", "strong", "i", "em", "ul", "ol", "li", "a"},
        attributes={"a": {"href"}},
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
