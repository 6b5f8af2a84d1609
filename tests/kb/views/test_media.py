"""Is the checked view the only way to what was uploaded, and does it give out only what it should?"""

import pytest
from django.test import Client
from django.utils import timezone

from kb.choices import Standing, Tlp
from kb.models import Entry, Marking
from kb.models.media import FULL, SIZES
from kb.signals import media_read
from tests.factories import make_circle, make_entry, make_file, make_marking, make_picture, make_user

pytestmark = pytest.mark.django_db


def body_of(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_a_public_picture_is_given_out_in_each_size_and_asked_for_anew(client: Client) -> None:
    picture = make_picture()
    lengths = []
    for size in (*SIZES, FULL):
        response = client.get(picture.address(size))
        assert response.headers["Content-Type"] == "image/jpeg"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert response.headers["Cache-Control"] == "no-cache"
        assert response.headers["Content-Disposition"].startswith("inline")
        assert not response.cookies
        lengths.append(len(body_of(response)))
        again = client.get(picture.address(size), headers={"if-none-match": response.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert lengths == sorted(lengths)


def test_a_file_is_only_ever_fetched_never_shown(client: Client) -> None:
    document = make_file(text="<script>alert(1)</script>")
    response = client.get(document.get_absolute_url())
    disposition = response.headers["Content-Disposition"]
    assert disposition == f'attachment; filename="psa-commons-{document.public_id}.txt"'
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert body_of(response) == b"<script>alert(1)</script>"


def test_a_file_for_a_circle_asks_once_more_and_is_kept_by_no_cache(client: Client) -> None:
    circle = make_circle()
    client.force_login(make_user(circles=[circle]))
    document = make_file(make_marking(Tlp.AMBER, circles=[circle], handling_note="Ask first"), text="Zqtext")
    told = []
    media_read.connect(receiver := lambda **kwargs: told.append(kwargs["as_file"]), weak=False)
    try:
        asked = client.get(document.get_absolute_url())
        assert b"Zqtext" not in asked.content
        assert "Ask first" in asked.content.decode()
        assert "you answer for it" in asked.content.decode()
        assert told == []
        fetched = client.post(document.get_absolute_url())
        assert body_of(fetched) == b"Zqtext"
        assert told == [True]
    finally:
        media_read.disconnect(receiver)
    for response in (asked, fetched):
        assert response.headers["Cache-Control"] == "private, no-store"
    assert fetched.headers["X-Robots-Tag"] == "noindex"


def test_green_files_are_fetched_at_once(client: Client) -> None:
    client.force_login(make_user())
    response = client.get(make_file(make_marking(Tlp.GREEN), text="Zqtext").get_absolute_url())
    assert body_of(response) == b"Zqtext"


def test_a_file_that_is_gone_from_its_folder_is_not_there(client: Client) -> None:
    document = make_file()
    document.file.storage.delete(document.file.name)
    assert client.get(document.get_absolute_url()).status_code == 404


def test_an_entry_shows_each_reader_the_pictures_and_files_within_reach(client: Client) -> None:
    circle = make_circle()
    amber = make_marking(Tlp.AMBER, circles=[circle])
    seen, hidden = make_picture(description="An open gate"), make_picture(amber, description="Zqhidden")
    document = make_file(make_marking(Tlp.AMBER, circles=[circle]), title="Zqfile")
    entry = make_entry(
        sections={
            "pictures": [{"picture": seen.public_id, "caption": "From outside"}, {"picture": hidden.public_id}],
            "files": [{"file": document.public_id}],
        }
    )
    shown = client.get(entry.get_absolute_url()).content.decode()
    assert 'alt="An open gate"' in shown
    assert "From outside" in shown
    for word in ("Zqhidden", "Zqfile", hidden.public_id, document.public_id, 'id="files"'):
        assert word not in shown
    client.force_login(make_user(circles=[circle]))
    whole = client.get(entry.get_absolute_url()).content.decode()
    for word in ("Zqhidden", "Zqfile", hidden.address("small"), document.get_absolute_url()):
        assert word in whole
    assert '<data class="tlp-label" value="TLP:AMBER">' in whole.split("</aside>")[0], "the page is as its highest part"


def status(client: Client, address: str) -> int:
    response = client.get(address)
    body_of(response)  # closes the file
    return response.status_code


def test_what_stood_in_a_recalled_text_alone_goes_and_comes_back_with_it(client: Client) -> None:
    picture, shared, document = make_picture(), make_picture(), make_file()
    entry = make_entry(
        sections={
            "pictures": [{"picture": picture.public_id}, {"picture": shared.public_id}],
            "files": [{"file": document.public_id}],
        }
    )
    make_entry(sections={"pictures": [{"picture": shared.public_id}]})
    addresses = [f"/media/{item.public_id}/{spec}" for item, spec in ((picture, "medium"), (document, "file"))]
    other = f"/media/{shared.public_id}/medium"
    assert {status(client, address) for address in (*addresses, other)} == {200}
    Entry.objects.filter(pk=entry.pk).update(standing=Standing.RECALLED)
    assert {status(client, address) for address in addresses} == {404}
    assert status(client, other) == 200
    Entry.objects.filter(pk=entry.pk).update(standing=Standing.CURRENT)
    Marking.objects.filter(pk=entry.marking_id).update(frozen_at=timezone.now())
    assert {status(client, address) for address in addresses} == {404}
    Marking.objects.filter(pk=entry.marking_id).update(frozen_at=None)
    assert {status(client, address) for address in (*addresses, other)} == {200}
