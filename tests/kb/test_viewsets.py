"""Can editors make, change, mark, relate and publish entries, and keep the vocabularies?"""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Revision

from kb.choices import Axis, EntryKind, RelationType, Standing, Tlp, TranslationStatus
from kb.models import Concept, Entry, EntryRelation
from kb.signals import entry_published, vocabulary_changed
from people.choices import Role
from people.models import Membership, User
from tests.factories import make_circle, make_concept, make_entry, make_organisation, make_user
from tests.kb.admin_forms import edit_data, form_data, prose, sections_of

pytestmark = pytest.mark.django_db


def address(name: str, **kwargs: Any) -> str:
    return reverse(Entry.snippet_viewset.get_url_name(name), kwargs=kwargs)


def decided_on(entry: Entry) -> str:
    """Return the part of an address that says which revision a decision is about."""
    return f"?revision={Entry.objects.get(pk=entry.pk).latest_revision_id}"


@pytest.fixture
def reviewer(client: Client) -> User:
    """Signed in, in one circle."""
    person = make_user(roles=[Role.REVIEWER], circles=[make_circle("Own circle")])
    client.force_login(person)
    return person


@pytest.fixture
def curator(client: Client) -> User:
    person = make_user(roles=[Role.CURATOR], circles=[make_circle("Own circle")])
    client.force_login(person)
    return person


def errors(response: Any) -> dict[str, Any]:
    return {name: list(found) for name, found in response.context["form"].errors.items()}


@pytest.mark.parametrize("kind", EntryKind.values)
def test_an_editor_makes_a_draft_of_each_kind(client: Client, curator: User, kind: str) -> None:
    page = client.get(address("add"), {"kind": kind})
    assert page.status_code == 200
    response = client.post(address("add"), form_data(kind, kind=kind, label="TLP:GREEN"))
    assert response.status_code == 302, errors(response)
    entry = Entry.objects.get()
    assert (entry.kind, entry.live, entry.marking.label) == (kind, False, Tlp.GREEN)
    assert {row.axis for row in entry.entry_concepts.all()} >= {Axis.FACILITY, Axis.THREAT, Axis.MISSION}
    assert {word.name for word in entry.keywords.all()} == {"bollard", "approach speed"}
    assert entry.references.count() == 1
    assert [block.block_type for block in entry.body] == [name for name, _value in sections_of(kind)]


def test_the_kind_is_asked_for_first_and_brings_its_sections_with_their_guidance(client: Client, curator: User) -> None:
    asked = client.get(address("add")).content.decode()
    assert "kind=pattern" in asked
    shown = client.get(address("add"), {"kind": "pattern"}).content.decode()
    assert "yes is the good answer" in shown
    assert "Steps a peer can follow" not in shown
    unknown = client.get(address("add"), {"kind": "nonsense"})
    assert "kind=pattern" in unknown.content.decode()


@pytest.mark.parametrize(
    ("label", "field"),
    [("TLP:AMBER", "circles"), ("TLP:AMBER+STRICT", "owning_organisation"), ("TLP:RED", "label"), ("", "label")],
)
def test_a_marking_that_may_not_stand_is_refused_at_its_field_and_nothing_is_lost(
    client: Client, curator: User, label: str, field: str
) -> None:
    response = client.post(address("add"), form_data(kind="practice", title="Typed by hand", label=label))
    assert response.status_code == 200
    assert field in errors(response)
    assert "Typed by hand" in response.content.decode()
    assert not Entry.objects.exists()


def test_red_is_answered_with_what_to_do_instead(client: Client, curator: User) -> None:
    response = client.post(address("add"), form_data(kind="practice", label="TLP:RED"))
    assert "contact its source" in str(errors(response)["label"])


def test_amber_takes_own_circles_only(client: Client, curator: User) -> None:
    foreign = make_circle("Foreign circle")
    own = curator.memberships.get().organisation.circles.get()
    refused = client.post(address("add"), form_data(kind="practice", label="TLP:AMBER", circles=[str(foreign.pk)]))
    assert "circles" in errors(refused)
    client.post(address("add"), form_data(kind="practice", label="TLP:AMBER", circles=[str(own.pk)]))
    assert Entry.objects.get().marking.circle_ids() == {own.pk}


