"""How does a PDF lose who made it, what was written beside it, and what would run? It is written anew."""

from io import BytesIO
from typing import Any

import pikepdf

from kb.anonymisation.kinds import MAX_PAGES, Fault, Refused
from kb.anonymisation.streams import bare_jp2, bare_jpeg

# Wherever in the file they stand.
_DROPPED = frozenset(
    {
        "/Metadata",
        "/PieceInfo",
        "/LastModified",
        "/Thumb",
        "/AA",
        "/OpenAction",
        "/JavaScript",
        "/JS",
        "/EmbeddedFiles",
        "/EF",
        "/AF",
        "/XFA",
        "/Collection",
        "/Perms",
        "/SpiderInfo",
        "/DSS",
        "/Legal",
        "/Threads",
        "/RichMediaContent",
        "/RichMediaSettings",
        "/URI_Base",
        "/AcroForm",
        "/OutputIntents",
    }
)
_KEPT_ACTIONS = frozenset({"/URI", "/GoTo", "/Named"})
_KEPT_ADDRESSES = ("https://", "http://", "mailto:")
_DEEPEST = 200  # levels of objects inside objects


def clean(data: bytes) -> bytes:
    """Return the PDF without metadata, comments, scripts, attachments; filled forms become text. Raises Refused."""
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            if pdf.is_encrypted:
                raise Refused(Fault.LOCKED)
            if len(pdf.pages) > MAX_PAGES:
                raise Refused(Fault.SWELLS)
            _flatten(pdf)
            _drop_what_stands_beside(pdf)
            for found in pdf.objects:
                _clean(found)
            _clean(pdf.Root)
            written = BytesIO()
            pdf.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
            return written.getvalue()
    except pikepdf.PasswordError as locked:
        raise Refused(Fault.LOCKED) from locked
    except (pikepdf.PdfError, pikepdf.ForeignObjectError, ValueError, TypeError, KeyError, AttributeError) as broken:
        if isinstance(broken, Refused):
            raise
        raise Refused(Fault.DAMAGED) from broken
    except (RuntimeError, RecursionError) as broken:
        raise Refused(Fault.UNCHECKABLE) from broken


def _is(annotation: Any, *names: str) -> bool:
    return str(annotation.get("/Subtype", "")) in names


def _flatten(pdf: pikepdf.Pdf) -> None:
    """Turn what was filled in into text of the page; leave links, and nothing else that lies on a page."""
    for page in pdf.pages:
        _keep(page, "/Widget", "/Link")
    if "/AcroForm" in pdf.Root:
        pdf.generate_appearance_streams()
        pdf.flatten_annotations("all")
    for page in pdf.pages:
        _keep(page, "/Link")


def _keep(page: pikepdf.Page, *names: str) -> None:
    annotations = page.obj.get("/Annots")
    if annotations is None:
        return
    kept = [each for each in annotations if isinstance(each, pikepdf.Dictionary) and _is(each, *names)]
    if kept:
        page.obj["/Annots"] = pikepdf.Array(kept)
    else:
        del page.obj["/Annots"]


def _drop_what_stands_beside(pdf: pikepdf.Pdf) -> None:
    for name in ("/Info", "/ID"):
        if name in pdf.trailer:
            del pdf.trailer[name]
    names = pdf.Root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        # Of all lists of names, links inside the document need this one.
        for key in [key for key in names.keys() if key != "/Dests"]:  # noqa: SIM118  (a dictionary of a PDF)
            del names[key]


def _clean(found: Any, depth: int = 0) -> None:
    if depth > _DEEPEST:
        raise Refused(Fault.UNCHECKABLE)
    if isinstance(found, pikepdf.Stream):
        _clean_picture(found)
    if isinstance(found, pikepdf.Array):
        for part in found:
            if _is_direct(part):
                _clean(part, depth + 1)
        return
    if not isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
        return
    for name in list(found.keys()):
        part = found[name]
        if name in _DROPPED or (name in {"/A", "/Next", "/PA"} and _is_foreign_action(part)):
            del found[name]
        elif _is_direct(part):
            _clean(part, depth + 1)


def _is_direct(part: Any) -> bool:
    """Does it stand inside another object? Those with a number come by themselves."""
    return isinstance(part, pikepdf.Array | pikepdf.Dictionary) and not part.is_indirect


def _is_foreign_action(part: Any) -> bool:
    """Would this do something else than lead to a place, here or on the web?"""
    if not isinstance(part, pikepdf.Dictionary) or "/S" not in part:
        return False
    if str(part["/S"]) == "/URI":
        return not str(part.get("/URI", "")).lower().startswith(_KEPT_ADDRESSES)
    return str(part["/S"]) not in _KEPT_ACTIONS


def _clean_picture(stream: pikepdf.Stream) -> None:
    names: Any = stream.get("/Filter")
    first: Any = names[0] if isinstance(names, pikepdf.Array) and len(names) == 1 else names
    single = str(first)
    if single in {"/DCTDecode", "/JPXDecode"}:
        raw = stream.read_raw_bytes()
        bare = bare_jpeg(raw) if single == "/DCTDecode" else bare_jp2(raw)
        if bare != raw:
            parameters: Any = stream.get("/DecodeParms")
            stream.write(bare, filter=pikepdf.Name(single), decode_parms=parameters)
    elif isinstance(names, pikepdf.Array) and any(str(name) in {"/DCTDecode", "/JPXDecode"} for name in names):
        # A picture packed once more; unpacked it can be looked at.
        raw = stream.read_bytes(pikepdf.StreamDecodeLevel.generalized)
        stream.write(bare_jpeg(bare_jp2(raw)), filter=pikepdf.Name(str(list(names)[-1])))
