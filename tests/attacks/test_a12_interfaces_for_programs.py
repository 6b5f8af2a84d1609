"""Does an interface for programs tell more than the pages? The editing interface has one, of pages and files."""

import pytest

from tests.attacks.asking import shown
from tests.attacks.people import EDITORS, KINDS, Cast, secret_word
from tests.factories import make_file, make_picture

pytestmark = pytest.mark.django_db

FIELDS = ("", "?fields=*", "?fields=_,title", "?type=kb.Entry", "?search=zq", "?descendant_of=1", "?limit=100")
PLACES = ("pages", "documents", "images", "entries", "snippets", "users")


def test_a12_no_list_detail_or_search_of_an_interface_names_an_entry(cast: Cast) -> None:
    works = [cast.work("strict_other"), cast.work("clear", "draft"), cast.work("amber_home")]
    titles = [secret_word(), secret_word()]
    make_file(cast.marking("strict_other"), title=titles[0])
    make_picture(cast.marking("strict_other"), title=titles[1])
    secrets = [*titles, *(word for work in works for word in work.traces)]
    for kind in KINDS:
        client = cast.client(kind)
        for place in PLACES:
            addresses = [f"/admin/api/main/{place}/{fields}" for fields in FIELDS]
            addresses += [f"/admin/api/main/{place}/{work.entry.pk}/" for work in works]
            for address in addresses:
                assert not [word for word in secrets if word in shown(client.get(address))], (kind, address)
            for base in ("/api", "/api/v1", "/api/v2"):
                assert client.get(f"{base}/{place}/?fields=*").status_code == 404, (kind, base, place)


def test_a13_what_programs_are_told_of_the_site_is_nothing_or_one_word(cast: Cast) -> None:
    closed = (
        "/api/",
        "/api/schema/",
        "/api/docs/",
        "/metrics/",
        "/status/",
        "/debug/",
        "/__debug__/",
        "/django-admin/",
    )
    for kind in KINDS:
        client = cast.client(kind)
        for address in closed:
            assert client.get(address).status_code == 404, (kind, address)
        health = client.get("/health/")
        assert health.content.decode().strip() in {"ok", "degraded"}
        assert client.get("/health/?verbose=1&details=1").content == health.content
        if kind not in {"administrator", "superuser"}:
            assert client.get("/admin/status/").status_code in ({404} if kind in EDITORS else {302, 404}), kind
