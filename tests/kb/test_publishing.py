"""Is nothing published that readers could not rely on, and does everything follow from a publication?"""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from wagtail.models import TaskState

from kb import publishing
from kb.choices import Axis, EntryKind, Maturity, Standing, TranslationStatus
from kb.models import Entry, EntryConcept, Marking
from kb.models.entry_querysets import EntryQuerySet
from kb.models.taxonomy import StateVersion
from kb.signals import entry_published, entry_withdrawn
from people.choices import Role
from tests.factories import make_concept, make_entry, make_user

pytestmark = pytest.mark.django_db


def _depth() -> int:
    """How many transactions stand in each other: the test has its own."""
    return len(transaction.get_connection().savepoint_ids)


@pytest.fixture
def heard() -> Any:
    found: list[tuple[str, Any, bool]] = []
    outside = _depth()

    def published(sender: Any, translation_key: Any, **kwargs: Any) -> None:
        found.append(("published", translation_key, _depth() > outside))

    def withdrawn(sender: Any, translation_key: Any, **kwargs: Any) -> None:
        found.append(("withdrawn", translation_key, _depth() > outside))

    entry_published.connect(published)
    entry_withdrawn.connect(withdrawn)
    yield found
    entry_published.disconnect(published)
    entry_withdrawn.disconnect(withdrawn)


@pytest.mark.parametrize("kind", [EntryKind.LESSON, EntryKind.PRACTICE])
def test_a_complete_draft_is_published_with_its_date(kind: str, heard: list[Any]) -> None:
    draft = make_entry(live=False, kind=kind, positive=True)
    entry = publishing.publish_entry(entry=draft, by=None, at=datetime.date(2026, 3, 4))
    assert entry.live
    assert entry.published_date == datetime.date(2026, 3, 4)
    assert entry.reviewed_date
    assert heard == [("published", draft.translation_key, True)]


def test_wagtails_own_way_of_publishing_does_the_same(heard: list[Any]) -> None:
    draft = make_entry(live=False)
    before = getattr(StateVersion.objects.filter(name="content").first(), "number", 0)
    draft.save_revision().publish()
    entry = Entry.objects.get(pk=draft.pk)
    assert entry.live and entry.published_date
    assert heard == [("published", draft.translation_key, True)]
    assert StateVersion.objects.get(name="content").number > before


@pytest.mark.parametrize(
    ("axis", "words"),
    [
        (Axis.FACILITY, "facility type"),
        (Axis.THREAT, "threat"),
        (Axis.FUNCTION, "function"),
        (Axis.MISSION, "mission type"),
        (Axis.MEASURE, "measure"),
    ],
)
def test_a_practice_without_an_axis_is_not_published(axis: str, words: str) -> None:
    draft = make_entry(live=False, concepts={axis: []})
    with pytest.raises(publishing.NotComplete, match=words):
        publishing.publish_entry(entry=draft, by=None)
    assert not Entry.objects.get(pk=draft.pk).live


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"evidence": ""}, "evidence"),
        ({"review_by": None}, "date by which"),
        ({"references": 0}, "reference"),
        ({"works_when": ""}, "when to use it"),
        ({"not_when": ""}, "when not to use it"),
        ({"summary": ""}, "summary"),
        ({"sections": {"steps": None}}, "What to do"),
        ({"sections": {"problem": "<p> </p>"}}, "The problem"),
    ],
)
def test_what_is_missing_is_said_in_words(fields: dict[str, Any], words: str) -> None:
    draft = make_entry(live=False, **fields)
    with pytest.raises(publishing.NotComplete) as refusal:
        draft.save_revision(clean=False).publish()
    assert len(refusal.value.problems) == 1
    assert words in refusal.value.problems[0]


def test_a_lesson_says_whether_it_went_well() -> None:
    with pytest.raises(publishing.NotComplete, match="went well"):
        publishing.publish_entry(entry=make_entry(live=False, kind="lesson"), by=None)


def test_no_pattern_is_published_without_an_option() -> None:
    bare = make_entry(live=False, kind="pattern")
    with pytest.raises(publishing.NotComplete, match="option"):
        publishing.publish_entry(entry=bare, by=None)
    mitigated = make_entry(live=False, kind="pattern", options=[make_entry()])
    assert publishing.publish_entry(entry=mitigated, by=None).live


def test_a_refused_publication_changes_nothing_and_says_nothing(heard: list[Any]) -> None:
    entry = make_entry()
    entry.summary = ""
    revision = entry.save_revision(clean=False)
    with pytest.raises(publishing.NotComplete):
        revision.publish()
    assert Entry.objects.get(pk=entry.pk).summary
    assert heard == []


