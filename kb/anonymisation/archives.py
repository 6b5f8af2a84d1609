"""What do office files have in common? Parts in an archive, XML without entities, pictures that are written anew."""

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from lxml import etree

from kb.anonymisation import pictures
from kb.anonymisation.kinds import MAX_PARTS, MAX_UNPACKED_BYTES, Fault, Kind, Refused

_EPOCH = (1980, 1, 1, 0, 0, 0)
_PICTURES = {".jpg": Kind.JPEG, ".jpeg": Kind.JPEG, ".png": Kind.PNG, ".gif": Kind.GIF}
_KEPT_ADDRESSES = ("https://", "http://", "mailto:")


def parts_of(data: bytes) -> dict[str, bytes]:
    """Return the parts of an archive by name. Raises Refused for what is locked, swells or is made to deceive."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            rows = [row for row in archive.infolist() if not row.is_dir()]
            if len(rows) > MAX_PARTS or sum(row.file_size for row in rows) > MAX_UNPACKED_BYTES:
                raise Refused(Fault.SWELLS)
            if any(row.flag_bits & 1 for row in rows):
                raise Refused(Fault.LOCKED)
            names = [row.filename for row in rows]
            if len(set(names)) != len(names) or not all(map(_is_plain, names)):
                raise Refused(Fault.DAMAGED)
            return {row.filename: archive.read(row) for row in rows}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as broken:
        raise Refused(Fault.DAMAGED) from broken


def _is_plain(name: str) -> bool:
    return ".." not in name.split("/") and not name.startswith("/") and "\\" not in name and "\0" not in name


def archive_of(parts: Mapping[str, bytes], *, first: str = "") -> bytes:
    """Return an archive of the parts, without dates and comments; `first` stands first and is not packed."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda name: (name != first, name)):
            row = zipfile.ZipInfo(name, _EPOCH)
            row.compress_type = zipfile.ZIP_STORED if name == first else zipfile.ZIP_DEFLATED
            row.external_attr = 0o600 << 16
            archive.writestr(row, parts[name])
    return written.getvalue()


def tree_of(part: bytes) -> Any:
    """Return the root of an XML part. Raises Refused where it declares entities, or is none."""
    if re.search(rb"<!\s*(DOCTYPE|ENTITY)", part.replace(b"\0", b""), re.IGNORECASE):
        raise Refused(Fault.ACTIVE)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(part, parser)
    except (etree.XMLSyntaxError, ValueError) as broken:
        raise Refused(Fault.DAMAGED) from broken
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused(Fault.ACTIVE)
    return root


def text_of(root: Any) -> bytes:
    """Return an XML part."""
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def local_name(element: Any) -> str:
    """Return the name of an element without its namespace; empty for what is no element."""
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


def drop(element: Any) -> None:
    """Take an element out, and what is in it; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if element.tail:
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def unwrap(element: Any) -> None:
    """Put what is in an element in its place."""
    parent = element.getparent()
    if parent is None:
        return
    position = parent.index(element)
    for child in reversed(list(element)):
        parent.insert(position, child)
    parent.remove(element)


def clean_picture(name: str, data: bytes) -> bytes:
    """Return a picture of an archive, written anew in its own kind. Raises Refused where its kind cannot be checked."""
    kind = _PICTURES.get(PurePosixPath(name).suffix.lower())
    if kind is None:
        raise Refused(Fault.UNCHECKABLE)
    return pictures.clean(data, into=kind)[0]


def leads_to_the_web(address: str) -> bool:
    """Is this an address that a reader may follow?"""
    return address.strip().lower().startswith(_KEPT_ADDRESSES)
