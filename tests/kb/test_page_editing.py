"""Can administrators, and nobody else without rights of their own, edit the pages of the site?"""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from kb.choices import ReportReason, SpillOutcome
from kb.models import GuidanceIndexPage, GuidancePage, HomePage
from kb.spills import procedure
from people.choices import Role
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> Any:
    home = Page.get_first_root_node().add_child(instance=HomePage(title="Home", slug="h", heading="h", lead="l"))
    index = home.add_child(instance=GuidanceIndexPage(title="Guidance", slug="guidance"))
    return index.add_child(instance=GuidancePage(title="Markings", slug="markings", summary="What they mean"))


def test_an_administrator_finds_edits_and_publishes_a_page(client: Client, page: Any) -> None:
    client.force_login(make_user(roles=[Role.ADMINISTRATOR]))
    assert "Markings" in client.get(reverse("wagtailadmin_explore", args=[page.get_parent().pk])).content.decode()
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert client.get(path).status_code == 200
    data = {
        "title": "Markings explained",
        "slug": "markings",
        "summary": "What they mean",
        "menu": "read",
        "menu_title": "",
        "body-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "action-publish": "1",
    }
    assert client.post(path, data).status_code == 302
    assert Page.objects.get(pk=page.pk).title == "Markings explained"


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.CURATOR, Role.TRAINER])
def test_other_roles_edit_no_page(client: Client, page: Any, role: str) -> None:
    client.force_login(make_user(roles=[role]))
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert client.get(path).status_code in {302, 404}
    client.post(path, {"title": "Taken over", "action-publish": "1"})
    assert Page.objects.get(pk=page.pk).title == "Markings"


@pytest.mark.parametrize("action", ["delete", "move", "publish", "unpublish"])
def test_bulk_actions_count_what_may_not_be_touched_and_name_nothing(client: Client, page: Any, action: str) -> None:
    client.force_login(make_user(roles=[Role.CURATOR]))
    response = client.get(f"/admin/bulk/wagtailcore/page/{action}/?id={page.pk}")
    assert "Markings" not in response.content.decode()


def test_the_page_chooser_offers_published_pages_only(client: Client, page: Any) -> None:
    page.get_parent().add_child(instance=GuidancePage(title="Zqdraft page", slug="draft", summary="s", live=False))
    client.force_login(make_user(roles=[Role.CURATOR]))
    listed = client.get(reverse("wagtailadmin_choose_page_child", args=[page.get_parent().pk])).content.decode()
    assert "Markings" in listed
    assert "Zqdraft" not in listed


def test_a_preview_may_be_framed_by_the_interface_and_by_nobody_else(client: Client, page: Any) -> None:
    client.force_login(make_user(roles=[Role.ADMINISTRATOR]))
    page.save_revision()
    response = client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert "'unsafe-inline'" not in response["Content-Security-Policy"]


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.CURATOR, Role.TRAINER])
def test_asking_whether_to_move_a_page_tells_nobody_of_it_who_may_not(client: Client, page: Any, role: str) -> None:
    page.get_parent().add_child(instance=GuidancePage(title="Zqdraft page", slug="zqslug", summary="s", live=False))
    hidden = GuidancePage.objects.get(slug="zqslug")
    client.force_login(make_user(roles=[role]))
    for destination in (page, page.get_parent(), hidden):
        path = reverse("wagtailadmin_pages:move_confirm", args=[hidden.pk, destination.pk])
        for response in (client.get(path), client.post(path)):
            assert response.status_code == 404
            assert "zq" not in response.content.decode().lower()
    client.force_login(make_user(roles=[Role.ADMINISTRATOR]))
    path = reverse("wagtailadmin_pages:move_confirm", args=[hidden.pk, page.get_parent().pk])
    assert "Zqdraft" in client.get(path).content.decode()


def test_lists_and_choosers_name_a_page_as_readers_do(client: Client, page: Any) -> None:
    page.title = "Zqdraft title"
    page.save_revision()
    client.force_login(make_user(roles=[Role.CURATOR]))
    for key in (page.pk, page.get_parent().pk):
        listed = client.get(reverse("wagtailadmin_choose_page_child", args=[key])).content.decode()
        assert "Markings" in listed
        assert "Zqdraft" not in listed


def test_an_incomplete_form_for_a_copy_is_refused(client: Client, page: Any) -> None:
    client.force_login(make_user(roles=[Role.ADMINISTRATOR]))
    path = reverse("wagtailadmin_pages:copy", args=[page.pk])
    for data in ({}, {"new_parent_page": "x"}, {"new_parent_page": "1000000"}):
        assert client.post(path, data).status_code == 400
    assert client.get(reverse("wagtailadmin_pages:choose_parent", args=["wagtailcore", "page"])).status_code == 404


def test_an_administrator_is_offered_the_places_for_a_new_page(client: Client, page: Any) -> None:
    client.force_login(make_user(roles=[Role.ADMINISTRATOR]))
    response = client.get(reverse("wagtailadmin_pages:choose_parent", args=["kb", "guidancepage"]), follow=True)
    assert response.status_code == 200
    assert page.get_parent().title in response.content.decode()


def test_a_frozen_page_is_published_by_nobody_before_the_decision(client: Client, page: Any) -> None:
    spill = procedure.open_spill(
        about="page", key=str(page.pk), reason=ReportReason.IDENTIFIES, by=make_user().pk, vetted=True
    )
    assert not Page.objects.get(pk=page.pk).live
    client.force_login(make_user(roles=[Role.ADMINISTRATOR], superuser=True))
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert b"action-publish" not in client.get(path).content
    data = {
        **{"title": "Markings", "slug": "markings", "summary": "What they mean", "menu": "read", "menu_title": ""},
        **{"body-count": "0", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "action-publish": "1"},
    }
    latest = Page.objects.get(pk=page.pk).latest_revision_id
    client.post(path, {**data, "loaded_revision_id": latest or ""})
    client.post(f"/admin/bulk/wagtailcore/page/publish/?id={page.pk}")
    assert not Page.objects.get(pk=page.pk).live
    procedure.decide(spill=spill, outcome=SpillOutcome.FALSE_ALARM, by=make_user().pk)
    assert Page.objects.get(pk=page.pk).live
