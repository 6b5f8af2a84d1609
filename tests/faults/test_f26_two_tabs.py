"""Two tabs edit the same: whoever saves second is warned, nothing is overwritten, and both versions are kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, Revision

from kb.models import Entry, GuidanceIndexPage, GuidancePage, HomePage
from kb.viewsets import conflicts
from people.choices import Role
from tests.factories import make_entry, make_user
from tests.kb.admin_forms import edit_data, loaded

pytestmark = pytest.mark.django_db


def form_of(entry: Entry, **changes: Any) -> str:
    return reverse(Entry.snippet_viewset.get_url_name("edit"), args=[entry.pk])


def titles(stored: Any) -> list[str]:
    """Return the titles of all revisions, the first one first."""
    rows = Revision.objects.for_instance(stored).order_by("pk")
    return [row.content["title"] for row in rows]


@pytest.fixture
def entry(client: Client) -> Entry:
    person = make_user(roles=[Role.CURATOR], name="Ada Fable")
    client.force_login(person)
    made = make_entry("As it was")
    made.save_revision(user=person)
    return Entry.objects.get(pk=made.pk)


def test_f26_the_form_says_with_which_revision_it_was_loaded(client: Client, entry: Entry) -> None:
    page = client.get(form_of(entry)).content.decode()
    for name, value in loaded(entry).items():
        assert f'name="{name}" value="{value}"' in page


@pytest.mark.parametrize("action", ["", "action-publish", "action-submit"])
def test_f26_the_second_save_is_warned_and_keeps_its_text(client: Client, entry: Entry, action: str) -> None:
    first, second = edit_data(entry, title="From the first tab"), edit_data(entry, title="From the second tab")
    assert client.post(form_of(entry), first).status_code == 302
    late = client.post(form_of(entry), {**second, **({action: "1"} if action else {})})
    page = late.content.decode()
    assert late.status_code == 200
    assert "Ada Fable saved another version" in page
    assert 'value="From the second tab"' in page
    assert titles(entry) == ["As it was", "From the first tab"]
    stored = Entry.objects.get(pk=entry.pk)
    assert (stored.title, stored.workflow_in_progress) == ("As it was", False)
    # The person has been told: sent once more from the form that came back, it is a version of its own.
    assert client.post(form_of(entry), {**second, **loaded(entry)}).status_code == 302
    assert titles(entry) == ["As it was", "From the first tab", "From the second tab"]


def test_f26_a_form_that_does_not_say_what_it_showed_is_not_taken(client: Client, entry: Entry) -> None:
    blind = {name: value for name, value in edit_data(entry, title="Blind").items() if not name.startswith("loaded_")}
    assert client.post(form_of(entry), blind).status_code == 200
    assert titles(entry) == ["As it was"]


def test_f26_a_first_revision_made_meanwhile_counts_too(client: Client, entry: Entry) -> None:
    new = make_entry("Without revision", live=False)
    form = edit_data(new, title="Second")
    new.save_revision()
    assert client.post(form_of(new), form).status_code == 200
    assert titles(new) == ["Without revision"]


def test_f26_saving_by_itself_stops_as_well(client: Client, entry: Entry) -> None:
    form = edit_data(entry, title="By itself")
    entry.save_revision()
    answer = client.post(form_of(entry), form, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "invalid_revision")
    assert "By itself" not in titles(entry)


def test_f26_in_the_same_instant_only_one_gets_through(client: Client, entry: Entry, monkeypatch: Any) -> None:
    """The other person saves after this request has looked, and before it stores."""
    form = edit_data(entry, title="Too late")
    honest = conflicts.EntryConflictMixin.is_valid

    def is_valid(view: Any, sent: Any) -> bool:
        valid = honest(view, sent)
        other = Entry.objects.get(pk=entry.pk)
        other.title = "A moment earlier"
        other.save_revision()
        return valid

    monkeypatch.setattr(conflicts.EntryConflictMixin, "is_valid", is_valid)
    answer = client.post(form_of(entry), form)
    assert answer.status_code == 200
    assert "another version" in answer.content.decode()
    assert titles(entry) == ["As it was", "A moment earlier"]


@pytest.fixture
def page(client: Client) -> Any:
    client.force_login(make_user(roles=[Role.ADMINISTRATOR], name="Ada Fable"))
    home = Page.get_first_root_node().add_child(instance=HomePage(title="Home", slug="h", heading="h", lead="l"))
    index = home.add_child(instance=GuidanceIndexPage(title="Guidance", slug="guidance"))
    made = index.add_child(instance=GuidancePage(title="As it was", slug="markings", summary="What they mean"))
    made.save_revision()
    return made


def page_form(page: Any, title: str, **changes: str) -> dict[str, str]:
    return {
        "title": title,
        "slug": "markings",
        "summary": "What they mean",
        "menu": "read",
        "menu_title": "",
        "body-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        **loaded(page),
        **changes,
    }


@pytest.mark.parametrize("action", ["", "action-publish"])
def test_f26_guidance_is_guarded_alike(client: Client, page: Any, action: str) -> None:
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    pressed = {action: "1"} if action else {}
    first, second = page_form(page, "From the first tab"), page_form(page, "From the second tab", **pressed)
    assert client.post(path, first).status_code == 302
    late = client.post(path, second)
    assert late.status_code == 200
    assert "another version" in late.content.decode()
    assert 'value="From the second tab"' in late.content.decode()
    assert titles(page) == ["As it was", "From the first tab"]
    assert client.post(path, {**second, **loaded(page)}).status_code == 302
    assert titles(page) == ["As it was", "From the first tab", "From the second tab"]


@pytest.mark.parametrize("model", [HomePage, GuidanceIndexPage, GuidancePage])
def test_f26_every_kind_of_page_has_the_guarded_form(model: type[Page]) -> None:
    from wagtail.admin.viewsets.pages import page_viewset_registry

    assert page_viewset_registry.get_by_type(model).edit_view_class is conflicts.GuardedPageEditView


def test_f26_the_refusal_is_one_that_wagtail_shows(entry: Entry) -> None:
    view = conflicts.EntryConflictMixin()
    view.latest_revision, view.object = None, entry
    with pytest.raises(PermissionDenied, match="saved another version"):
        view.save_instance()
