"""Does no link and no chooser tell of a page that is not published?"""

from typing import Any

import pytest
from django.test import Client
from wagtail.models import Page
from wagtail.rich_text import expand_db_html

from kb.models import GuidanceIndexPage, GuidancePage, HomePage
from people.choices import Role
from people.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages() -> Any:
    """A published page and a draft, under an index."""
    home = Page.get_first_root_node().add_child(instance=HomePage(title="Home", slug="h", heading="h", lead="l"))
    index = home.add_child(instance=GuidanceIndexPage(title="Guidance", slug="guidance"))
    shown = index.add_child(instance=GuidancePage(title="Markings", slug="markings", summary="s"))
    draft = index.add_child(instance=GuidancePage(title="Zqtitle", slug="zqslug", summary="s", live=False))
    return index, shown, draft


@pytest.fixture
def trainer(client: Client) -> User:
    person = make_user(roles=[Role.TRAINER])
    client.force_login(person)
    return person


def test_a22_choosers_answer_for_a_draft_as_for_an_unknown_page(client: Client, trainer: User, pages: Any) -> None:
    index, shown, draft = pages
    for path in ("/admin/choose-page/{}/", "/admin/choose-page/chosen-multiple/?id={}"):
        hidden, unknown = (client.get(path.format(key)) for key in (draft.pk, 10**6))
        assert hidden.status_code == unknown.status_code == 404
        assert client.get(path.format(shown.pk)).status_code == 200
    both = client.get(f"/admin/choose-page/chosen-multiple/?id={shown.pk}&id={draft.pk}&id=x")
    assert both.status_code == 404
    listed = client.get(f"/admin/choose-page/{index.pk}/").content.decode()
    assert "Markings" in listed
    assert "Zqtitle" not in listed


def test_a10_a_link_to_a_draft_carries_no_address(pages: Any) -> None:
    _index, shown, draft = pages
    markup = "".join(f'<a linktype="page" id="{key}">x</a>' for key in (shown.pk, draft.pk, 10**6, "abc", ""))
    expanded = expand_db_html(markup)
    assert expanded.count("<a>x</a>") == 4
    assert "zqslug" not in expanded
    assert expand_db_html(f'<a linktype="page" id="{shown.pk}">x</a>').startswith("<a href=")


def test_an_empty_address_is_asked_for_again(client: Client, trainer: User) -> None:
    for form in ({}, {"external-link-chooser-url": ""}):
        assert client.post("/admin/choose-external-link/", form).status_code == 200
    chosen = client.post("/admin/choose-external-link/", {"external-link-chooser-url": "https://example.org/"})
    assert "external_link_chosen" in chosen.content.decode()