def test_language_versions_take_over_the_header_of_the_original() -> None:
    original = make_entry()
    french = make_entry(translation_of=original, language="fr", evidence="F6")
    Entry.objects.filter(pk=original.pk).update(maturity=Maturity.APPLIED, standing=Standing.EXPIRED)
    original = Entry.objects.get(pk=original.pk)
    original.evidence_source, original.review_by = "A", datetime.date(2030, 1, 1)
    original.entry_concepts.add(EntryConcept(axis=Axis.THREAT, concept=make_concept("threats", "vbied")))
    publishing.publish_entry(entry=original, revision=original.save_revision(), by=None)
    french = Entry.objects.get(pk=french.pk)
    assert (french.evidence_source, french.evidence_info) == ("A", "2")
    assert french.review_by == datetime.date(2030, 1, 1)
    assert (french.maturity, french.standing) == (Maturity.APPLIED, Standing.EXPIRED)
    assert set(french.entry_concepts.values_list("axis", "concept__slug")) == set(
        original.entry_concepts.values_list("axis", "concept__slug")
    )


def test_a_translation_goes_stale_only_when_the_text_of_the_original_changes() -> None:
    original = make_entry()
    french = make_entry(translation_of=original, language="fr")
    original.evidence_source = "A"
    publishing.publish_entry(entry=original, revision=original.save_revision(), by=None)
    assert Entry.objects.get(pk=french.pk).translation_status == TranslationStatus.CHECKED
    original = Entry.objects.get(pk=original.pk)
    original.summary = "Another summary."
    publishing.publish_entry(entry=original, revision=original.save_revision(), by=None)
    assert Entry.objects.get(pk=french.pk).translation_status == TranslationStatus.STALE
    assert Entry.objects.get(pk=original.pk).translation_status == TranslationStatus.ORIGINAL


def test_a_draft_from_before_the_change_does_not_call_a_stale_translation_checked() -> None:
    original = make_entry()
    french = make_entry(translation_of=original, language="fr")
    old = french.save_revision()
    original.summary = "Another summary."
    publishing.publish_entry(entry=original, revision=original.save_revision(), by=None)
    publishing.publish_entry(entry=french, revision=old, by=None)
    assert Entry.objects.get(pk=french.pk).translation_status == TranslationStatus.STALE


def test_no_translation_is_published_before_its_original() -> None:
    original = make_entry(live=False)
    french = make_entry(translation_of=original, language="fr", live=False)
    with pytest.raises(publishing.OriginalNotPublished):
        publishing.publish_entry(entry=french, by=None)


def test_withdrawing_the_original_withdraws_its_translations(heard: list[Any]) -> None:
    original = make_entry()
    french = make_entry(translation_of=original, language="fr")
    publishing.withdraw(entry=original, by=None)
    assert not Entry.objects.filter(pk__in=[original.pk, french.pk], live=True).exists()
    assert {what for what, _key, _atomic in heard} == {"withdrawn"}
    assert all(atomic for _what, _key, atomic in heard)


def test_wagtails_own_way_of_unpublishing_does_the_same() -> None:
    original = make_entry()
    french = make_entry(translation_of=original, language="fr")
    original.unpublish()
    assert not Entry.objects.get(pk=french.pk).live


def test_deleting_tells_the_apps_above(heard: list[Any]) -> None:
    draft = make_entry(live=False)
    key = draft.translation_key
    draft.delete()
    assert heard == [("withdrawn", key, True)]


def test_an_older_draft_moves_neither_maturity_nor_standing_back() -> None:
    entry = make_entry()
    old = entry.save_revision()
    Entry.objects.filter(pk=entry.pk).update(maturity=Maturity.VALIDATED, standing=Standing.SUPERSEDED)
    publishing.publish_entry(entry=entry, revision=old, by=None)
    entry = Entry.objects.get(pk=entry.pk)
    assert (entry.maturity, entry.standing) == (Maturity.VALIDATED, Standing.SUPERSEDED)


@pytest.mark.parametrize(
    "missing", [{"evidence_source": ""}, {"review_by": None}, {"published_date": None}, {"title": ""}]
)
def test_the_database_refuses_an_incomplete_published_row(missing: dict[str, Any]) -> None:
    entry = make_entry()
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(**missing)


def test_the_database_refuses_two_originals_of_a_work() -> None:
    entry = make_entry()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_entry(translation_of=entry, language="fr", translation_status=TranslationStatus.ORIGINAL)