def test_a_half_filled_form_is_kept_as_a_draft(client: Client, curator: User) -> None:
    data = form_data(kind="practice", label="TLP:CLEAR", summary="", axis_threat=[], body=[("problem", prose(""))])
    assert client.post(address("add"), data).status_code == 302
    assert Entry.objects.get().summary == ""


def test_a_reviewer_edits_and_publishes(client: Client, reviewer: User) -> None:
    heard: list[Any] = []

    def hear(sender: Any, translation_key: Any, **kwargs: Any) -> None:
        heard.append(translation_key)

    entry_published.connect(hear)
    entry = make_entry(live=False)
    data = edit_data(entry, title="A better title", axis_threat=["vbied"])
    response = client.post(address("edit", pk=entry.pk), {**data, "action-publish": "1"})
    entry_published.disconnect(hear)
    assert response.status_code == 302, errors(response)
    entry = Entry.objects.get(pk=entry.pk)
    assert (entry.title, entry.live) == ("A better title", True)
    assert list(entry.entry_concepts.filter(axis=Axis.THREAT).values_list("concept__slug", flat=True)) == ["vbied"]
    assert heard == [entry.translation_key]
    assert client.get(entry.get_absolute_url()).status_code == 200


def test_an_edit_of_a_published_entry_waits_for_publication(client: Client, reviewer: User) -> None:
    entry = make_entry(title="Before")
    client.post(address("edit", pk=entry.pk), edit_data(entry, title="After", axis_threat=["vbied"]))
    stored = Entry.objects.get(pk=entry.pk)
    assert (stored.title, stored.has_unpublished_changes) == ("Before", True)
    assert "vehicle-as-weapon" in stored.entry_concepts.values_list("concept__slug", flat=True)
    assert "After" in client.get(address("edit", pk=entry.pk)).content.decode()


def test_publishing_what_is_not_complete_says_what_is_missing_and_keeps_the_draft(
    client: Client, reviewer: User
) -> None:
    entry = make_entry(live=False, kind="pattern")
    response = client.post(
        address("edit", pk=entry.pk), {**edit_data(entry, title="Typed by hand"), "action-publish": "1"}, follow=True
    )
    text = response.content.decode()
    assert "Add at least one option" in text
    assert "Typed by hand" in text
    assert not Entry.objects.get(pk=entry.pk).live


def test_empty_required_fields_stop_publication_at_the_field(client: Client, reviewer: User) -> None:
    entry = make_entry(live=False)
    data = edit_data(entry, summary="", axis_facility=[])
    response = client.post(address("edit", pk=entry.pk), {**data, "action-publish": "1"})
    assert set(errors(response)) >= {"summary", "axis_facility"}


def test_a_curator_saves_and_submits_but_has_no_way_to_publish(client: Client, curator: User) -> None:
    entry = make_entry(live=False)
    page = client.get(address("edit", pk=entry.pk)).content.decode()
    assert 'name="action-publish"' not in page
    assert 'name="action-submit"' in page
    client.post(address("edit", pk=entry.pk), {**edit_data(entry), "action-publish": "1"})
    assert not Entry.objects.get(pk=entry.pk).live
    client.post(address("edit", pk=entry.pk), {**edit_data(entry), "action-submit": "1"})
    assert Entry.objects.get(pk=entry.pk).workflow_in_progress


def test_a_submitted_entry_is_closed_to_curators_and_published_by_a_reviewer(client: Client, curator: User) -> None:
    entry = make_entry(live=False)
    client.post(address("edit", pk=entry.pk), {**edit_data(entry), "action-submit": "1"})
    client.post(address("edit", pk=entry.pk), edit_data(entry, title="Changed meanwhile"))
    assert Entry.objects.get(pk=entry.pk).title != "Changed meanwhile"
    client.force_login(make_user(roles=[Role.REVIEWER]))
    assert entry.title in client.get("/admin/").content.decode()
    state = Entry.objects.get(pk=entry.pk).current_workflow_task_state
    client.post(
        address("workflow_action", pk=entry.pk, action_name="approve", task_state_id=state.pk) + decided_on(entry)
    )
    assert Entry.objects.get(pk=entry.pk).live


