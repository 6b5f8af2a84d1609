"""Does any address of the editing interface show or change an entry to somebody who is not cleared for it?"""

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, reverse
from django.utils import timezone
from wagtail.admin.models import EditingSession
from wagtail.models import ModelLogEntry, Revision, TaskState, WorkflowState
from wagtail.permissions import policy_registry

from kb.admin_policies import SharingPolicy
from kb.choices import RelationType, Tlp
from kb.models import Entry, EntryRelation, Marking
from people.choices import Role
from people.models import User
from tests.factories import make_circle, make_entry, make_marking, make_organisation, make_user

pytestmark = pytest.mark.django_db

MARKERS = ("Zqtitle", "Zqsummary", "Zqbody", "Zqkeyword", "Zqcircle", "Zqdraft", "Zqcomment")
PATTERNS = 32


class World:
    """An AMBER entry of circle B, in every state at once, and what the reviewer of circle A may see."""

    def __init__(self) -> None:
        self.circle_a, self.circle_b = make_circle("Circle of A"), make_circle("Zqcircle")
        self.reviewer_a = make_user(roles=[Role.REVIEWER, Role.CURATOR], circles=[self.circle_a])
        self.reviewer_b = make_user(roles=[Role.REVIEWER], circles=[self.circle_b])
        self.curator_b = make_user(roles=[Role.CURATOR], circles=[self.circle_b])
        self.superuser = make_user(superuser=True, roles=[Role.REVIEWER, Role.ADMINISTRATOR], member=False)
        self.own = make_entry("Own entry", label=Tlp.AMBER, circles=[self.circle_a])
        self.own.save_revision(user=self.reviewer_a, log_action=True)
        self.hidden = make_entry(
            "Zqtitle of the hidden entry",
            marking=make_marking(Tlp.AMBER, circles=[self.circle_b]),
            summary="Zqsummary",
            sections={"problem": "<p>Zqbody</p>"},
            keywords=["Zqkeyword"],
        )
        self.first = self.hidden.save_revision(user=self.reviewer_b, log_action=True)
        draft = Entry.objects.get(pk=self.hidden.pk)
        draft.title = "Zqdraft of the hidden entry"
        self.second = draft.save_revision(user=self.reviewer_b, log_action=True)
        self.hidden = Entry.objects.get(pk=self.hidden.pk)
        self.state: WorkflowState = self.hidden.get_workflow().start(self.hidden, self.curator_b)
        self.task_state: TaskState = self.state.current_task_state
        EntryRelation.objects.create(source=self.own, target=self.hidden, type=RelationType.SUPPORTS, note="Zqcomment")

    def arguments(self, pattern: URLPattern) -> dict[str, Any]:
        """Values for each part of an address, all of the hidden entry."""
        values = {
            "pk": self.hidden.pk,
            "revision_id": self.first.pk,
            "revision_id_a": self.first.pk,
            "revision_id_b": self.second.pk,
            "task_state_id": self.task_state.pk,
            "workflow_state_id": self.state.pk,
            "task_id": self.task_state.task_id,
            "action_name": "approve",
        }
        names = set(pattern.pattern.converters) or set(pattern.pattern.regex.groupindex)
        return {name: values[name] for name in names}


@pytest.fixture
def world() -> World:
    return World()


def patterns() -> list[URLPattern]:
    return Entry.snippet_viewset.get_urlpatterns()


def address(name: str, **kwargs: Any) -> str:
    return reverse(Entry.snippet_viewset.get_url_name(name), kwargs=kwargs)


def snapshot(entry: Entry) -> list[Any]:
    """Everything stored of an entry that somebody might have changed."""
    row = Entry.objects.filter(pk=entry.pk).values().first()
    marking = Marking.objects.filter(pk=entry.marking_id).values().first()
    content_type = ContentType.objects.get_for_model(Entry)
    own = {"base_content_type": content_type, "object_id": str(entry.pk)}
    return [
        row,
        marking,
        list(Revision.objects.filter(**own).order_by("pk").values("pk", "content", "approved_go_live_at")),
        list(WorkflowState.objects.filter(**own).values("pk", "status")),
        list(TaskState.objects.filter(workflow_state__object_id=str(entry.pk)).values("pk", "status")),
        list(entry.relations.values()) + list(entry.relations_to.values()),
        ModelLogEntry.objects.filter(content_type=content_type, object_id=str(entry.pk)).count(),
        Entry.objects.count(),
    ]


def leaks(response: Any) -> list[str]:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = body.decode("utf-8", "replace") + str(sorted(response.headers.items()))
    return [marker for marker in MARKERS if marker in text]


def outsiders(world: World) -> list[User]:
    return [world.reviewer_a, world.superuser]


def test_there_are_as_many_addresses_as_were_thought_of() -> None:
    """A new version of Wagtail that brings a new address stops here, until somebody has looked at it."""
    assert len(patterns()) == PATTERNS
    assert all(pattern.callback.__name__ and hasattr(pattern.callback, "__wrapped__") for pattern in patterns())


