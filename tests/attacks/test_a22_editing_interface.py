"""Do the choosers, bulk actions, views and searches of the editing interface name what is hidden from the editor?"""

import pytest
from django.urls import URLPattern, reverse
from wagtail.models import Revision, TaskState, WorkflowState

from kb.models import Entry
from tests.attacks.asking import shown
from tests.attacks.people import EDITORS, KINDS, Cast, Work, secret_word
from tests.attacks.tree import plant_guidance, plant_page
from tests.attacks.world import EDIT

pytestmark = pytest.mark.django_db


def hidden_pairs(cast: Cast) -> list[tuple[str, Work]]:
    """Return each editor with entries that this person may not work on."""
    works = [cast.work("strict_other", "review"), cast.work("amber_home", "changed"), cast.work("clear", "recalled")]
    readers = {"strict_other": {"other_reviewer"}, "amber_home": {"curator", "reviewer"}, "clear": set()}
    return [(kind, work) for kind in EDITORS for work in works if kind not in readers[work.marking] & EDIT]


def test_a22_choosers_offer_no_entry_and_no_unpublished_page(cast: Cast) -> None:
    index, title = plant_guidance(), secret_word()
    page = plant_page(index, f"Zqpage {title}", title, live=False)
    for kind, work in hidden_pairs(cast):
        client, word = cast.client(kind), work.title
        for address in (
            f"/admin/choose-page/search/?q={word}",
            "/admin/choose-page/search/?q=gate",
            "/admin/choose-page/search/?q=Zqpage",
            f"/admin/choose-page/{page.pk}/",
            f"/admin/choose-page/{index.pk}/",
            f"/admin/choose-page/chosen-multiple/?id={page.pk}",
            f"/admin/choose-page/{work.entry.pk}/",
        ):
            told = shown(client.get(address)).replace(address, "")
            assert not [each for each in work.words if each in told.replace(word, "", told.count(f'"{word}"'))], kind
            assert title not in told, (kind, address)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in EDITORS])
def test_a22_whoever_has_no_work_there_finds_no_editing_interface(cast: Cast, kind: str) -> None:
    work = cast.work("green", "review")
    for address in ("/admin/", "/admin/choose-page/", f"/admin/snippets/kb/entry/edit/{work.entry.pk}/"):
        told = cast.client(kind).get(address)
        assert told.status_code == (302 if kind == "anonymous" else 404), address
        assert not [word for word in work.words if word in shown(told)], address


@pytest.mark.parametrize("kind", ["curator", "reviewer", "trainer"])
def test_a23_bulk_actions_on_pages_name_none_that_the_person_may_not_edit(cast: Cast, kind: str) -> None:
    title = secret_word()
    page = plant_page(plant_guidance(), title, live=False)
    for action in ("delete", "move", "publish", "unpublish"):
        told = cast.client(kind).get(f"/admin/bulk/wagtailcore/page/{action}/?id={page.pk}&next=/admin/")
        assert title not in shown(told), action


@pytest.mark.parametrize("model", ["wagtailcore/page", "kb/entry", "people/user", "kb/mediadocument"])
def test_a23_bulk_actions_name_nothing_that_is_hidden(cast: Cast, model: str) -> None:
    for kind, work in hidden_pairs(cast):
        for action in ("delete", "move", "publish", "unpublish", "reviewed", "add_tags"):
            for ids in (f"id={work.entry.pk}", "id=all", f"id=all&id={work.entry.pk}"):
                told = cast.client(kind).get(f"/admin/bulk/{model}/{action}/?{ids}&next=/admin/")
                assert not [word for word in work.words if word in shown(told)], (kind, action, ids)


def _arguments(work: Work, pattern: URLPattern) -> dict[str, object]:
    mine = {"base_content_type": Entry.get_base_content_type(), "object_id": str(work.entry.pk)}
    revision = Revision.objects.filter(**mine).first()
    state = WorkflowState.objects.filter(**mine).first()
    task = TaskState.objects.filter(workflow_state=state).first() if state else None
    values = {
        "pk": work.entry.pk,
        "revision_id": revision.pk if revision else 1,
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "workflow_state_id": state.pk if state else 1,
        "task_state_id": task.pk if task else 1,
        "task_id": task.task_id if task else 1,
        "action_name": "approve",
    }
    names = set(pattern.pattern.converters) or set(pattern.pattern.regex.groupindex)
    return {name: values[name] for name in names}