def test_approving_what_is_not_complete_sends_back_to_the_form(client: Client, reviewer: User) -> None:
    entry = make_entry(live=False, kind="pattern")
    entry.save_revision()
    entry.get_workflow().start(entry, make_user())
    state = entry.current_workflow_task_state
    path = address("workflow_action", pk=entry.pk, action_name="approve", task_state_id=state.pk) + decided_on(entry)
    assert "Add at least one option" in client.post(path, follow=True).content.decode()
    assert Entry.objects.get(pk=entry.pk).workflow_in_progress


def test_a_form_that_was_not_sent_completely_is_answered_with_400(client: Client, reviewer: User) -> None:
    entry = make_entry()
    assert client.post(address("edit", pk=entry.pk), {"title": "x"}).status_code == 400
    assert client.post(address("add"), {"kind": "lesson"}).status_code == 400
    assert client.post(address("add"), {}).status_code == 200


def test_html_from_the_editor_is_stored_clean(client: Client, reviewer: User) -> None:
    entry = make_entry(live=False)
    body = sections_of("practice")
    body[0] = ("problem", prose('<p>Fine<a href="javascript:alert(1)">x</a></p>'))
    client.post(address("edit", pk=entry.pk), edit_data(entry, body=body, title="<script>alert(1)</script>"))
    text = Entry.objects.get(pk=entry.pk).section("problem").source
    assert "Fine" in text and "javascript:" not in text
    assert "<script>alert(1)" not in client.get(address("edit", pk=entry.pk)).content.decode()


def test_raising_a_marking_works_at_once_even_on_a_published_entry_with_a_draft(client: Client, reviewer: User) -> None:
    own = reviewer.memberships.get().organisation.circles.get()
    entry = make_entry(label="TLP:GREEN")
    entry.save_revision()
    response = client.post(
        address("marking", pk=entry.pk),
        {"label": "TLP:AMBER", "circles": [own.pk], "chatham_house": "on", "handling_note": "Ask first"},
    )
    assert response.status_code == 302
    entry = Entry.objects.get(pk=entry.pk)
    assert (entry.live, entry.marking.label, entry.marking.handling_note) == (True, Tlp.AMBER, "Ask first")


def test_lowering_is_refused_in_words_and_keeps_what_was_typed(client: Client, reviewer: User) -> None:
    entry = make_entry(label="TLP:GREEN")
    response = client.post(
        address("marking", pk=entry.pk), {"label": "TLP:CLEAR", "chatham_house": "on", "handling_note": "Typed by hand"}
    )
    assert response.status_code == 200
    assert "Two people" in str(errors(response)["label"])
    assert "Typed by hand" in response.content.decode()
    assert Entry.objects.get(pk=entry.pk).marking.label == Tlp.GREEN


def test_circles_that_the_editor_is_not_in_are_neither_shown_nor_lost(client: Client, reviewer: User) -> None:
    own, foreign = reviewer.memberships.get().organisation.circles.get(), make_circle("Foreign circle")
    entry = make_entry(label="TLP:AMBER", circles=[own, foreign])
    page = client.get(address("marking", pk=entry.pk)).content.decode()
    assert own.name in page and foreign.name not in page
    client.post(address("marking", pk=entry.pk), {"label": "TLP:AMBER", "circles": [own.pk], "chatham_house": "on"})
    assert Entry.objects.get(pk=entry.pk).marking.circle_ids() == {own.pk, foreign.pk}


def test_the_form_that_changes_a_marking_starts_from_the_marking_as_it_is(client: Client, reviewer: User) -> None:
    own = reviewer.memberships.get().organisation.circles.get()
    entry = make_entry(label="TLP:AMBER", circles=[own])
    form = client.get(address("marking", pk=entry.pk)).context["form"]
    assert form["label"].value() == "TLP:AMBER"
    assert list(form["circles"].value()) == [own.pk]
    assert form["chatham_house"].value() is True


