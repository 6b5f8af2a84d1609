"""Do marking words come onto a page only when one person explains them and another one publishes?"""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import Comment, Page, Revision

from kb import marking_words
from kb.models import GuidanceIndexPage, GuidancePage, HomePage
from people import audit
from people.choices import Role
from people.models import User
from tests.factories import make_user
from tests.kb.admin_forms import loaded

pytestmark = pytest.mark.django_db

TEACHES = "What the stamp NATO SECRET means"
WHY = "It teaches the stamp."


@pytest.fixture
def page() -> Any:
    home = Page.get_first_root_node().add_child(instance=HomePage(title="Home", slug="h", heading="h", lead="l"))
    index = home.add_child(instance=GuidanceIndexPage(title="Guidance", slug="guidance"))
    made = index.add_child(instance=GuidancePage(title="Markings", slug="markings", summary="What they mean"))
    made.save_revision().publish()
    return GuidancePage.objects.get(pk=made.pk)


def administrator() -> User:
    return make_user(roles=[Role.ADMINISTRATOR])


def form(page: Any = None, **changes: Any) -> dict[str, Any]:
    return {
        "title": "Markings",
        "slug": "markings",
        "summary": "What they mean",
        "menu": "read",
        "menu_title": "",
        "words_explained": "",
        "body-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        **(loaded(page) if page is not None else {}),
        **changes,
    }


def send(client: Client, page: Any, person: User, **changes: Any) -> Any:
    client.force_login(person)
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form(page, **changes))


def shown(page: Any) -> str:
    return GuidancePage.objects.get(pk=page.pk).summary


def test_a_draft_asks_why_and_keeps_what_was_typed(client: Client, page: Any) -> None:
    before = Revision.objects.count()
    refused = send(client, page, administrator(), summary=TEACHES)
    assert refused.status_code == 200
    text = refused.content.decode()
    assert "“NATO SECRET”" in text and TEACHES in text
    assert Revision.objects.count() == before
    assert send(client, page, administrator(), summary=TEACHES, words_explained=WHY).status_code == 302
    assert Revision.objects.count() == before + 1


def test_whoever_wrote_the_words_does_not_publish_them_somebody_else_does(client: Client, page: Any) -> None:
    writer, other = administrator(), administrator()
    new = {"summary": TEACHES, "words_explained": WHY}
    assert "somebody else has to read" in send(client, page, writer, **new, **{"action-publish": "1"}).content.decode()
    assert send(client, page, writer, **new).status_code == 302
    assert send(client, page, writer, **new, **{"action-publish": "1"}).status_code == 200
    assert shown(page) == "What they mean"
    assert send(client, page, other, **new, **{"action-publish": "1"}).status_code == 302
    assert shown(page) == TEACHES
    # What two people have let stand, each may publish again.
    assert send(client, page, writer, **{**new, "title": "All markings"}, **{"action-publish": "1"}).status_code == 302


def test_a_word_that_the_second_person_adds_waits_for_a_third(client: Client, page: Any) -> None:
    writer, other = administrator(), administrator()
    send(client, page, writer, summary=TEACHES, words_explained=WHY)
    more = {"summary": f"{TEACHES}, and COSMIC", "words_explained": WHY, "action-publish": "1"}
    assert send(client, page, other, **more).status_code == 200
    assert shown(page) == "What they mean"


def test_a_new_page_is_not_published_with_them_at_once(client: Client, page: Any) -> None:
    client.force_login(administrator())
    address = reverse("wagtailadmin_pages:add", args=["kb", "guidancepage", page.get_parent().pk])
    new = form(title="Stamps", slug="stamps", summary=TEACHES, words_explained=WHY)
    assert client.post(address, {**new, "action-publish": "1"}).status_code == 200
    assert not GuidancePage.objects.filter(slug="stamps").exists()
    assert client.post(address, new).status_code == 302
    assert not GuidancePage.objects.get(slug="stamps").live


def test_publishing_many_in_one_go_is_no_way_around(client: Client, page: Any) -> None:
    writer, other = administrator(), administrator()
    send(client, page, writer, summary=TEACHES, words_explained=WHY)
    address = f"/admin/bulk/wagtailcore/page/publish/?id={page.pk}&next=/admin/"
    for person, summary in ((writer, "What they mean"), (other, TEACHES)):
        client.force_login(person)
        client.post(address)
        assert shown(page) == summary


def test_no_other_way_of_publishing_is_one_either(client: Client, page: Any) -> None:
    writer = administrator()
    page.summary = TEACHES
    revision = page.save_revision(user=writer)
    with audit.acting(writer.pk), pytest.raises(PermissionDenied), transaction.atomic():
        revision.publish(user=writer)
    assert shown(page) == "What they mean"
    with audit.acting(administrator().pk):
        revision.publish()
    assert shown(page) == TEACHES


def test_the_first_page_takes_none_of_these_words(client: Client, page: Any) -> None:
    client.force_login(administrator())
    home = page.get_parent().get_parent()
    sent = {"title": "Home", "slug": "h", "heading": TEACHES, "lead": "l", "comments-TOTAL_FORMS": "0"}
    answer = client.post(
        reverse("wagtailadmin_pages:edit", args=[home.pk]), {**sent, "comments-INITIAL_FORMS": "0", **loaded(home)}
    )
    assert answer.status_code == 200
    assert HomePage.objects.get().get_latest_revision_as_object().heading == "h"


def test_remarks_in_the_margin_take_none_of_these_words(client: Client, page: Any) -> None:
    def remark(text: str) -> dict[str, Any]:
        return {
            "comments-TOTAL_FORMS": "1",
            "comments-0-text": text,
            "comments-0-contentpath": "summary",
            "comments-0-position": "",
            "comments-0-resolved": "",
            "comments-0-id": "",
            "comments-0-DELETE": "",
            "comments-0-replies-TOTAL_FORMS": "0",
            "comments-0-replies-INITIAL_FORMS": "0",
        }

    person = administrator()
    assert send(client, page, person, **remark("As in the COSMIC annex")).status_code == 200
    assert not Comment.objects.exists()
    assert send(client, page, person, **remark("As in the annex")).status_code == 302
    assert Comment.objects.count() == 1


def test_the_reason_why_they_stand_there_is_shown_to_no_reader(client: Client, page: Any) -> None:
    GuidancePage.objects.filter(pk=page.pk).update(words_explained="Zqwhy")
    assert marking_words.found_on(GuidancePage.objects.get(pk=page.pk)) == []
    assert "Zqwhy" not in client.get(page.get_url() or "").content.decode()
