"""Files that tell too much, or want to do harm: made here, so that nobody has to keep them."""

import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image, PngImagePlugin
from PIL.TiffImagePlugin import IFDRational

TELLING = b"Zqsecretauthor"
NAME = TELLING.decode()
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_DRAWING = (
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" mc:Ignorable="w14"'
)


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """Return a picture with name and position in everything that can hold them."""
    image = Image.new("RGB", size, (200, 30, 30))
    exif = Image.Exif()
    exif[0x013B] = NAME
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (IFDRational(50), IFDRational(51), IFDRational(0))})
    written = BytesIO()
    if kind == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_text("Author", NAME)
        info.add_itxt("XML:com.adobe.xmp", f"<x>{NAME}</x>")
        options["pnginfo"] = info
    if kind == "GIF":
        options["comment"] = TELLING
    else:
        options["exif"] = exif
    if kind == "JPEG":
        options["comment"] = TELLING
        options["icc_profile"] = TELLING * 20
    image.save(written, kind, **options)
    return written.getvalue()


def pixels(width: int, height: int) -> bytes:
    """Return a PNG that says it has so many points, and hardly any bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([1, 0, 0, 0, 0])
    rows = zlib.compress(bytes(width // 8 + 1) * min(height, 100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def moving() -> bytes:
    """Return a GIF of two frames."""
    written = BytesIO()
    frames = [Image.new("RGB", (8, 8), shade) for shade in ("red", "blue")]
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:])
    return written.getvalue()


def pdf(**more: Any) -> bytes:
    """Return a PDF with author, XMP, script, attachment, comment, thumbnail and a picture with EXIF in it."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(200, 200))
    document.docinfo["/Author"] = NAME
    with document.open_metadata() as metadata:
        metadata["dc:creator"] = [NAME]
    shown = pikepdf.Stream(document, picture())
    shown.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": 64, "/Height": 48})
    shown.update({"/ColorSpace": pikepdf.Name.DeviceRGB, "/BitsPerComponent": 8, "/Filter": pikepdf.Name.DCTDecode})
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=shown))
    page.Contents = pikepdf.Stream(document, b"q 100 0 0 75 20 20 cm /Im0 Do Q")
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String(f"app.alert('{NAME}')"))
    document.Root.OpenAction = script
    document.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=[pikepdf.String("a"), script]))
    document.attachments["zq.txt"] = pikepdf.AttachedFileSpec(document, TELLING, filename=f"{NAME}.txt")
    comment = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9])
    comment.update({"/T": pikepdf.String(NAME), "/Contents": pikepdf.String(NAME)})
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9])
    link["/A"] = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://example.org/guide"))
    launch = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[9, 9, 19, 19])
    launch["/A"] = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String(NAME))
    page.Annots = document.make_indirect(pikepdf.Array([comment, link, launch]))
    page.Thumb = pikepdf.Stream(document, TELLING)
    page.PieceInfo = pikepdf.Dictionary(Word=pikepdf.Dictionary(Private=pikepdf.String(NAME)))
    written = BytesIO()
    document.save(written, **more)
    return written.getvalue()