def test_restricting_now_takes_one_button(client: Client, reviewer: User) -> None:
    entry = make_entry(label="TLP:CLEAR")
    client.post(address("marking", pk=entry.pk), {"restrict": "1"})
    marking = Entry.objects.get(pk=entry.pk).marking
    assert (marking.label, marking.owning_organisation) == (Tlp.AMBER_STRICT, reviewer.memberships.get().organisation)


def test_a_relation_is_added_by_identifier_or_address_and_taken_away(client: Client, reviewer: User) -> None:
    pattern, practice = make_entry(kind="pattern"), make_entry()
    path = address("relations", pk=pattern.pk)
    client.post(path, {"type": "option", "target": f"/fr{practice.get_absolute_url()}", "indicators": "a, b"})
    relation = EntryRelation.objects.get()
    assert (relation.source, relation.target, relation.indicators) == (pattern, practice, "ab")
    again = client.post(path, {"type": "option", "target": practice.public_id})
    assert "target" in errors(again)
    client.post(path, {"remove": relation.pk})
    assert not EntryRelation.objects.exists()


def test_hidden_and_unknown_targets_are_refused_alike(client: Client, reviewer: User) -> None:
    entry, hidden = make_entry(), make_entry(label="TLP:AMBER")
    answers = [
        errors(client.post(address("relations", pk=entry.pk), {"type": "supports", "target": key}))
        for key in (hidden.public_id, "zzzzzzzz")
    ]
    assert answers[0] == answers[1] != {}
    assert not EntryRelation.objects.exists()


def test_only_a_practice_is_an_option_and_only_of_a_pattern(client: Client, reviewer: User) -> None:
    pattern, lesson = make_entry(kind="pattern"), make_entry(kind="lesson")
    answer = client.post(address("relations", pk=pattern.pk), {"type": "option", "target": lesson.public_id})
    assert "type" in errors(answer)


def test_relations_to_hidden_entries_are_not_shown_and_cannot_be_removed(client: Client, reviewer: User) -> None:
    entry, hidden = make_entry(), make_entry("Zqtitle", label="TLP:AMBER")
    relation = EntryRelation.objects.create(source=entry, target=hidden, type=RelationType.SUPPORTS)
    path = address("relations", pk=entry.pk)
    assert "Zqtitle" not in client.get(path).content.decode()
    assert client.post(path, {"remove": relation.pk}).status_code == 404
    assert EntryRelation.objects.exists()


def test_a_curator_does_not_change_what_readers_of_a_published_entry_see(client: Client, curator: User) -> None:
    entry, other = make_entry(), make_entry()
    client.post(address("relations", pk=entry.pk), {"type": "supports", "target": other.public_id})
    assert not EntryRelation.objects.exists()


def test_copying_translating_reviewing_and_replacing(client: Client, reviewer: User) -> None:
    entry, newer = make_entry(standing=Standing.EXPIRED), make_entry()
    client.post(address("duplicate", pk=entry.pk))
    copy = Entry.objects.exclude(pk__in=[entry.pk, newer.pk]).get()
    assert (copy.title, copy.live) == (entry.title, False)
    from tests.factories import locale

    client.post(address("translate", pk=entry.pk), {"locale": locale("fr").pk})
    french = Entry.objects.get(translation_key=entry.translation_key, locale=locale("fr"))
    assert not french.live
    page = client.get(address("edit", pk=french.pk)).content.decode()
    assert 'name="axis_threat"' not in page
    assert 'name="translation_status"' in page
    client.post(address("reviewed", pk=entry.pk))
    assert Entry.objects.get(pk=entry.pk).standing == Standing.CURRENT
    client.post(address("supersede", pk=entry.pk), {"target": newer.public_id})
    assert Entry.objects.get(pk=entry.pk).standing == Standing.SUPERSEDED


