"""Can editors upload, describe, narrow and delete pictures and files, and nobody else learn of them?"""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kb.choices import Tlp
from kb.models import MediaDocument, MediaImage
from kb.viewsets.uploads import FileViewSet, PictureViewSet
from people.choices import Role
from people.models import User
from tests.factories import make_circle, make_entry, make_file, make_marking, make_picture, make_user
from tests.kb.anonymisation import specimens

pytestmark = pytest.mark.django_db

VIEWSETS = [PictureViewSet(), FileViewSet()]


def address(kind: str, name: str, *args: Any) -> str:
    return reverse(f"{kind}:{name}", args=args)


@pytest.fixture
def curator(client: Client) -> User:
    person = make_user(roles=[Role.CURATOR], circles=[make_circle("Own circle")])
    client.force_login(person)
    return person


def sent(data: bytes, name: str, **fields: Any) -> dict[str, Any]:
    given = {"title": "A gate", "description": "A closed gate", "label": "TLP:GREEN", "chatham_house": "on"}
    return {**given, "file": SimpleUploadedFile(name, data), **fields}


def test_an_editor_uploads_a_picture_and_learns_its_identifier(client: Client, curator: User) -> None:
    assert client.get(address("pictures", "add")).status_code == 200
    response = client.post(address("pictures", "add"), sent(specimens.picture(), "Main street 5.jpg"), follow=True)
    picture = MediaImage.objects.get()
    assert picture.public_id in response.content.decode()
    assert (picture.title, picture.description, picture.marking.label) == ("A gate", "A closed gate", Tlp.GREEN)
    listed = client.get(address("pictures", "index")).content.decode()
    assert picture.address("small") in listed
    assert "Main street" not in listed