@pytest.mark.parametrize("method", ["get", "post", "delete", "head"])
@pytest.mark.parametrize("who", [0, 1], ids=["reviewer of another circle", "superuser without clearance"])
def test_no_address_shows_or_changes_a_hidden_entry(client: Client, world: World, who: int, method: str) -> None:
    client.force_login(outsiders(world)[who])
    before = snapshot(world.hidden)
    form = {
        "title": "Taken over",
        "label": "TLP:CLEAR",
        "restrict": "1",
        "action-publish": "1",
        "action-name": "approve",
        "kind": "practice",
        "locale": world.hidden.locale_id,
    }
    for pattern in patterns():
        arguments = world.arguments(pattern)
        response = getattr(client, method)(address(pattern.name, **arguments), form if method == "post" else {})
        assert leaks(response) == [], pattern.name
        if arguments:
            assert response.status_code == 404, pattern.name
    assert snapshot(world.hidden) == before


def test_hidden_and_unknown_records_answer_alike(client: Client, world: World) -> None:
    client.force_login(world.reviewer_a)
    hidden = client.get(address("edit", pk=world.hidden.pk))
    unknown = client.get(address("edit", pk=10**6))
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.content == unknown.content


@pytest.mark.parametrize("who", [0, 1])
def test_lists_searches_filters_and_exports_leave_it_out(client: Client, world: World, who: int) -> None:
    client.force_login(outsiders(world)[who])
    for query in (
        {},
        {"q": "Zqtitle"},
        {"q": "Zqsummary"},
        {"label": "TLP:AMBER"},
        {"kind": "practice"},
        {"export": "csv"},
        {"export": "xlsx"},
    ):
        for name in ("list", "list_results"):
            response = client.get(address(name), query)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            assert world.hidden.public_id.encode() not in body, query
            assert b"of the hidden entry" not in body, query


@pytest.mark.parametrize("who", [0, 1])
@pytest.mark.parametrize("ids", [["hidden"], ["all"], ["hidden", "own"], ["x", "-1", "9" * 30]])
@pytest.mark.parametrize("action", ["delete", "publish", "reviewed"])
def test_bulk_actions_leave_it_out(client: Client, world: World, who: int, ids: list[str], action: str) -> None:
    client.force_login(outsiders(world)[who])
    before = snapshot(world.hidden)
    keys = {"hidden": str(world.hidden.pk), "own": str(world.own.pk)}
    query = "&".join(f"id={keys.get(name, name)}" for name in ids)
    for method in ("get", "post"):
        response = getattr(client, method)(f"/admin/bulk/kb/entry/{action}/?{query}")
        assert leaks(response) == []
    assert snapshot(world.hidden)[:5] == before[:5]
    assert Entry.objects.filter(pk=world.hidden.pk).exists()


@pytest.mark.parametrize("who", [0, 1])
def test_no_other_page_of_the_interface_shows_it(client: Client, world: World, who: int) -> None:
    person = outsiders(world)[who]
    client.force_login(person)
    session = EditingSession.objects.create(
        user=person,
        content_type=ContentType.objects.get_for_model(Entry),
        object_id=world.hidden.pk,
        last_seen_at=timezone.now(),
    )
    for path in (
        "/admin/",
        "/admin/snippets/",
        "/admin/reports/site-history/",
        "/admin/reports/workflow/",
        "/admin/reports/workflow/?export=csv",
        "/admin/reports/workflow_tasks/",
        "/admin/reports/locked/",
        "/admin/tag-autocomplete/kb/keyword/?term=Zq",
        "/admin/snippets/choose/kb/entry/",
        "/admin/snippets/choose/kb/entry/results/?q=Zq",
        f"/admin/snippets/choose/kb/entry/chosen/{world.hidden.pk}/",
        "/admin/pages/search/?q=Zqtitle",
        "/admin/workflows/list/",
        f"/admin/workflows/tasks/edit/{world.task_state.task_id}/",
        f"/admin/editing-sessions/ping/kb/entry/{world.hidden.pk}/{session.pk}/",
        "/admin/concepts/",
        address("edit", pk=world.own.pk),
        address("relations", pk=world.own.pk),
        address("usage", pk=world.own.pk),
        address("add") + "?kind=practice",
    ):
        for method in ("get", "post"):
            response = getattr(client, method)(path)
            assert [m for m in leaks(response) if f'value="{m}"' not in response.content.decode()] == [], path


def test_the_task_of_another_entry_cannot_be_decided_under_ones_own(client: Client, world: World) -> None:
    client.force_login(world.reviewer_a)
    for name in ("workflow_action", "collect_workflow_action_data"):
        path = address(name, pk=world.own.pk, action_name="approve", task_state_id=world.task_state.pk)
        assert client.post(path).status_code == 404
    assert TaskState.objects.get(pk=world.task_state.pk).status == TaskState.STATUS_IN_PROGRESS
    revision = address("revisions_revert", pk=world.own.pk, revision_id=world.first.pk)
    assert client.get(revision).status_code == 404