def test_a_translation_is_edited_checked_and_published(client: Client, reviewer: User) -> None:
    original = make_entry()
    french = make_entry(translation_of=original, language="fr", live=False, translation_status="machine")
    data = edit_data(french, title="Ralentir les véhicules", translation_status=TranslationStatus.CHECKED)
    response = client.post(address("edit", pk=french.pk), {**data, "action-publish": "1"})
    assert response.status_code == 302, errors(response)
    french = Entry.objects.get(pk=french.pk)
    assert (french.live, french.translation_status) == (True, TranslationStatus.CHECKED)
    assert french.entry_concepts.count() == original.entry_concepts.count()
    forged = client.post(address("edit", pk=french.pk), {**data, "translation_status": "original"})
    assert "translation_status" in errors(forged)


@pytest.mark.parametrize("kind", EntryKind.values)
def test_the_preview_shows_what_is_in_the_form(client: Client, reviewer: User, kind: str) -> None:
    entry = make_entry(kind=kind)
    posted = client.post(address("preview_on_edit", pk=entry.pk), edit_data(entry, title="Only in the form"))
    assert posted.json() == {"is_valid": True, "is_available": True}
    shown = client.get(address("preview_on_edit", pk=entry.pk))
    assert shown.status_code == 200
    assert "Only in the form" in shown.content.decode()
    path = address("preview_on_add") + f"?kind={kind}"
    data = form_data(kind, kind=kind, label="TLP:GREEN", title="Not stored yet")
    assert client.post(path, data).json() == {"is_valid": True, "is_available": True}
    assert "Not stored yet" in client.get(path).content.decode()
    assert Entry.objects.count() == 1


def test_the_history_compares_goes_back_and_names_changes_of_marking(client: Client, reviewer: User) -> None:
    entry = make_entry(title="First")
    first = entry.save_revision(user=reviewer, log_action=True)
    entry.title = "Second"
    second = entry.save_revision(user=reviewer, log_action=True)
    own = reviewer.memberships.get().organisation.circles.get()
    client.post(address("marking", pk=entry.pk), {"label": "TLP:AMBER", "circles": [own.pk], "chatham_house": "on"})
    assert "Marking changed" in client.get(address("history", pk=entry.pk)).content.decode()
    compared = client.get(address("revisions_compare", pk=entry.pk, revision_id_a=first.pk, revision_id_b=second.pk))
    assert compared.status_code == 200
    assert client.get(address("revisions_view", pk=entry.pk, revision_id=first.pk)).status_code == 200
    revert = address("revisions_revert", pk=entry.pk, revision_id=first.pk)
    assert client.get(revert).status_code == 200
    client.post(revert, {**edit_data(entry, title="First"), "action-publish": "1"})
    entry = Entry.objects.get(pk=entry.pk)
    assert (entry.title, entry.marking.label) == ("First", Tlp.AMBER)


def test_bulk_publishing_leaves_incomplete_drafts(client: Client, reviewer: User) -> None:
    ready, bare = make_entry(live=False), make_entry(live=False, kind="pattern")
    path = f"/admin/bulk/kb/entry/publish/?id={ready.pk}&id={bare.pk}"
    assert client.get(path).status_code == 200
    client.post(path)
    assert Entry.objects.get(pk=ready.pk).live
    assert not Entry.objects.get(pk=bare.pk).live


def test_a16_bulk_publishing_leaves_what_is_in_review_locked_or_own_new_work(client: Client, reviewer: User) -> None:
    other = make_user(roles=[Role.REVIEWER])
    own, waiting, locked = make_entry(live=False), make_entry(live=False), make_entry(live=False, locked_by=other)
    own.save_revision(user=reviewer, log_action="wagtail.create")
    waiting.save_revision(user=other)
    waiting.get_workflow().start(waiting, reviewer)
    Entry.objects.filter(pk=locked.pk).update(locked=True)
    keys = [own.pk, waiting.pk, locked.pk]
    response = client.post("/admin/bulk/kb/entry/publish/?" + "&".join(f"id={key}" for key in keys))
    assert response.status_code == 302
    assert not Entry.objects.filter(live=True).exists()
    assert Entry.objects.get(pk=waiting.pk).workflow_in_progress
    state = waiting.current_workflow_task_state
    client.post(
        address("workflow_action", pk=waiting.pk, action_name="approve", task_state_id=state.pk) + decided_on(waiting)
    )
    half = client.post(address("edit", pk=waiting.pk), {"action-cancel-workflow": "1"})
    assert half.status_code == 400
    client.post(address("edit", pk=waiting.pk), {**edit_data(waiting), "action-cancel-workflow": "1"})
    client.post(f"/admin/bulk/kb/entry/publish/?id={own.pk}")
    assert not Entry.objects.filter(live=True).exists()


