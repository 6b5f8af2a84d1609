"""a33 to a37: one way leads to uploads, nothing on it runs, nothing harmful comes in, nothing tells of anybody."""

import re
import tracemalloc

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kb.models import MediaDocument, MediaImage
from kb.models.media import FILE, FULL, SIZES
from tests.attacks.people import KINDS, READS, Cast
from tests.factories import make_file, make_picture
from tests.kb.anonymisation import specimens

pytestmark = pytest.mark.django_db

MARKINGS = ("clear", "green", "green_released", "amber_home", "amber_other", "strict_home")


def text_of(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def without_names(response, *names: str) -> str:
    """Return a page without the address that was asked for and what is new in each answer."""
    text = response.content.decode()
    for name in names:
        text = text.replace(name, "")
    return re.sub(r"[0-9a-f]{12}", "", text)


def test_a33_folders_names_and_ways_around_lead_nowhere(cast: Cast) -> None:
    picture, document = make_picture(), make_file()
    for kind in ("anonymous", "member", "curator", "superuser"):
        client = cast.client(kind)
        for path in (
            f"/media/{picture.file.name}",
            f"/media/{document.file.name}",
            "/media/",
            f"/media/{picture.public_id}/..%2f..%2fsettings",
            f"/media/{picture.public_id}/full%00",
            f"/media/{document.public_id}/full",
            f"/media/{picture.public_id}/file",
            f"/media/{picture.public_id}/{document.public_id}",
            f"/media/{picture.file.name.replace('/', '%2f')}/full",
            f"/documents/{document.pk}/x.txt",
        ):
            response = client.get(path)
            assert response.status_code in {400, 404}, path
            assert b"Shut it." not in text_of(response)


def test_a34_every_size_of_a_closed_picture_is_as_unknown_as_none(cast: Cast) -> None:
    pictures = {marking: make_picture(cast.marking(marking)) for marking in MARKINGS}
    for kind in KINDS:
        client = cast.client(kind)
        for marking, picture in pictures.items():
            for size in (*SIZES, FULL):
                response = client.get(picture.address(size))
                assert response.status_code == (200 if kind in READS[marking] else 404), (kind, marking, size)
                if response.status_code == 404:
                    unknown = client.get(picture.address(size).replace(picture.public_id, "zzzzzzzz"))
                    same = without_names(response, picture.public_id)
                    assert same == without_names(unknown, "zzzzzzzz")
                    assert sorted(response.headers) == sorted(unknown.headers)
                else:
                    text_of(response)
            for spec in ("width-2000", "original", "fill-100x100", "max-9999x9999", "small|jpegquality-1"):
                assert client.get(picture.address("full").replace("/full", f"/{spec}")).status_code == 404


def test_a34_files_are_as_closed_as_pictures(cast: Cast) -> None:
    files = {marking: make_file(cast.marking(marking), text="Zqtext") for marking in MARKINGS}
    for kind in KINDS:
        client = cast.client(kind)
        for marking, document in files.items():
            for method in ("get", "post"):
                response = getattr(client, method)(document.get_absolute_url())
                assert response.status_code == (200 if kind in READS[marking] else 404), (kind, marking)
                assert kind in READS[marking] or b"Zqtext" not in text_of(response)


def test_a35_what_a_browser_could_run_is_only_ever_fetched(client: Client) -> None:
    for document in (make_file(text="<script>alert(1)</script>"), make_file(text="<?xml version='1.0'?><a/>")):
        response = client.get(f"/media/{document.public_id}/{FILE}")
        assert response.headers["Content-Disposition"].startswith("attachment; filename=")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        text_of(response)


HARMFUL = {
    "an SVG": ("pictures", "gate.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    "an SVG that is called a picture": ("pictures", "gate.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "HTML": ("files", "gate.html", b"<script>alert(1)</script>"),
    "HTML that is called a text": ("files", "gate.txt", b"<script>alert(1)</script>"),
    "a wrong ending": ("files", "gate.pdf", specimens.docx()),
    "two endings": ("pictures", "gate.php.jpg", specimens.picture()),
    "nothing": ("files", "gate.txt", b""),
    "100 megapixels": ("pictures", "gate.png", specimens.pixels(10_000, 10_000)),
    "4,000 megapixels": ("pictures", "gate.png", specimens.pixels(63_000, 63_000)),
    "an archive that swells": ("files", "gate.docx", specimens.swelling()),
    "an entity bomb": ("files", "gate.docx", specimens.docx(word__a_dot_xml=specimens.entity_bomb())),
    "an entity of elsewhere": ("files", "gate.odt", specimens.odt(styles_dot_xml=specimens.outside_entity())),
    "macros": ("files", "gate.docx", specimens.docx(word__vbaProject_dot_bin=b"x")),
    "a program": ("files", "gate.txt", b"MZ\x90\x00\x03\x00\x00\x00"),
}


def sent(name: str, data: bytes) -> dict[str, object]:
    return {"title": "A gate", "description": "A gate", "label": "TLP:CLEAR", "file": SimpleUploadedFile(name, data)}


@pytest.mark.parametrize("what", HARMFUL)
def test_a36_harmful_files_are_refused_in_words(cast: Cast, what: str) -> None:
    place, name, data = HARMFUL[what]
    response = cast.client("curator").post(f"/admin/{place}/new/", sent(name, data))
    assert response.status_code == 422, what
    assert response.context["form"].errors["file"][0].endswith("."), what
    assert not MediaImage.objects.exists()
    assert not MediaDocument.objects.exists()


def test_a36_a_hundred_megabytes_are_refused_without_being_read(cast: Cast) -> None:
    client = cast.client("curator")
    tracemalloc.start()
    try:
        response = client.generic("POST", "/admin/files/new/", b"x", CONTENT_LENGTH="100000000")
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert response.status_code == 413
    assert "at most" in response.content.decode()
    assert most < 20_000_000


@pytest.mark.parametrize("kind", ["learner", "member", "partner", "contributor", "trainer", "auditor"])
def test_a36_nobody_uploads_who_does_not_edit(cast: Cast, kind: str) -> None:
    for place in ("pictures", "files"):
        for method in ("get", "post"):
            response = getattr(cast.client(kind), method)(f"/admin/{place}/new/", sent("gate.jpg", specimens.picture()))
            assert response.status_code in {404, 302}
            assert response.status_code == 404 or response.url.startswith("/account/")
    assert not MediaImage.objects.exists()


def test_a37_nothing_of_where_and_by_whom_is_left(cast: Cast) -> None:
    client = cast.client("curator")
    uploads = {
        "pictures": ("IMG_2041 station.jpg", specimens.picture()),
        "files": (f"{specimens.NAME}.pdf", specimens.pdf()),
    }
    for place, (name, data) in uploads.items():
        assert client.post(f"/admin/{place}/new/", sent(name, data)).status_code == 302
    picture, document = MediaImage.objects.get(), MediaDocument.objects.get()
    for path in (*(picture.address(size) for size in (*SIZES, FULL)), document.get_absolute_url()):
        response = client.get(path)
        given = text_of(response) + str(response.headers).encode()
        for telling in (specimens.TELLING, b"Exif", b"IMG_2041", b"station", b"photoshop"):
            assert telling not in given, path
    kept = "".join(str(path) for path in settings.MEDIA_ROOT.rglob("*"))
    assert "station" not in kept
    assert specimens.NAME not in kept
    assert picture.uploaded_by_user is None
