"""What is an uploaded file by its content, may it be taken in, and which limits hold for it?"""

import zipfile
from enum import StrEnum
from io import BytesIO
from pathlib import PurePath

MAX_PICTURE_BYTES = 15_000_000
MAX_FILE_BYTES = 25_000_000
MAX_PIXELS = 40_000_000
MAX_UNPACKED_BYTES = 150_000_000  # of all parts of an archive together
MAX_PARTS = 2_000  # of an archive
MAX_PAGES = 2_000


class Kind(StrEnum):
    """A kind of file that is taken in."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"
    PDF = "pdf"
    DOCX = "docx"
    ODT = "odt"
    TEXT = "txt"


PICTURES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP, Kind.GIF})
FILES = frozenset({Kind.PDF, Kind.DOCX, Kind.ODT, Kind.TEXT})
MEDIA_TYPES = {
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.PDF: "application/pdf",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.ODT: "application/vnd.oasis.opendocument.text",
    Kind.TEXT: "text/plain; charset=utf-8",
}
_ENDINGS = {
    "jpg": Kind.JPEG,
    "jpeg": Kind.JPEG,
    "jpe": Kind.JPEG,
    "png": Kind.PNG,
    "webp": Kind.WEBP,
    "gif": Kind.GIF,
    "pdf": Kind.PDF,
    "docx": Kind.DOCX,
    "odt": Kind.ODT,
    "txt": Kind.TEXT,
}
# An ending that is none of ours, before the last one: "plan.php.jpg" wants to be taken for something else.
_TELLING = frozenset(_ENDINGS) | frozenset(
    {
        "asp",
        "aspx",
        "bat",
        "bin",
        "bmp",
        "cgi",
        "cmd",
        "com",
        "dll",
        "doc",
        "docm",
        "dot",
        "dotm",
        "exe",
        "hta",
        "htm",
        "html",
        "iso",
        "jar",
        "js",
        "jsp",
        "lnk",
        "mht",
        "mhtml",
        "mjs",
        "odf",
        "odp",
        "ods",
        "ott",
        "php",
        "phtml",
        "pl",
        "ppt",
        "pptx",
        "ps1",
        "py",
        "rar",
        "rtf",
        "scr",
        "sh",
        "svg",
        "svgz",
        "swf",
        "vbs",
        "xhtml",
        "xls",
        "xlsm",
        "xlsx",
        "xml",
        "zip",
        "7z",
    }
)
_MAGIC = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"%PDF-", Kind.PDF),
)
_ODT = b"application/vnd.oasis.opendocument.text"


class Fault(StrEnum):
    """Why a file is not taken in."""

    EMPTY = "empty"
    TOO_LARGE = "too large"
    UNKNOWN_KIND = "unknown kind"
    OTHER_NAME = "other name"
    TWO_ENDINGS = "two endings"
    TOO_MANY_PIXELS = "too many pixels"
    MOVES = "moves"
    DAMAGED = "damaged"
    LOCKED = "locked"
    ACTIVE = "active"
    OUTSIDE = "outside"
    SWELLS = "swells"
    UNCHECKABLE = "uncheckable"
    TOO_HARD = "too hard"


class Refused(ValueError):
    """The file may not be taken in, because of `fault`."""

    def __init__(self, fault: Fault) -> None:
        """Keep why."""
        self.fault = fault
        super().__init__(fault.value)


def kind_of(data: bytes) -> Kind:
    """Return what the content is, whatever it is called. Raises Refused for what is nothing that is taken in."""
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_archive(data)
    if _may_be_text(data):
        return Kind.TEXT
    raise Refused(Fault.UNKNOWN_KIND)


def _kind_of_archive(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist()[: MAX_PARTS + 1])
            if "word/document.xml" in names:
                return Kind.DOCX
            if "mimetype" in names and archive.open("mimetype").read(100).strip() == _ODT:
                return Kind.ODT
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, KeyError) as broken:
        raise Refused(Fault.DAMAGED) from broken
    raise Refused(Fault.UNKNOWN_KIND)


def _may_be_text(data: bytes) -> bool:
    """Is this text, and none that a browser or an office program would run?"""
    head = data[:1024].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").lower()
    is_wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    return not head.replace(b"\0", b"").startswith((b"<", b"{\\rtf", b"mz", b"#!")) and (is_wide or b"\0" not in data)


def check_name(name: str, kind: Kind) -> None:
    """Raise Refused where the file is called something else than it is, or two things at once."""
    endings = [ending.lower() for ending in PurePath(name.replace("\\", "/")).name.split(".")[1:]]
    if not endings or _ENDINGS.get(endings[-1]) != kind:
        raise Refused(Fault.OTHER_NAME)
    if any(ending.strip() in _TELLING for ending in endings[:-1]):
        raise Refused(Fault.TWO_ENDINGS)