def test_a16_a_reviewer_who_makes_an_entry_submits_it_and_has_no_way_to_publish_it(
    client: Client, reviewer: User
) -> None:
    assert 'name="action-publish"' not in client.get(address("add"), {"kind": "practice"}).content.decode()
    data = form_data(kind="practice", label="TLP:GREEN")
    answer = client.post(address("add"), {**data, "action-publish": "1"}, follow=True)
    entry = Entry.objects.get()
    assert not entry.live
    assert "somebody else has to publish it" in answer.content.decode()
    page = client.get(address("edit", pk=entry.pk)).content.decode()
    assert 'name="action-publish"' not in page
    assert 'name="action-submit"' in page
    client.post(address("edit", pk=entry.pk), {**edit_data(entry), "action-publish": "1"})
    assert not Entry.objects.get(pk=entry.pk).live
    client.force_login(make_user(roles=[Role.REVIEWER]))
    client.post(address("edit", pk=entry.pk), {**edit_data(entry), "action-publish": "1"})
    assert Entry.objects.get(pk=entry.pk).live


def test_a17_the_form_says_at_the_field_why_an_organisation_or_circle_may_not_come_to_read(
    client: Client, reviewer: User
) -> None:
    own = reviewer.memberships.get().organisation.circles.get()
    own.organisations.add(make_organisation(is_partner=True))
    entry = make_entry(label="TLP:GREEN")
    data = {"label": "TLP:AMBER", "circles": [own.pk], "chatham_house": "on"}
    assert "partner organisation" in str(errors(client.post(address("marking", pk=entry.pk), data))["label"])
    older = make_organisation()
    Membership.objects.create(user=reviewer, organisation=older, state="active")
    amber = make_entry(label="TLP:AMBER", circles=[own])
    data = {"label": "TLP:AMBER+STRICT", "owning_organisation": older.pk, "chatham_house": "on"}
    assert "owning_organisation" in errors(client.post(address("marking", pk=amber.pk), data))
    answer = client.post(address("marking", pk=amber.pk), {"restrict": "1", "owning_organisation": older.pk})
    assert "may not read this entry now" in answer.content.decode()
    assert Entry.objects.get(pk=amber.pk).marking.label == Tlp.AMBER
    client.post(address("marking", pk=amber.pk), {"restrict": "1"})
    marking = Entry.objects.get(pk=amber.pk).marking
    assert (marking.label, marking.owning_organisation) == (Tlp.AMBER_STRICT, own.organisations.first())


def test_a01_the_form_refuses_a_newer_entry_with_fewer_readers(client: Client, reviewer: User) -> None:
    own = reviewer.memberships.get().organisation.circles.get()
    entry, newer = make_entry(), make_entry(label="TLP:AMBER", circles=[own])
    answer = client.post(address("supersede", pk=entry.pk), {"target": newer.public_id})
    assert "may not read the newer one" in str(errors(answer)["target"])


def test_a39_what_stands_in_a_revision_is_shown_clean_and_under_the_public_policy(
    client: Client, reviewer: User
) -> None:
    entry = make_entry()
    revision = entry.save_revision()
    hostile = "<p>Fine</p><script>alert(1)</script><img src=x onerror=alert(1)>"
    content = {**revision.content, "body": json.dumps([{"type": "problem", "value": hostile, "id": "1"}])}
    Revision.objects.filter(pk=revision.pk).update(content=content)
    for path in (
        address("revisions_view", pk=entry.pk, revision_id=revision.pk),
        address("revisions_compare", pk=entry.pk, revision_id_a="live", revision_id_b=revision.pk),
        address("edit", pk=entry.pk),
    ):
        response = client.get(path)
        assert response.status_code == 200, path
        text = response.content.decode()
        assert "Fine" in text, path
        assert "alert(1)" not in text, path
    shown = client.get(address("revisions_view", pk=entry.pk, revision_id=revision.pk))
    policy = shown.headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy
    assert "frame-ancestors 'self'" in policy
    Revision.objects.filter(pk=revision.pk).update(content={**content, "body": "no list"})
    assert client.get(address("edit", pk=entry.pk)).status_code == 200


