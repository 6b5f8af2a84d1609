"""Do the closed addresses of the editing interface stay closed, and does none of the open ones fail?"""

import pytest
from django.test import Client

from people.choices import Role
from tests.factories import make_concept, make_entry, make_user

pytestmark = pytest.mark.django_db

CLOSED = (
    "/admin/failwhale/",
    "/admin/test404/",
    "/admin/redirects/",
    "/admin/redirects/import/process/",
    "/admin/embeds/chooser/",
    "/admin/bulk/people/user/assign_role/",
    "/admin/editing-sessions/ping/kb/entry/abc/1/",
    f"/admin/editing-sessions/ping/kb/entry/{'9' * 30}/1/",
    "/admin/reports/locked/",
)


@pytest.mark.parametrize("path", CLOSED)
def test_a_closed_address_is_closed_to_everybody(client: Client, path: str) -> None:
    client.force_login(make_user(superuser=True, roles=Role.values))
    assert client.get(path).status_code == client.post(path).status_code == 404


@pytest.mark.parametrize("path", ["/admin/", "/admin/pages/", "/admin/pages/search/", "/admin/sites/"])
def test_a_superuser_finds_the_pages(client: Client, path: str) -> None:
    client.force_login(make_user(superuser=True, roles=Role.values))
    assert client.get(path, follow=True).status_code == 200


@pytest.mark.parametrize("superuser", [False, True])
def test_no_vocabulary_is_made_and_no_concept_deleted_that_entries_rest_on(client: Client, superuser: bool) -> None:
    make_entry()
    concept = make_concept("facility-types", "christmas-market")
    client.force_login(make_user(superuser=superuser, roles=[Role.CURATOR]))
    for path in ("/admin/vocabularies/new/", f"/admin/concepts/delete/{concept.pk}/"):
        assert client.post(path, {"description": "x", "synonym_search": "on"}).status_code in {302, 403, 404}, path
    assert "/admin/vocabularies/new/" not in client.get("/admin/vocabularies/").content.decode()
    concept.refresh_from_db()
