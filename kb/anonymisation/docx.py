"""How does a Word document lose who wrote, changed and commented it? Each part is read and written anew."""

import posixpath
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
    unwrap,
)
from kb.anonymisation.kinds import Fault, Refused

_TYPES, _ROOT_RELATIONS = "[Content_Types].xml", "_rels/.rels"
_DROPPED_PARTS = re.compile(
    r"^(docProps/|customXml/|word/comments|word/people|word/glossary/|word/printerSettings|word/fonts/|word/documentTasks/"
    r"|word/threadedComments|word/persons/|word/recipientData|word/stylesWithEffects|userCustomization/)",
    re.IGNORECASE,
)
_ACTIVE_PARTS = re.compile(r"(vba|activex|/embeddings/|/controls/|customui|\.(bin|exe|dll|ole)$)", re.IGNORECASE)
_PICTURE_PARTS = re.compile(r"^word/media/")
# Tracked changes are accepted: what was taken out may be just what must not be read.
_DROPPED = frozenset(
    {
        "del",
        "moveFrom",
        "moveFromRangeStart",
        "moveFromRangeEnd",
        "moveToRangeStart",
        "moveToRangeEnd",
        "customXmlDelRangeStart",
        "customXmlDelRangeEnd",
        "customXmlInsRangeStart",
        "customXmlInsRangeEnd",
        "commentRangeStart",
        "commentRangeEnd",
        "commentReference",
        "annotationRef",
        "rsids",
        "rsid",
        "attachedTemplate",
        "docVars",
        "mailMerge",
        "permStart",
        "permEnd",
        "writeProtection",
        "embedRegular",
        "embedBold",
        "embedItalic",
        "embedBoldItalic",
        "proofErr",
        "documentProtection",
        "delText",
        "dataBinding",
    }
)
_UNWRAPPED = frozenset({"ins", "moveTo"})
_TELLING = frozenset({"author", "initials", "userId", "providerId", "durableId"})
_NAMED = frozenset({"docPr", "cNvPr"})  # a picture keeps the name of the file that it came from
_ACTIVE_FIELDS = re.compile(
    r"^\s*(DDE|DDEAUTO|INCLUDE\w*|IMPORT|LINK|DATABASE|MACROBUTTON|AUTOTEXT\w*)\b", re.IGNORECASE
)
_TELLING_FIELDS = re.compile(
    r"^\s*(AUTHOR|LASTSAVEDBY|USERNAME|USERINITIALS|USERADDRESS|FILENAME|TEMPLATE|COMMENTS|KEYWORDS|SUBJECT|TITLE"
    r"|DOCPROPERTY|DOCVARIABLE|INFO|SAVEDATE|CREATEDATE|PRINTDATE|EDITTIME|REVNUM)\b",
    re.IGNORECASE,
)


def clean(data: bytes) -> bytes:
    """Return the document without properties, comments and changes. Raises Refused for macros and attachments."""
    parts = parts_of(data)
    if _TYPES not in parts or b"macroEnabled" in parts[_TYPES] or any(map(_ACTIVE_PARTS.search, parts)):
        raise Refused(Fault.ACTIVE if _TYPES in parts else Fault.DAMAGED)
    kept = {name: part for name, part in parts.items() if not _DROPPED_PARTS.match(name)}
    return archive_of({name: _cleaned(name, part, frozenset(kept)) for name, part in kept.items()}, first=_TYPES)


def _cleaned(name: str, part: bytes, kept: frozenset[str]) -> bytes:
    if _PICTURE_PARTS.match(name):
        return clean_picture(name, part)
    if not name.endswith((".xml", ".rels")):
        raise Refused(Fault.UNCHECKABLE)
    root = tree_of(part)
    if name == _TYPES:
        _clean_types(root, kept)
    elif name.endswith(".rels"):
        _clean_relations(name, root, kept)
    else:
        _clean_text(root)
    return text_of(root)


def _clean_types(root: Any, kept: frozenset[str]) -> None:
    for row in list(root):
        if local_name(row) == "Override" and row.get("PartName", "").lstrip("/") not in kept:
            drop(row)


def _clean_relations(name: str, root: Any, kept: frozenset[str]) -> None:
    folder = posixpath.dirname(posixpath.dirname(name))
    for row in list(root):
        target, kind = row.get("Target", ""), row.get("Type", "").rsplit("/", 1)[-1]
        if row.get("TargetMode", "").lower() == "external":
            if kind == "attachedTemplate" or (kind == "hyperlink" and not leads_to_the_web(target)):
                # A link by its key to nothing would be damage; a link to nowhere is none.
                drop(row) if kind != "hyperlink" else row.set("Target", "about:blank")
            elif kind != "hyperlink":
                raise Refused(Fault.OUTSIDE)
            continue
        whole = posixpath.normpath(target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target))
        if whole.partition("#")[0] not in kept and not target.startswith("#"):
            drop(row)


def _clean_text(root: Any) -> None:
    for element in list(root.iter()):
        name = local_name(element)
        if name in _DROPPED or name.endswith("Change") or _is_removed_row(name, element):
            drop(element)
        elif name in _UNWRAPPED:
            unwrap(element)
        else:
            _clean_attributes(name, element)
    _clean_fields(root)


def _is_removed_row(name: str, element: Any) -> bool:
    """Was this row of a table taken out, and is still there as a tracked change?"""
    marks = [mark for part in element if local_name(part) == "trPr" for mark in part] if name == "tr" else []
    return any(local_name(mark) == "del" for mark in marks)


def _clean_attributes(name: str, element: Any) -> None:
    for key in list(element.attrib):
        local = key.rpartition("}")[2]
        if local in _TELLING or local.startswith("rsid"):
            del element.attrib[key]
    if name in _NAMED and "name" in element.attrib:
        element.set("name", "Picture")


def _clean_fields(root: Any) -> None:
    """Refuse fields that fetch or start something; drop what fields say about people, files and dates."""
    for element in list(root.iter()):
        if local_name(element) == "fldSimple":
            asked = next((value for key, value in element.attrib.items() if key.endswith("}instr")), "")
            if _ACTIVE_FIELDS.match(asked):
                raise Refused(Fault.ACTIVE)
            if _TELLING_FIELDS.match(asked):
                drop(element)
    for paragraph in root.iter("{*}p"):
        _clean_long_fields(paragraph)


def _clean_long_fields(paragraph: Any) -> None:
    """Do the same for fields of several runs, one inside the other."""
    open_fields: list[str] = []
    for run in list(paragraph.iter("{*}r")):
        marks = [value for child in run for key, value in child.attrib.items() if key.endswith("}fldCharType")]
        if "begin" in marks:
            open_fields.append("")
        for child in run:
            if local_name(child) == "instrText" and open_fields:
                open_fields[-1] += child.text or ""
        if open_fields and _ACTIVE_FIELDS.match(open_fields[-1]):
            raise Refused(Fault.ACTIVE)
        is_telling = any(map(_TELLING_FIELDS.match, open_fields))
        if "end" in marks and open_fields:
            open_fields.pop()
        if is_telling:
            for text in [child for child in run if local_name(child) == "t"]:
                drop(text)