def test_bulk_reviewing_notes_published_entries(client: Client, reviewer: User) -> None:
    entry = make_entry(standing=Standing.EXPIRED)
    client.post(f"/admin/bulk/kb/entry/reviewed/?id={entry.pk}")
    assert Entry.objects.get(pk=entry.pk).standing == Standing.CURRENT


def test_bulk_deleting_takes_drafts_only(client: Client, reviewer: User) -> None:
    draft, published = make_entry(live=False), make_entry()
    path = f"/admin/bulk/kb/entry/delete/?id={draft.pk}&id={published.pk}"
    assert client.get(path).status_code == 200
    client.post(path)
    assert list(Entry.objects.all()) == [published]


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ({"kind": "lesson"}, "lesson"),
        ({"label": "TLP:GREEN"}, "green"),
        ({"live": "0"}, "draft"),
        ({"review": "overdue"}, "overdue"),
        ({"standing": "superseded"}, "replaced"),
        ({"q": "barrier"}, "barrier"),
        ({"locale": "fr"}, "french"),
    ],
)
def test_the_list_is_narrowed(client: Client, reviewer: User, query: dict[str, str], kept: str) -> None:
    entries = {
        "lesson": make_entry(kind="lesson"),
        "green": make_entry(label="TLP:GREEN"),
        "draft": make_entry(live=False),
        "overdue": make_entry(review_by="2020-01-01"),
        "replaced": make_entry(standing=Standing.SUPERSEDED),
        "barrier": make_entry("A barrier that lifts"),
        "french": make_entry(language="fr"),
    }
    shown = client.get(address("list"), query).context["object_list"]
    assert {entry.pk for entry in shown} == {entries[kept].pk}


def test_a_list_of_fifty_takes_as_many_queries_as_a_list_of_five(
    client: Client, reviewer: User, django_assert_max_num_queries: Any
) -> None:
    for _number in range(5):
        make_entry()
    with django_assert_max_num_queries(40) as few:
        client.get(address("list"))
    for _number in range(45):
        make_entry()
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(address("list"))


def test_an_exported_cell_is_never_taken_for_a_formula(client: Client, reviewer: User) -> None:
    make_entry('=HYPERLINK("http://example.org")')
    response = client.get(address("list"), {"export": "csv"})
    assert "'=HYPERLINK" in b"".join(response.streaming_content).decode()


def test_a_curator_edits_a_concept_in_each_language(client: Client, curator: User) -> None:
    heard: list[int] = []

    def hear(sender: Any, concept_id: int, **kwargs: Any) -> None:
        heard.append(concept_id)

    concept = make_concept("threats", "vbied")
    path = reverse("concepts:edit", args=[concept.pk])
    page = client.get(path)
    assert concept.pref_label["de"] in page.content.decode()
    form = page.context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, [])}
    data |= {"pref_label_en": "Vehicle bomb", "alt_labels_fr": "voiture piégée\ncamion piégé", "short_label_de": ""}
    vocabulary_changed.connect(hear)
    response = client.post(path, data)
    vocabulary_changed.disconnect(hear)
    assert response.status_code == 302, errors(response)
    concept = Concept.objects.get(pk=concept.pk)
    assert concept.pref_label["en"] == "Vehicle bomb"
    assert concept.alt_labels["fr"] == ["voiture piégée", "camion piégé"]
    assert "de" not in concept.short_label
    assert concept.edited_here
    assert heard == [concept.pk]