def test_an_editor_uploads_a_file(client: Client, curator: User) -> None:
    response = client.post(address("files", "add"), sent(specimens.docx(), "plan.docx", label="TLP:CLEAR"))
    assert response.status_code == 302, response.context["form"].errors
    assert MediaDocument.objects.get().kind == "docx"
    assert client.get(address("files", "index")).status_code == 200


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"file": SimpleUploadedFile("x.jpg", b"")}, "file"),
        ({"description": "A sheet marked NATO SECRET"}, "description"),
        ({"file": SimpleUploadedFile("x.svg", b"<svg/>")}, "file"),
        ({"label": ""}, "label"),
        ({"label": "TLP:RED"}, "label"),
        ({"label": "TLP:AMBER"}, "circles"),
        ({"title": ""}, "title"),
        ({"description": ""}, "description"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_words_are_kept(
    client: Client, curator: User, fields: dict[str, Any], field: str
) -> None:
    response = client.post(address("pictures", "add"), sent(specimens.picture(), "gate.jpg", **fields))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not MediaImage.objects.exists()
    if "title" not in fields:
        assert 'value="A gate"' in response.content.decode()


def test_words_are_changed_and_the_marking_narrowed_past_circles_of_others(client: Client, curator: User) -> None:
    other = make_circle("Zqother")
    own = curator.memberships.get().organisation.circles.get()
    picture = make_picture(make_marking(Tlp.AMBER, circles=[own, other]))
    path = address("pictures", "edit", picture.pk)
    page = client.get(path).content.decode()
    assert "Own circle" in page
    assert "Zqother" not in page
    form = {
        "title": "Another gate",
        "description": "Open",
        "label": "TLP:AMBER",
        "circles": [own.pk],
        "chatham_house": 1,
    }
    assert client.post(path, form).status_code == 302
    picture.refresh_from_db()
    assert (picture.title, picture.description) == ("Another gate", "Open")
    assert picture.marking.circle_ids() == {own.pk, other.pk}
    wider = client.post(path, {**form, "label": "TLP:GREEN"})
    assert wider.status_code == 422
    assert "Two people have to agree" in wider.content.decode()


def test_what_is_used_stays_and_what_is_not_goes(client: Client, curator: User) -> None:
    picture = make_picture()
    entry = make_entry(sections={"pictures": [{"picture": picture.public_id}]}, live=False)
    refused = client.post(address("pictures", "delete", picture.pk))
    assert "Take it out there first" in refused.content.decode()
    entry.delete()
    assert client.get(address("pictures", "delete", picture.pk)).status_code == 200
    assert client.post(address("pictures", "delete", picture.pk)).status_code == 302
    assert not MediaImage.objects.exists()


def test_there_are_as_many_addresses_as_were_thought_of() -> None:
    for viewset in VIEWSETS:
        patterns = viewset.get_urlpatterns()
        assert {pattern.name for pattern in patterns} == {
            *("index", "index_results", "add", "edit", "delete", "history", "history_results")
        }
        assert all(hasattr(pattern.callback, "__wrapped__") for pattern in patterns)


@pytest.mark.parametrize("method", ["get", "post", "head"])
@pytest.mark.parametrize("who", ["other", "superuser", "trainer"])
def test_no_address_shows_or_changes_what_is_out_of_reach(client: Client, who: str, method: str) -> None:
    people = {
        "other": {"roles": [Role.CURATOR, Role.REVIEWER, Role.ADMINISTRATOR]},
        "superuser": {"superuser": True, "roles": list(Role), "member": False},
        "trainer": {"roles": [Role.TRAINER]},
    }
    client.force_login(make_user(**people[who]))
    amber = make_circle("Zqcircle")
    items = {
        "pictures": make_picture(make_marking(Tlp.AMBER, circles=[amber]), title="Zqtitle", description="Zqwords"),
        "files": make_file(make_marking(Tlp.AMBER, circles=[amber]), title="Zqtitle", text="Zqtext"),
    }
    for viewset in VIEWSETS:
        item = items[viewset.name]
        for pattern in viewset.get_urlpatterns():
            args = [item.pk] if "pk" in str(pattern.pattern) else []
            path = f"{address(viewset.name, pattern.name, *args)}?q=Zq"
            response = getattr(client, method)(path, {"title": "Taken over", "label": "TLP:CLEAR"})
            text = response.content.decode()
            assert not [
                word for word in ("Zqtitle", "Zqwords", "Zqtext", "Zqcircle", item.public_id) if word in text
            ], path
            assert response.status_code == 404 or (not args and who == "other"), path
        assert type(item).objects.get(pk=item.pk).title == "Zqtitle"


CLOSED = [
    "/admin/images/",
    "/admin/images/add/",
    "/admin/images/multiple/add/",
    "/admin/images/chooser/",
    "/admin/images/chooser/results/?q=Zq",
    "/admin/images/chooser/chosen/{pk}/",
    "/admin/images/{pk}/",
    "/admin/images/{pk}/generate_url/",
    "/admin/images/{pk}/preview/width-100/",
    "/admin/images/usage/{pk}/",
    "/admin/documents/",
    "/admin/documents/chooser/",
    "/admin/documents/edit/{pk}/",
    "/admin/documents/multiple/add/",
    "/admin/collections/",
    "/admin/api/main/images/",
    "/admin/api/main/images/{pk}/",
    "/admin/api/main/documents/",
    "/admin/tag-autocomplete/",
    "/admin/bulk/wagtailimages/image/delete/?id={pk}",
    "/admin/bulk/kb/mediaimage/delete/?id={pk}",
    "/documents/{pk}/x.txt",
    "/images/x/{pk}/width-100/x.jpg",
]


def test_wagtails_own_pages_for_uploads_are_closed(client: Client) -> None:
    client.force_login(make_user(superuser=True, roles=[Role.CURATOR, Role.ADMINISTRATOR]))
    item = make_picture(title="Zqtitle")
    for path in CLOSED:
        for method in ("get", "post"):
            assert getattr(client, method)(path.format(pk=item.pk)).status_code == 404, path