@pytest.mark.parametrize("method", ["get", "post"])
def test_a24_no_view_of_an_entry_shows_or_names_a_hidden_one(cast: Cast, method: str) -> None:
    for kind, work in hidden_pairs(cast):
        for pattern in Entry.snippet_viewset.get_urlpatterns():
            arguments = _arguments(work, pattern)
            if not arguments:
                continue
            address = reverse(Entry.snippet_viewset.get_url_name(pattern.name), kwargs=arguments)
            told = getattr(cast.client(kind), method)(address)
            assert told.status_code == 404, (kind, pattern.name)
            assert not [word for word in work.words if word in shown(told)], (kind, pattern.name)


def test_a24_no_other_entry_is_reached_through_the_address_of_an_own_one(cast: Cast) -> None:
    own, hidden = cast.work("amber_home", "review"), cast.work("strict_other", "review")
    theirs, state = hidden.entry.latest_revision_id, hidden.entry.current_workflow_task_state
    names = Entry.snippet_viewset.get_url_name
    addresses = (
        reverse(names("revisions_view"), args=[own.entry.pk, theirs]),
        reverse(names("revisions_revert"), args=[own.entry.pk, theirs]),
        reverse(names("revisions_compare"), args=[own.entry.pk, "earliest", theirs]),
        reverse(names("workflow_action"), args=[own.entry.pk, "approve", state.pk])
        + f"?revision={own.entry.latest_revision_id}",
    )
    for kind in ("curator", "reviewer"):
        for address in addresses:
            for told in (cast.client(kind).get(address), cast.client(kind).post(address)):
                assert told.status_code == 404, (kind, address)
                assert not [word for word in hidden.words if word in shown(told)], (kind, address)
    state.refresh_from_db()
    assert state.status == "in_progress"
    assert not Entry.objects.get(pk=hidden.entry.pk).live


def test_a25_lists_completions_and_searches_name_no_entry_and_nobody_elsewhere(cast: Cast) -> None:
    stranger, place = cast.user("other_member"), cast.organisations["other"]
    for kind, work in hidden_pairs(cast):
        for address in (
            *("/admin/", "/admin/snippets/kb/entry/?q=gate", "/admin/snippets/kb/entry/?export=csv"),
            *("/admin/snippets/kb/entry/results/?q=zq", "/admin/tag-autocomplete/?term=zq", "/admin/reports/locked/"),
            *(
                "/admin/tag-autocomplete/kb/keyword/?term=zq",
                "/admin/reports/site-history/",
                "/admin/pages/search/?q=zq",
            ),
            *("/admin/users/?q=example", "/admin/organisations/?q=zq", "/admin/circles/?q=zq", "/admin/memberships/"),
            *("/admin/snippets/kb/entry/add/?kind=lesson", "/admin/images/?q=zq", "/admin/documents/?q=zq"),
        ):
            told = shown(cast.client(kind).get(address))
            assert not [word for word in work.traces if word in told], (kind, address)
            if kind in {"curator", "reviewer", "trainer"}:
                secrets = (stranger.name, stranger.email, place.name, cast.circles["other"].name)
                assert not [word for word in secrets if word in told], (kind, address)


@pytest.mark.parametrize("kind", ["administrator", "superuser"])
def test_a24_what_waits_for_its_review_is_not_published_by_taking_the_review_out_of_use(cast: Cast, kind: str) -> None:
    work = cast.work("clear", "review")
    task = TaskState.objects.get(workflow_state__object_id=str(work.entry.pk)).task
    assert cast.client(kind).post(f"/admin/workflows/tasks/disable/{task.pk}/").status_code == 404
    assert not Entry.objects.get(pk=work.entry.pk).live