def test_a_concept_does_not_come_to_stand_above_itself(client: Client, curator: User) -> None:
    root, narrower = make_concept("threats", "explosive-attack"), make_concept("threats", "vbied")
    narrower = make_concept("threats", "pbied")
    form = client.get(reverse("concepts:edit", args=[root.pk])).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, [])}
    response = client.post(reverse("concepts:edit", args=[root.pk]), {**data, "broader": narrower.pk})
    assert "broader" in errors(response)


def test_a_curator_makes_a_concept(client: Client, curator: User) -> None:
    scheme = make_concept("threats", "vbied").scheme
    data = {"scheme": scheme.pk, "slug": "new-threat", "pref_label_en": "A new threat", "position": "99"}
    response = client.post(reverse("concepts:add"), data)
    assert response.status_code == 302, errors(response)
    assert Concept.objects.get(slug="new-threat").edited_here


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        (Role.REVIEWER, {"Entries"}, {"Vocabularies", "People", "Accounts", "Reports", "Images", "Settings"}),
        (Role.CURATOR, {"Entries", "Vocabularies"}, {"People", "Accounts", "Reports", "Images", "Settings"}),
        (Role.ADMINISTRATOR, {"People", "Accounts"}, {"Entries", "Vocabularies", "Reports", "Settings"}),
        (Role.TRAINER, set(), {"Entries", "Vocabularies", "People", "Reports"}),
    ],
)
def test_the_menu_offers_what_the_role_can_use(client: Client, role: str, shown: set[str], hidden: set[str]) -> None:
    from django.test import RequestFactory
    from wagtail.admin.menu import admin_menu

    request = RequestFactory().get("/admin/")
    request.user = make_user(roles=[role])
    client.force_login(request.user)
    # The addresses come first: with them the views of records put themselves into the menu.
    assert client.get("/admin/").status_code == 200
    labels = {str(item.label) for item in admin_menu.menu_items_for_request(request)}
    assert shown <= labels
    assert not hidden & labels


def test_what_names_a_concept_stays_when_it_is_edited(client: Client, curator: User) -> None:
    concept, other = make_concept("threats", "vbied"), make_concept("measures", "cctv")
    path = reverse("concepts:edit", args=[concept.pk])
    form = client.get(path).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, [])}
    data |= {"slug": "renamed", "scheme": other.scheme_id, "broader": "", "pref_label_en": "Vehicle bomb"}
    assert client.post(path, data).status_code == 302
    stored = Concept.objects.get(pk=concept.pk)
    assert (stored.slug, stored.scheme_id) == ("vbied", concept.scheme_id)
    assert stored.pref_label["en"] == "Vehicle bomb"


def test_an_entry_that_was_replaced_is_not_offered_to_replace_another(client: Client, reviewer: User) -> None:
    entry, replaced = make_entry(), make_entry(standing=Standing.SUPERSEDED)
    answer = client.post(address("supersede", pk=entry.pk), {"target": replaced.public_id})
    assert "no entry with this identifier" in str(errors(answer)["target"])


def test_only_languages_of_the_site_are_looked_up(client: Client, curator: User) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert "zqlocale" not in client.get(address("add"), {"locale": "zqlocale"}).content.decode()
        client.post(f"{address('preview_on_add')}?kind=practice&locale=zqlocale", form_data(kind="practice"))
    assert not [query for query in asked.captured_queries if "zqlocale" in query["sql"]]


def test_the_list_says_that_a_review_is_overdue(client: Client, reviewer: User) -> None:
    make_entry()
    in_filter = client.get(address("list")).content.decode().count("Review overdue")
    entry = make_entry(review_by="2020-01-01")
    assert client.get(address("list")).content.decode().count("Review overdue") == in_filter + 1
    Entry.objects.filter(pk=entry.pk).update(standing=Standing.SUPERSEDED)
    assert client.get(address("list")).content.decode().count("Review overdue") == in_filter


def test_the_list_shows_originals_first_and_of_these_the_newest(client: Client, reviewer: User) -> None:
    older, newer = make_entry(), make_entry()
    french = make_entry(translation_of=older, language="fr")
    for entry in (older, newer, french):
        entry.save_revision()
    assert list(client.get(address("list")).context["object_list"]) == [newer, older, french]