def test_publishing_a_page_tells_caches(django_user_model: Any) -> None:
    from wagtail.models import Page

    from kb.models import GuidanceIndexPage, GuidancePage, HomePage

    home = Page.get_first_root_node().add_child(instance=HomePage(title="Home", slug="h", heading="h", lead="l"))
    index = home.add_child(instance=GuidanceIndexPage(title="Guidance", slug="guidance"))
    page = index.add_child(instance=GuidancePage(title="Markings", slug="markings", summary="s"))
    numbers = []
    for step in (lambda: page.save_revision().publish(), lambda: page.unpublish(), lambda: page.delete()):
        step()
        numbers.append(StateVersion.objects.get(name="pages").number)
    assert numbers == sorted(set(numbers))


def _reviewed(**fields: Any) -> tuple[Entry, Any]:
    """A complete draft that a reviewer made, as the log has it, and that reviewer."""
    person = make_user(roles=[Role.REVIEWER])
    draft = make_entry(live=False, **fields)
    draft.save_revision(user=person, log_action="wagtail.create")
    return draft, person


def test_a16_nobody_publishes_a_new_entry_that_they_made() -> None:
    draft, person = _reviewed()
    for by in (person, make_user(roles=[Role.CURATOR]), make_user(superuser=True, roles=[])):
        with pytest.raises(publishing.NotForThisPerson):
            publishing.publish_entry(entry=draft, by=by)
    with pytest.raises(publishing.NotForThisPerson):
        draft.latest_revision.publish(user=person)
    assert not Entry.objects.get(pk=draft.pk).live
    assert publishing.publish_entry(entry=draft, by=make_user(roles=[Role.REVIEWER])).live


def test_a_reviewer_publishes_own_edits_of_a_published_entry() -> None:
    draft, person = _reviewed()
    entry = publishing.publish_entry(entry=draft, by=make_user(roles=[Role.REVIEWER]))
    entry.title = "A better title"
    entry.save_revision(user=person)
    assert publishing.may_publish(person, entry)
    assert publishing.publish_entry(entry=entry, by=person).title == "A better title"


def test_a16_what_is_in_review_is_published_by_its_review_alone() -> None:
    entry, asking, other = make_entry(), make_user(roles=[Role.REVIEWER]), make_user(roles=[Role.REVIEWER])
    entry.save_revision(user=asking)
    entry.get_workflow().start(entry, asking)
    for by in (asking, other):
        assert not publishing.may_publish(by, Entry.objects.get(pk=entry.pk))
        with pytest.raises(publishing.NotForThisPerson):
            publishing.publish_entry(entry=entry, by=by)
    state = entry.current_workflow_task_state
    assert state.task.specific.get_actions(entry, asking) == []
    state.task.specific.on_action(state, other, "approve")
    assert Entry.objects.get(pk=entry.pk).current_workflow_state is None


def test_a16_who_made_an_entry_does_not_approve_it_when_somebody_else_submits_it() -> None:
    draft, person = _reviewed()
    draft.get_workflow().start(draft, make_user(roles=[Role.CURATOR]))
    state = draft.current_workflow_task_state
    assert state.task.specific.get_actions(draft, person) == []
    assert not TaskState.objects.reviewable_by(person).exists()
    other = make_user(roles=[Role.REVIEWER])
    assert list(TaskState.objects.reviewable_by(other)) == [state]
    state.task.specific.on_action(state, other, "approve")
    assert Entry.objects.get(pk=draft.pk).live


def test_an_entry_that_somebody_locked_is_published_by_nobody_else() -> None:
    holder, other = make_user(roles=[Role.REVIEWER]), make_user(roles=[Role.REVIEWER])
    entry = make_entry(live=False, locked=True, locked_by=holder)
    with pytest.raises(publishing.NotForThisPerson):
        publishing.publish_entry(entry=entry, by=other)
    assert publishing.publish_entry(entry=entry, by=holder).live


def test_publication_and_withdrawal_hold_the_rows_of_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[Any] = []
    take = EntryQuerySet.select_for_update

    def select_for_update(rows: Any, **options: Any) -> Any:
        held.append(rows.model)
        return take(rows, **options)

    monkeypatch.setattr(EntryQuerySet, "select_for_update", select_for_update)
    entry = publishing.publish_entry(entry=make_entry(live=False), by=None)
    assert held == [Entry]
    publishing.withdraw(entry=entry, by=None)
    assert held == [Entry, Entry]


def test_a_marking_goes_with_the_last_language_version() -> None:
    entry = make_entry(live=False)
    french = make_entry(live=False, translation_of=entry, language="fr")
    french.delete()
    assert Marking.objects.filter(pk=entry.marking_id).exists()
    entry.delete()
    assert not Marking.objects.exists()


def test_published_entries_are_those_that_stand_on_the_site() -> None:
    shown, replaced = make_entry(), make_entry(standing=Standing.SUPERSEDED)
    make_entry(live=False)
    make_entry(standing=Standing.RECALLED)
    assert set(Entry.objects.published()) == {shown, replaced}