def test_there_is_no_chooser_of_entries() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("wagtailsnippetchoosers_kb_entry:choose")


def test_a_reviewer_of_the_circle_keeps_every_function(client: Client, world: World) -> None:
    """The positive control: a guard that refused everybody would pass every test above."""
    client.force_login(world.reviewer_b)
    shown = {
        "edit": "Zqdraft",
        "history": "Zqdraft",
        "marking": "Zqcircle",
        "relations": "Zqdraft",
        "workflow_history": "Zqdraft",
        "unpublish": "Zqdraft",
    }
    for name, marker in shown.items():
        response = client.get(address(name, pk=world.hidden.pk))
        assert response.status_code == 200, name
        if name != "relations":
            assert marker in response.content.decode(), name
    assert "Zqdraft" in client.get("/admin/").content.decode()
    path = address("workflow_action", pk=world.hidden.pk, action_name="approve", task_state_id=world.task_state.pk)
    revision = Entry.objects.get(pk=world.hidden.pk).latest_revision_id
    assert client.post(f"{path}?revision={revision}").status_code == 302
    entry = Entry.objects.get(pk=world.hidden.pk)
    assert (entry.title, entry.live) == ("Zqdraft of the hidden entry", True)
    assert WorkflowState.objects.get(pk=world.state.pk).status == WorkflowState.STATUS_APPROVED


def test_who_asked_for_a_review_does_not_decide_on_it(client: Client, world: World) -> None:
    world.state.requested_by = world.reviewer_b
    world.state.save()
    client.force_login(world.reviewer_b)
    path = address("workflow_action", pk=world.hidden.pk, action_name="approve", task_state_id=world.task_state.pk)
    client.post(path)
    assert WorkflowState.objects.get(pk=world.state.pk).status == WorkflowState.STATUS_IN_PROGRESS


def test_a_curator_edits_but_does_not_publish_unpublish_or_decide(client: Client, world: World) -> None:
    client.force_login(world.curator_b)
    for name, extra in {
        "unpublish": {},
        "workflow_action": {"action_name": "approve", "task_state_id": world.task_state.pk},
        "reviewed": {},
        "supersede": {},
    }.items():
        client.post(address(name, pk=world.hidden.pk, **extra))
    entry = Entry.objects.get(pk=world.hidden.pk)
    assert (entry.live, entry.title) == (True, "Zqtitle of the hidden entry")
    assert WorkflowState.objects.get(pk=world.state.pk).status == WorkflowState.STATUS_IN_PROGRESS


def test_what_was_published_is_not_deleted_and_a_mere_draft_is(client: Client, world: World) -> None:
    client.force_login(world.reviewer_a)
    draft = make_entry(live=False)
    related = make_entry(live=False)
    EntryRelation.objects.create(source=draft, target=related, type=RelationType.SUPPORTS)
    for entry in (world.own, related, draft):
        client.post(address("delete", pk=entry.pk))
    assert Entry.objects.filter(pk__in=[world.own.pk, related.pk]).count() == 2
    assert not Entry.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize(
    ("roles", "verbs"),
    [
        ([Role.REVIEWER], {"add", "change", "view", "delete", "lock", "unlock", "publish"}),
        ([Role.CURATOR], {"add", "change", "view", "delete", "lock"}),
        ([Role.TRAINER], set()),
        ([Role.ADMINISTRATOR], set()),
        ([Role.SECURITY_OFFICER], set()),
        ([], set()),
    ],
)
def test_rights_come_from_roles(roles: list[str], verbs: set[str]) -> None:
    user = make_user(roles=roles, superuser=True)
    rule: Any = policy_registry.get_by_type(Entry)
    assert isinstance(rule, SharingPolicy)
    assert {
        verb
        for verb in ("add", "change", "view", "delete", "lock", "unlock", "publish")
        if rule.user_has_permission(user, verb)
    } == verbs


def test_the_policy_names_the_same_people_as_it_admits(world: World) -> None:
    rule: Any = policy_registry.get_by_type(Entry)
    for entry in (world.own, world.hidden):
        named = set(rule.users_with_any_permission_for_instance({"change"}, entry))
        admitted = {user for user in User.objects.all() if rule.user_has_permission_for_instance(user, "change", entry)}
        assert named == admitted
        assert named
    assert list(rule.instances_user_has_permission_for(world.reviewer_a, "change")) == [world.own]


def test_every_other_record_in_the_interface_is_no_record_under_a_marking() -> None:
    """Whatever else carries a marking has to come under the guard too."""
    from wagtail.snippets.models import get_snippet_models

    carrying: list[type[Model]] = [
        model for model in get_snippet_models() if any(field.name == "marking" for field in model._meta.get_fields())
    ]
    assert carrying == [Entry]


def test_names_of_circles_of_others_are_not_offered(client: Client, world: World) -> None:
    organisation = make_organisation("Zqcomment body")
    client.force_login(world.reviewer_a)
    text = client.get(address("add") + "?kind=lesson").content.decode()
    assert world.circle_a.name in text
    assert "Zqcircle" not in text
    assert organisation.name not in text
