"""How does an OpenDocument text lose who wrote, changed and commented it? Each part is read and written anew."""

import re
from typing import Any

from kb.anonymisation.archives import (
    archive_of,
    clean_picture,
    drop,
    leads_to_the_web,
    local_name,
    parts_of,
    text_of,
    tree_of,
)
from kb.anonymisation.kinds import Fault, Refused

_MANIFEST = "META-INF/manifest.xml"
_KEPT_PARTS = re.compile(r"^(mimetype|content\.xml|styles\.xml|META-INF/manifest\.xml|Pictures/[^/]+)$")
_ACTIVE_PARTS = re.compile(r"^(Basic|Scripts|Object|Dialogs)[ /\d]")
_DROPPED = frozenset(
    {
        "annotation",
        "annotation-end",
        "tracked-changes",
        "change",
        "change-start",
        "change-end",
        "change-info",
        "creator",
        "initial-creator",
        "author-name",
        "author-initials",
        "file-name",
        "template-name",
        "printed-by",
        "editing-duration",
        "sender-firstname",
        "sender-lastname",
        "sender-initials",
        "sender-title",
        "sender-position",
        "sender-email",
        "sender-phone-private",
        "sender-fax",
        "sender-company",
        "sender-phone-work",
        "sender-street",
        "sender-city",
        "sender-postal-code",
        "sender-country",
        "sender-state-or-province",
        "user-defined",
        "meta",
        "creation-date",
        "creation-time",
        "modification-date",
        "modification-time",
        "print-date",
        "print-time",
        "description",
        "keywords",
        "subject",
    }
)
_ACTIVE = frozenset(
    {
        "object",
        "object-ole",
        "plugin",
        "applet",
        "floating-frame",
        "event-listener",
        "event-listeners",
        "dde-connection-decl",
        "dde-connection",
        "dde-source",
        "execute-macro",
        "script",
    }
)
_FETCHED = frozenset({"section-source", "font-face-uri", "table-source", "database-row-select", "connection-resource"})


def clean(data: bytes) -> bytes:
    """Return the text without metadata, comments and changes. Raises Refused for macros and attachments."""
    parts = parts_of(data)
    if "content.xml" not in parts or _MANIFEST not in parts:
        raise Refused(Fault.DAMAGED)
    if any(map(_ACTIVE_PARTS.match, parts)):
        raise Refused(Fault.ACTIVE)
    kept = {name: part for name, part in parts.items() if _KEPT_PARTS.match(name)}
    return archive_of({name: _cleaned(name, part, frozenset(kept)) for name, part in kept.items()}, first="mimetype")


def _cleaned(name: str, part: bytes, kept: frozenset[str]) -> bytes:
    if name == "mimetype":
        return part.strip()
    if name.startswith("Pictures/"):
        return clean_picture(name, part)
    root = tree_of(part)
    if name == _MANIFEST:
        _clean_manifest(root, kept)
    else:
        _clean_text(root, kept)
    return text_of(root)


def _clean_manifest(root: Any, kept: frozenset[str]) -> None:
    for row in list(root):
        if any(local_name(child) == "encryption-data" for child in row):
            raise Refused(Fault.LOCKED)
        path = next((value for key, value in row.attrib.items() if key.endswith("}full-path")), "")
        if path != "/" and path not in kept:
            drop(row)


def _clean_text(root: Any, kept: frozenset[str]) -> None:
    for element in list(root.iter()):
        name = local_name(element)
        if name in _ACTIVE:
            raise Refused(Fault.ACTIVE)
        if name in _FETCHED:
            raise Refused(Fault.OUTSIDE)
        if name in _DROPPED:
            drop(element)
            continue
        for key in [key for key in element.attrib if key.endswith("}href")]:
            _check_address(element, key, kept)


def _check_address(element: Any, key: str, kept: frozenset[str]) -> None:
    address = element.attrib[key]
    if address.removeprefix("./") in kept or address.startswith("#") or address == "":
        return
    if local_name(element) == "a":
        if not leads_to_the_web(address):
            element.set(key, "")
        return
    raise Refused(Fault.OUTSIDE)
