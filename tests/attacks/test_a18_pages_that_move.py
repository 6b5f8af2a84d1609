"""a10 and a18: a page that is closed stays so, wherever it is moved, copied or aliased, and no link tells of it."""

from typing import Any

import pytest
from django.test import Client
from wagtail.models import Page, PageViewRestriction, Site

from kb.models import GuidanceIndexPage, GuidancePage, HomePage
from kb.templatetags import kb_tags
from tests.attacks.people import Cast
from tests.factories import locale, make_entry

pytestmark = pytest.mark.django_db

KINDS = ("anonymous", "learner", "member", "curator", "administrator", "superuser")


@pytest.fixture
def tree() -> dict[str, Any]:
    """A home page with two sections, a restricted one with a page in it and an open one."""
    Page.objects.filter(depth=2).delete()
    root = Page.get_first_root_node()
    home = root.add_child(instance=HomePage(title="Home", slug="home-x", heading="Home", lead="x", locale=locale()))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "testserver", "root_page": home})
    closed = home.add_child(instance=GuidanceIndexPage(title="Closed", slug="closed", locale=locale()))
    opened = home.add_child(instance=GuidanceIndexPage(title="Guidance", slug="guidance", locale=locale()))
    hidden = closed.add_child(
        instance=GuidancePage(title="Zqtitle", slug="zqslug", summary="Zqsummary", locale=locale(), menu="about")
    )
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    kb_tags._menus.clear()
    return {"home": home, "closed": closed, "open": opened, "hidden": hidden}


def test_a18_a_closed_page_is_as_unknown_as_none(cast: Cast, tree: dict[str, Any]) -> None:
    for kind in KINDS:
        client = cast.client(kind)
        hidden, unknown = client.get("/closed/zqslug/"), client.get("/closed/unknown/")
        assert hidden.status_code == unknown.status_code == 404
        assert hidden.content.replace(b"zqslug", b"") == unknown.content.replace(b"unknown", b"")
        assert client.get("/closed/").status_code == 404


def test_a18_no_list_menu_or_map_names_it(client: Client, tree: dict[str, Any]) -> None:
    for path in ("/guidance/", "/", "/sitemap.xml", "/search/?q=guidance"):
        text = client.get(path).content.decode()
        for word in ("Zqtitle", "zqslug", "Zqsummary"):
            assert f"/{word}" not in text, path
            assert f">{word}" not in text, path


def test_a18_copies_and_aliases_of_it_stay_closed_while_they_stand_there(client: Client, tree: dict[str, Any]) -> None:
    tree["hidden"].copy(update_attrs={"slug": "copied"}, to=tree["closed"])
    tree["hidden"].create_alias(update_slug="aliased", parent=tree["closed"])
    for slug in ("copied", "aliased"):
        assert client.get(f"/closed/{slug}/").status_code == 404


def test_a18_only_administrators_can_move_a_page_at_all(cast: Cast, tree: dict[str, Any]) -> None:
    """Pages carry no marking and hold public guidance only; whoever could move one is trusted with the whole tree."""
    for kind in ("member", "curator", "reviewer", "trainer"):
        client = cast.client(kind)
        for verb in ("move", f"move/{tree['open'].pk}/confirm", "copy"):
            path = f"/admin/pages/{tree['hidden'].pk}/{verb}/"
            for method in ("get", "post"):
                response = getattr(client, method)(path)
                assert response.status_code in {302, 403, 404}, (kind, path)
                assert "Zqtitle" not in response.content.decode()
    tree["hidden"].refresh_from_db()
    assert tree["hidden"].get_parent().pk == tree["closed"].pk


def test_a10_a_link_to_a_closed_page_gives_no_address(client: Client, tree: dict[str, Any]) -> None:
    link = f'<p><a linktype="page" id="{tree["hidden"].pk}">Read this</a></p>'
    shown = client.get(make_entry(sections={"problem": link}).get_absolute_url()).content.decode()
    assert "Read this" in shown
    assert "zqslug" not in shown
    assert "/closed/" not in shown


def test_a10_a_link_to_an_upload_gives_no_address(client: Client) -> None:
    link = '<p><a linktype="document" id="1">Read this</a><embed embedtype="image" id="1" format="left"></p>'
    response = client.get(make_entry(sections={"problem": link}).get_absolute_url())
    assert response.status_code == 200
    assert "<a>Read this</a>" in response.content.decode()
    assert "embed" not in response.content.decode()