def archive(parts: Mapping[str, bytes | str]) -> bytes:
    """Return a zip archive."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, part in parts.items():
            made.writestr(name, part)
    return written.getvalue()


def _relations(*rows: str) -> str:
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{"".join(rows)}</Relationships>'


_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def relation(key: str, kind: str, target: str, mode: str = "") -> str:
    """Return one relationship of an office document."""
    outside = f' TargetMode="{mode}"' if mode else ""
    return f'<Relationship Id="{key}" Type="{_TYPE}{kind}" Target="{target}"{outside}/>'


def docx_parts(body: str = "", relations: tuple[str, ...] = ()) -> dict[str, bytes | str]:
    """Return the parts of a Word document with comments, changes, properties, and a picture with EXIF in it."""
    text = f"""<w:p w:rsidR="00A1"><w:r><w:t>Keep the gate shut.</w:t></w:r>
      <w:del w:id="1" w:author="{NAME}" w:date="2026-01-01T00:00:00Z"><w:r><w:delText>{NAME}</w:delText></w:r></w:del>
      <w:ins w:id="2" w:author="{NAME}"><w:r><w:t>At night too.</w:t></w:r></w:ins>
      <w:commentRangeStart w:id="0"/><w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>
      <w:r><w:rPr><w:rPrChange w:id="3" w:author="{NAME}"><w:rPr/></w:rPrChange></w:rPr>
      <wp:inline><wp:docPr id="1" name="C:\\Users\\{NAME}\\gate.jpg" descr="A gate"/></wp:inline></w:r>
      <w:fldSimple w:instr=" AUTHOR "><w:r><w:t>{NAME}</w:t></w:r></w:fldSimple>
      <w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> FILENAME </w:instrText></w:r>
      <w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{NAME}</w:t></w:r>
      <w:r><w:fldChar w:fldCharType="end"/></w:r>{body}</w:p>"""
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="application/xml"/>'
        for name in ("word/document.xml", "word/comments.xml", "docProps/core.xml")
    )
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
        "_rels/.rels": _relations(
            relation("r1", "officeDocument", "word/document.xml"), relation("r2", "core", "docProps/core.xml")
        ),
        "word/document.xml": f"<w:document {_W} {_R} {_DRAWING}><w:body>{text}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relations(
            relation("r1", "comments", "comments.xml"),
            relation("r2", "image", "media/image1.jpeg"),
            relation("r3", "hyperlink", "https://example.org/guide", "External"),
            relation("r4", "hyperlink", f"file:///C:/{NAME}", "External"),
            *relations,
        ),
        "word/settings.xml": f'<w:settings {_W}><w:rsids><w:rsid w:val="1"/></w:rsids><w:zoom/></w:settings>',
        "word/comments.xml": f"<w:comments {_W}><w:comment>{NAME}</w:comment></w:comments>",
        "word/media/image1.jpeg": picture(),
        "docProps/core.xml": f"<core><creator>{NAME}</creator></core>",
        "docProps/thumbnail.jpeg": picture(),
        "customXml/item1.xml": f"<a>{NAME}</a>",
    }


def docx(body: str = "", relations: tuple[str, ...] = (), **more: bytes | str) -> bytes:
    """Return a Word document; `more` names further parts, `__` for a slash."""
    extra = {name.replace("__", "/").replace("_dot_", "."): part for name, part in more.items()}
    return archive({**docx_parts(body, relations), **extra})


_ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"'
)

_MANIFEST = 'xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'


def odt(body: str = "", **more: bytes | str) -> bytes:
    """Return an OpenDocument text with metadata, comments, changes, and a picture with EXIF in it."""
    text = f"""<text:tracked-changes><text:changed-region><office:change-info><dc:creator>{NAME}</dc:creator>
      </office:change-info></text:changed-region></text:tracked-changes><text:p>Keep the gate
      <office:annotation><dc:creator>{NAME}</dc:creator><text:p>{NAME}</text:p></office:annotation>shut.
      <text:author-name>{NAME}</text:author-name> At night too.</text:p><text:p><draw:frame>
      <draw:image xlink:href="Pictures/one.jpg"/></draw:frame>
      <text:a xlink:href="https://example.org/guide">guide</text:a>
      <text:a xlink:href="file:///srv/{NAME}">x</text:a></text:p>{body}"""
    names = ("content.xml", "meta.xml", "Pictures/one.jpg", "Thumbnails/thumbnail.png")
    rows = "".join(f'<m:file-entry m:full-path="{name}" m:media-type="text/xml"/>' for name in ("/", *names))
    extra = {name.replace("__", "/").replace("_dot_", "."): part for name, part in more.items()}
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {_ODF}><office:scripts/><office:body><office:text>{text}"
            "</office:text></office:body></office:document-content>",
            "meta.xml": f"<a>{NAME}</a>",
            "settings.xml": f"<a>{NAME}</a>",
            "Pictures/one.jpg": picture(),
            "Thumbnails/thumbnail.png": picture("PNG"),
            "META-INF/manifest.xml": f"<m:manifest {_MANIFEST}>{rows}</m:manifest>",
            **extra,
        }
    )


def swelling() -> bytes:
    """Return a small Word document that unpacks to 200 MB."""
    return archive({**docx_parts(), "word/big.xml": b"<a>" + b" " * 200_000_000 + b"</a>"})


def entity_bomb() -> str:
    """Return an XML part that grows a thousand million times when its entities are resolved."""
    rows = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol"}">' for n in range(10))
    return f"<!DOCTYPE a [{rows}]><a>&e9;</a>"


def outside_entity() -> str:
    """Return an XML part that asks for a file of the machine."""
    return '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
