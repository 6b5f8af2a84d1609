"""Is everything that tells of somebody gone from an uploaded file, and what it shows still there?"""

import zipfile
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from kb.anonymisation import docx, odt, pdf, pictures, texts
from kb.anonymisation.cleaning import FILES, PICTURES, Cleaned, clean_upload
from kb.anonymisation.kinds import Fault, Kind, Refused, check_name, kind_of
from kb.anonymisation.streams import bare_jp2, bare_jpeg
from tests.kb.anonymisation import specimens
from tests.kb.anonymisation.specimens import TELLING

FETCHED_PICTURE = specimens.relation("r9", "image", "https://evil.example/x.png", "External")
FETCHING_FIELD = '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText> INCLUDEPICTURE x </w:instrText></w:r>'


def fault_of(call, *args, **kwargs) -> Fault:
    with pytest.raises(Refused) as refusal:
        call(*args, **kwargs)
    return refusal.value.fault


def unpacked(data: bytes) -> bytes:
    """Everything that an archive holds, and its own bytes."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return (
            data + b"".join(archive.read(name) for name in archive.namelist()) + " ".join(archive.namelist()).encode()
        )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_pictures_lose_all_but_their_points(kind: str) -> None:
    dirty = specimens.picture(kind)
    assert TELLING in dirty
    clean, written_as = pictures.clean(dirty)
    with Image.open(BytesIO(clean)) as image:
        assert not image.getexif()
        assert not set(image.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
        assert image.format == written_as.value.upper()
        # Orientation 6 says that the picture stands on its side.
        assert image.size == ((64, 48) if kind == "GIF" else (48, 64))
    assert TELLING not in clean
    assert b"Exif" not in clean


def test_large_pictures_are_made_smaller_and_huge_ones_refused() -> None:
    clean, _kind = pictures.clean(specimens.picture(size=(3000, 1500)))
    assert Image.open(BytesIO(clean)).size == (1280, 2560)
    assert fault_of(pictures.clean, specimens.pixels(10_000, 10_000)) == Fault.TOO_MANY_PIXELS
    assert fault_of(pictures.clean, specimens.pixels(60_000, 60_000)) == Fault.TOO_MANY_PIXELS
    assert fault_of(pictures.clean, specimens.moving()) == Fault.MOVES
    assert fault_of(pictures.clean, specimens.picture()[:300]) == Fault.DAMAGED


def test_a_pdf_loses_its_makers_and_whatever_runs() -> None:
    dirty = specimens.pdf()
    clean = pdf.clean(dirty)
    with pikepdf.open(BytesIO(clean)) as document:
        for found in document.objects:
            assert specimens.NAME not in repr(found)
            if isinstance(found, pikepdf.Stream):
                assert TELLING not in found.read_raw_bytes()
                assert b"Exif" not in found.read_raw_bytes()
        assert {"/Names", "/OpenAction", "/Metadata", "/AcroForm"}.isdisjoint(document.Root.keys()) or list(
            document.Root.get("/Names", {}).keys()
        ) == []
        assert not document.attachments
        assert "/Info" not in document.trailer
        links = list(document.pages[0].Annots)
        assert [str(link.get("/A", {}).get("/URI", "")) for link in links] == ["https://example.org/guide", ""]
        image = pikepdf.PdfImage(document.pages[0].Resources.XObject["/Im0"]).as_pil_image()
        assert image.size == (64, 48)


def test_what_was_filled_into_a_form_stays_readable() -> None:
    made = pikepdf.new()
    page = made.add_blank_page(page_size=(200, 200))
    looks = made.make_stream(b"BT /F1 9 Tf (Gate) Tj ET", {"/Type": pikepdf.Name.XObject, "/BBox": [0, 0, 50, 9]})
    looks["/Subtype"] = pikepdf.Name.Form
    field = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, Rect=[0, 0, 50, 9], F=4)
    field.update({"/FT": pikepdf.Name.Tx, "/T": pikepdf.String("zq"), "/V": pikepdf.String("Gate")})
    field["/AP"] = pikepdf.Dictionary(N=looks)
    fields = made.make_indirect(field)
    page.Annots = pikepdf.Array([fields])
    made.Root.AcroForm = pikepdf.Dictionary(Fields=[fields], DA=pikepdf.String("/F1 9 Tf"))
    written = BytesIO()
    made.save(written)
    with pikepdf.open(BytesIO(pdf.clean(written.getvalue()))) as document:
        assert "/AcroForm" not in document.Root
        assert "/Annots" not in document.pages[0]
        assert len(document.pages[0].Resources.XObject) == 1


def test_a_locked_or_broken_pdf_is_refused() -> None:
    locked = specimens.pdf(encryption=pikepdf.Encryption(owner="a", user="b"))
    assert fault_of(pdf.clean, locked) == Fault.LOCKED
    readable = specimens.pdf(encryption=pikepdf.Encryption(owner="a", user=""))
    assert fault_of(pdf.clean, readable) == Fault.LOCKED
    assert fault_of(pdf.clean, b"%PDF-1.7\nnothing more") == Fault.DAMAGED


def test_a_word_document_loses_people_comments_and_changes() -> None:
    dirty = specimens.docx()
    assert TELLING in unpacked(dirty)
    clean = docx.clean(dirty)
    everything = unpacked(clean)
    assert TELLING not in everything
    for gone in (b"comment", b"docProps", b"customXml", b"rsid", b"Exif", b"w:del", b"w:ins ", b"file:"):
        assert gone not in everything, gone
    with zipfile.ZipFile(BytesIO(clean)) as archive:
        text = archive.read("word/document.xml")
        assert b"Keep the gate shut." in text
        assert b"At night too." in text
        assert b'descr="A gate"' in text
        # Word takes a document for damaged where a name that may be passed over is not declared.
        assert b"xmlns:w14" in text
        assert b"https://example.org/guide" in archive.read("word/_rels/document.xml.rels")
        assert b"zoom" in archive.read("word/settings.xml")
        assert {row.date_time for row in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_an_opendocument_text_loses_people_comments_and_changes() -> None:
    dirty = specimens.odt()
    assert TELLING in unpacked(dirty)
    clean = odt.clean(dirty)
    everything = unpacked(clean)
    for gone in (TELLING, b"Exif", b"meta.xml", b"annotation", b"tracked-changes", b"Thumbnails", b"file:"):
        assert gone not in everything, gone
    assert b"Keep the gate" in everything
    assert b"At night too." in everything
    with zipfile.ZipFile(BytesIO(clean)) as archive:
        assert archive.infolist()[0].filename == "mimetype"
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED


@pytest.mark.parametrize(
    ("specimen", "fault"),
    [
        (specimens.docx(word__vbaProject_dot_bin=b"x"), Fault.ACTIVE),
        (specimens.docx(word__embeddings__one_dot_xlsx=b"x"), Fault.ACTIVE),
        (specimens.docx(word__media__image2_dot_emf=b"x"), Fault.UNCHECKABLE),
        (specimens.docx(word__header1_dot_xml=specimens.entity_bomb()), Fault.ACTIVE),
        (specimens.docx(word__header1_dot_xml=specimens.outside_entity()), Fault.ACTIVE),
        (specimens.docx(word__header1_dot_xml=specimens.outside_entity().encode("utf-16")), Fault.ACTIVE),
        (specimens.docx(word__header1_dot_xml="<a"), Fault.DAMAGED),
        (specimens.docx(relations=(FETCHED_PICTURE,)), Fault.OUTSIDE),
        (specimens.docx('<w:fldSimple w:instr="DDE x"/>'), Fault.ACTIVE),
        (specimens.docx(FETCHING_FIELD), Fault.ACTIVE),
        (specimens.archive({**specimens.docx_parts(), "../evil.xml": b"<a/>"}), Fault.DAMAGED),
    ],
)  # fmt: skip
def test_word_documents_that_do_something_are_refused(specimen: bytes, fault: Fault) -> None:
    assert fault_of(docx.clean, specimen) == fault


@pytest.mark.parametrize(
    ("specimen", "fault"),
    [
        (specimens.odt(Basic__Standard__Module1_dot_xml="<a/>"), Fault.ACTIVE),
        (specimens.odt('<draw:object xlink:href="./Object 1"/>'), Fault.ACTIVE),
        (specimens.odt('<script:event-listener/>'), Fault.ACTIVE),
        (specimens.odt('<draw:image xlink:href="http://evil.example/x.png"/>'), Fault.OUTSIDE),
        (specimens.odt('<text:section-source xlink:href="file:///etc/passwd"/>'), Fault.OUTSIDE),
        (specimens.odt(styles_dot_xml=specimens.entity_bomb()), Fault.ACTIVE),
    ],
)  # fmt: skip
def test_opendocument_texts_that_do_something_are_refused(specimen: bytes, fault: Fault) -> None:
    assert fault_of(odt.clean, specimen) == fault


def test_an_archive_that_swells_is_refused_before_it_is_unpacked() -> None:
    swelling = specimens.swelling()
    assert len(swelling) < 1_000_000
    assert fault_of(docx.clean, swelling) == Fault.SWELLS


def test_texts_become_plain_utf8() -> None:
    assert texts.clean(b"\xef\xbb\xbfGate\r\nshut\x00\x1b\xe2\x80\xae") == b"Gate\nshut"
    assert texts.clean("Tür".encode("cp1252")) == "Tür".encode()
    assert texts.clean("Tür".encode("utf-16")) == "Tür".encode()


@pytest.mark.parametrize(
    "data",
    [
        b"<html><script>alert(1)</script>",
        b"\xef\xbb\xbf  <svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<?xml version='1.0'?><a/>",
        "<script>".encode("utf-16"),
        b"MZ\x90\x00\x03",
        b"\x00\x01\x02",
        b"#!/bin/sh\n",
        b"{\\rtf1 x}",
        specimens.archive({"a.txt": b"x"}),
    ],
)
def test_what_is_nothing_that_is_taken_in_is_refused(data: bytes) -> None:
    assert fault_of(kind_of, data) == Fault.UNKNOWN_KIND


def test_names_have_to_say_what_the_content_is() -> None:
    check_name("plan v2.1.pdf", Kind.PDF)
    check_name("C:\\Users\\me\\gate.JPG", Kind.JPEG)
    for name, kind, fault in (
        ("plan.pdf", Kind.JPEG, Fault.OTHER_NAME),
        ("plan", Kind.PDF, Fault.OTHER_NAME),
        ("plan.exe", Kind.PDF, Fault.OTHER_NAME),
        ("plan.php.jpg", Kind.JPEG, Fault.TWO_ENDINGS),
        ("plan.html .jpg", Kind.JPEG, Fault.TWO_ENDINGS),
    ):
        assert fault_of(check_name, name, kind) == fault, name


def upload(data: bytes, name: str, wanted=FILES) -> Cleaned:
    return clean_upload(BytesIO(data), name=name, size=len(data), wanted=wanted)


def test_an_upload_is_opened_in_a_process_of_its_own() -> None:
    assert upload(specimens.picture(), "gate.jpg", PICTURES).ending == "jpg"
    assert upload(specimens.pdf(), "gate.pdf").kind == Kind.PDF
    assert TELLING not in unpacked(upload(specimens.docx(), "gate.docx").data)
    assert fault_of(upload, specimens.swelling(), "gate.docx") == Fault.SWELLS
    assert fault_of(upload, b"", "gate.txt") == Fault.EMPTY
    assert fault_of(upload, specimens.pdf(), "gate.pdf", PICTURES) == Fault.UNKNOWN_KIND
    assert fault_of(clean_upload, BytesIO(), name="gate.pdf", size=100_000_000, wanted=FILES) == Fault.TOO_LARGE


def test_two_formats_in_one_file_leave_only_the_one() -> None:
    hidden = specimens.archive({"evil.js": b"alert(1)"})
    script = b"<script>alert(1)</script>"
    assert b"PK\x03\x04" not in upload(specimens.picture() + hidden, "gate.jpg", PICTURES).data
    assert script not in upload(specimens.picture() + script, "gate.jpg", PICTURES).data
    assert script not in upload(specimens.pdf() + script, "gate.pdf").data


def test_segments_and_boxes_are_taken_out_of_streams_as_they_are() -> None:
    dirty = specimens.picture()
    bare = bare_jpeg(dirty + b"trailing")
    assert TELLING not in bare
    assert b"trailing" not in bare
    assert Image.open(BytesIO(bare)).tobytes() == Image.open(BytesIO(dirty)).tobytes()
    assert bare_jpeg(b"nothing") == b"nothing"
    box = (8 + len(TELLING)).to_bytes(4, "big") + b"xml " + TELLING
    head = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
    assert bare_jp2(head + box + b"\x00\x00\x00\x09jp2cx") == head + b"\x00\x00\x00\x09jp2cx"
    assert bare_jp2(b"nothing") == b"nothing"
