"""What an import does to the knowledge base: complete, repeatable, respectful of what was edited here."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from kb.choices import RelationType, Standing, Tlp, TranslationStatus
from kb.importing import batches
from kb.models import Entry, EntryRelation, ImportedVersion, Marking
from kb.publishing import publish_entry, withdraw
from people.choices import Role
from search.models import OutboxItem
from tests.factories import make_entry, make_organisation, make_user
from tests.kb.importing.records import FRENCH, PRACTICE, as_lines, practice, reviewer, run, write

pytestmark = pytest.mark.django_db


def state() -> list[tuple[Any, ...]]:
    """Return everything of the imported entries that a second run must not change."""
    rows = Entry.objects.filter(source_key__startswith="import:").order_by("source_key", "locale")
    return [
        (row.pk, row.public_id, row.source_key, row.title, row.latest_revision_id, row.last_published_at, row.live)
        for row in rows
    ]


def test_a_record_becomes_a_published_entry_with_all_that_hangs_on_it(tmp_path: Path) -> None:
    code, told = run(write(tmp_path / "a.csv", [PRACTICE]))
    assert code == 0, told
    entry = Entry.objects.get()
    assert entry.live
    assert entry.marking.label == Tlp.CLEAR
    assert entry.latest_revision_id == entry.live_revision_id is not None
    assert entry.published_date == entry.reviewed_date == timezone.localdate()
    concepts = set(entry.entry_concepts.values_list("axis", "concept__slug"))
    assert ("source-bases", "open-source") in concepts
    assert ("facility-types", "public-square") in concepts, "named by its label"
    assert ("mission-types", "desk-research") in concepts
    reference = entry.references.get()
    assert (reference.publisher, reference.year) == ("European Commission", 2022)
    assert {row.tag.name for row in entry.keyword_items.all()} == {"bollards", "approach"}
    assert [step.value["title"] for step in entry.section("steps").bound_blocks] == [
        "Draw the lines.",
        "Note the speeds.",
    ]
    log = ModelLogEntry.objects.filter(object_id=str(entry.pk))
    assert set(log.values_list("action", "user__email")) == {
        ("wagtail.create", "importer@example.org"),
        ("wagtail.publish", "importer@example.org"),
    }
    assert OutboxItem.objects.get().bulk
    again = publish_entry(entry=entry, by=None)
    assert again.references.count() == 1
    assert again.entry_concepts.count() == len(concepts)


def test_a_second_run_and_another_order_change_nothing(tmp_path: Path) -> None:
    rows = [*(practice(number) for number in range(5)), PRACTICE, FRENCH]
    run(write(tmp_path / "a.csv", rows))
    before = state()
    assert len(before) == 7
    OutboxItem.objects.all().delete()
    for path in (write(tmp_path / "a.csv", rows), write(tmp_path / "b.jsonl", list(reversed(rows)))):
        code, told = run(path)
        assert code == 0
        assert "0 new, 0 changed, 7 unchanged" in told
    assert state() == before
    assert not OutboxItem.objects.exists()


def test_a_changed_record_gives_its_entry_a_new_revision(tmp_path: Path) -> None:
    run(write(tmp_path / "a.csv", [PRACTICE, FRENCH, practice(1)]))
    before = {row.public_id: row.latest_revision_id for row in Entry.objects.originals()}
    code, told = run(write(tmp_path / "a.csv", [{**PRACTICE, "summary": "Said anew.", "evidence": "A1"}, FRENCH]))
    assert (code, "1 changed, 1 unchanged" in told) == (0, True), told
    entry = Entry.objects.get(source_key="import:slow-approach", locale__language_code="en")
    assert entry.summary == "Said anew."
    assert entry.latest_revision_id == entry.live_revision_id != before[entry.public_id]
    french = Entry.objects.get(locale__language_code="fr")
    assert french.translation_status == TranslationStatus.STALE
    assert french.evidence_source == "A", "the header of a version is that of its original"
    assert entry.latest_revision.as_object().summary == "Said anew."


def test_what_was_edited_here_is_left_alone_unless_it_is_to_be_overwritten(tmp_path: Path) -> None:
    run(write(tmp_path / "a.csv", [PRACTICE]))
    entry = Entry.objects.get()
    entry.summary = "Better words."
    entry.save_revision(user=None).publish()
    changed = write(tmp_path / "a.csv", [{**PRACTICE, "summary": "Other words."}])
    code, told = run(changed)
    assert code == 0
    assert "line 2: “Slow vehicles down before they reach the crowd” was left alone: it was edited here since" in told
    assert Entry.objects.get().summary == "Better words."
    code, told = run(changed, overwrite=True)
    assert "1 changed" in told
    assert Entry.objects.get().summary == "Other words."


def test_a_draft_that_was_begun_here_counts_as_edited(tmp_path: Path) -> None:
    run(write(tmp_path / "a.csv", [PRACTICE]))
    Entry.objects.get().save_revision(user=None)
    _code, told = run(write(tmp_path / "a.csv", [{**PRACTICE, "summary": "Other words."}]))
    assert "1 left alone" in told


def test_what_was_deleted_withdrawn_recalled_locked_or_raised_here_stays_so(tmp_path: Path) -> None:
    keys = ["deleted", "withdrawn", "recalled", "locked", "raised"]
    rows = [practice(number, key=key) for number, key in enumerate(keys)]
    run(write(tmp_path / "a.csv", rows))
    entries = {entry.source_key.removeprefix("import:"): entry for entry in Entry.objects.all()}
    entries["deleted"].delete()
    withdraw(entry=entries["withdrawn"], by=None)
    Entry.objects.filter(pk=entries["recalled"].pk).update(standing=Standing.RECALLED)
    Entry.objects.filter(pk=entries["locked"].pk).update(locked=True)
    marking = entries["raised"].marking
    marking.label = Tlp.AMBER
    marking.save()
    changed = [{**row, "summary": "Other words."} for row in rows]
    code, told = run(write(tmp_path / "a.csv", changed), overwrite=True)
    assert code == 0
    assert "1 changed" in told, told
    assert "4 left alone" in told
    assert not Entry.objects.filter(source_key="import:deleted").exists()
    withdrawn = Entry.objects.get(source_key="import:withdrawn")
    assert not withdrawn.live
    assert withdrawn.latest_revision.as_object().summary == "Other words."
    others = Entry.objects.exclude(source_key="import:withdrawn")
    assert {entry.summary for entry in others} == {PRACTICE["summary"]}


def test_drafts_are_not_shown_and_need_no_more_than_a_title(tmp_path: Path) -> None:
    bare = {name: PRACTICE[name] for name in ("key", "kind", "title", "reference_kind", "reference_title")}
    bare |= {name: PRACTICE[name] for name in ("publisher", "year", "url")}
    assert run(write(tmp_path / "a.csv", [bare]))[0] == 2
    code, told = run(write(tmp_path / "a.csv", [bare]), draft=True)
    assert code == 0, told
    entry = Entry.objects.get()
    assert not entry.live
    assert entry.has_unpublished_changes
    assert entry.latest_revision_id
    assert not OutboxItem.objects.exists()


def test_a_changed_draft_import_leaves_what_readers_see(tmp_path: Path) -> None:
    run(write(tmp_path / "a.csv", [PRACTICE]))
    run(write(tmp_path / "a.csv", [{**PRACTICE, "summary": "Other words."}]), draft=True)
    entry = Entry.objects.get()
    assert (entry.live, entry.summary, entry.has_unpublished_changes) == (True, PRACTICE["summary"], True)
    assert entry.latest_revision.as_object().summary == "Other words."
    assert entry.entry_concepts.exists()


def test_versions_of_a_work_share_identity_whichever_comes_first(tmp_path: Path) -> None:
    code, told = run(write(tmp_path / "a.csv", [FRENCH, PRACTICE]))
    assert code == 0, told
    english, french = Entry.objects.order_by("locale__language_code")
    assert english.translation_status == TranslationStatus.ORIGINAL
    assert french.translation_status == TranslationStatus.MACHINE
    assert english.public_id == french.public_id
    assert english.marking_id == french.marking_id
    assert english.translation_key == french.translation_key
    assert french.evidence_source == "B"
    assert french.entry_concepts.count() == english.entry_concepts.count()


def test_a_version_can_follow_later_but_not_without_its_original(tmp_path: Path) -> None:
    run(write(tmp_path / "a.csv", [PRACTICE]))
    assert run(write(tmp_path / "b.csv", [FRENCH]))[0] == 0
    bad = {**PRACTICE, "key": "other", "threats": "Dragons"}
    code, told = run(write(tmp_path / "c.csv", [bad, {**FRENCH, "key": "other"}]))
    assert code == 2
    assert "line 4: its original is not here" in told


def test_a_pattern_needs_an_option_that_is_here_or_in_the_file(tmp_path: Path) -> None:
    pattern = {
        **{name: value for name, value in PRACTICE.items() if not name.startswith(("needs", "steps", "side"))},
        "kind": "pattern",
        "key": "weak-line",
        "problem": "",
        "description": "",
        "effectiveness": "",
        "statement": "Straight roads point at crowds.",
        "why_it_matters": "People may be hurt.",
        "indicators": "Do straight roads end before the crowd? | Look at the plan.",
        "severity_logic": "Worse downhill.",
    }
    code, told = run(write(tmp_path / "a.csv", [pattern]))
    assert code == 2
    assert "option" in told
    code, told = run(write(tmp_path / "a.csv", [{**pattern, "options": "nothing"}, PRACTICE]))
    assert "options: there is no entry nothing" in told
    code, told = run(write(tmp_path / "a.csv", [{**pattern, "options": "slow-approach"}, PRACTICE]))
    assert code == 0, told
    relation = EntryRelation.objects.get()
    assert relation.type == RelationType.OPTION
    assert relation.target.source_key == "import:slow-approach"


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [PRACTICE, FRENCH, practice(1, threats="Dragons")])
    code, told = run(path, dry_run=True)
    assert code == 1
    assert "2 would be new" in told
    assert "Nothing was written" in told
    assert not Entry.objects.exists()
    assert not ImportedVersion.objects.exists()


def test_only_somebody_who_may_publish_imports(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [PRACTICE])
    curator = make_user("curator@example.org", roles=[Role.CURATOR])
    code, told = run(path, by=curator.email)
    assert (code, "may not publish" in told) == (2, True)
    code, told = run(path, by="nobody@example.org")
    assert (code, "no account" in told) == (2, True)
    outside = make_user("superuser@example.org", superuser=True, member=False)
    assert run(path, by=outside.email)[0] == 2
    assert not Entry.objects.exists()


def test_an_editor_who_was_faster_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(write(tmp_path / "a.csv", [PRACTICE, practice(1)]))
    edited = Entry.objects.get(source_key="import:slow-approach")
    real = batches.BatchWriter._write_once

    def slow(self: Any, ready: Any, digests: Any) -> Any:
        if edited.latest_revision_id == Entry.objects.get(pk=edited.pk).latest_revision_id:
            edited.save_revision(user=None)
        return real(self, ready, digests)

    monkeypatch.setattr(batches.BatchWriter, "_write_once", slow)
    rows = [{**row, "summary": "Other words."} for row in (PRACTICE, practice(1))]
    _code, told = run(write(tmp_path / "a.csv", rows))
    assert "1 changed" in told
    assert "somebody edited it at the same moment" in told


def test_a_batch_that_meets_another_run_is_written_record_by_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = batches.BatchWriter._write_once

    def met(self: Any, ready: Any, digests: Any) -> Any:
        if len(ready) > 1 or ready[0].row.source_key == "import:practice-1":
            raise IntegrityError
        return real(self, ready, digests)

    monkeypatch.setattr(batches.BatchWriter, "_write_once", met)
    code, told = run(write(tmp_path / "a.csv", [practice(number) for number in range(3)]))
    assert code == 1
    assert "line 4: it came in another way at the same moment" in told
    assert Entry.objects.count() == 2


def test_a_transaction_that_did_not_hold_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    real = batches.ImportedVersion.objects.bulk_create
    tries: list[int] = []

    def busy(*args: Any, **kwargs: Any) -> Any:
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError("database is locked")
        return real(*args, **kwargs)

    monkeypatch.setattr(batches.ImportedVersion.objects, "bulk_create", busy)
    monkeypatch.setattr(batches.time, "sleep", lambda _seconds: None)
    code, told = run(write(tmp_path / "a.csv", [PRACTICE, practice(1)]))
    assert code == 0, told
    assert len(tries) == 2
    assert Entry.objects.count() == 2
    assert {entry.references.count() for entry in Entry.objects.all()} == {1}


def test_many_records_are_written_in_many_short_transactions(tmp_path: Path) -> None:
    code, told = run(write(tmp_path / "a.csv", [practice(number) for number in range(30)]), batch=7)
    assert code == 0, told
    assert Entry.objects.count() == 30
    assert ImportedVersion.objects.values("imported_at").distinct().count() >= 5


texts = st.text(alphabet=st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=80)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.lists(st.tuples(texts, texts), min_size=1, max_size=6), order=st.randoms(use_true_random=False))
def test_whatever_the_cells_hold_a_second_run_changes_nothing(tmp_path: Path, data: Any, order: Any) -> None:
    rows = [practice(number, summary=one, problem=other) for number, (one, other) in enumerate(data)]
    path = tmp_path / "a.jsonl"
    path.write_text(as_lines(rows), encoding="utf-8")
    run(path)
    before = state()
    order.shuffle(rows)
    path.write_text(as_lines(rows), encoding="utf-8")
    _code, told = run(path)
    assert " 0 new, 0 changed, " in told
    assert state() == before


def test_an_entry_from_elsewhere_is_not_taken_over(tmp_path: Path) -> None:
    stranger = make_entry()
    Entry.objects.filter(pk=stranger.pk).update(source_key="import:slow-approach")
    _code, told = run(write(tmp_path / "a.csv", [PRACTICE]))
    assert "1 left alone" in told
    assert Entry.objects.get().title == stranger.title


def hide(entry: Entry) -> None:
    """Mark an entry beyond the reach of the account that imports."""
    owner = make_organisation()
    Marking.objects.filter(pk=entry.marking_id).update(label=Tlp.AMBER_STRICT, owning_organisation=owner)


def test_a_new_version_of_a_work_beyond_reach_is_left_alone_and_nothing_is_told_of_it(tmp_path: Path) -> None:
    keys = ["raised", "recalled", "locked", "hidden"]
    run(write(tmp_path / "a.csv", [practice(number, key=key) for number, key in enumerate(keys)]))
    entries = {entry.source_key.removeprefix("import:"): entry for entry in Entry.objects.all()}
    hide(entries["raised"])
    Entry.objects.filter(pk=entries["recalled"].pk).update(standing=Standing.RECALLED)
    Entry.objects.filter(pk=entries["locked"].pk).update(locked=True)
    hide(entries["hidden"])
    Entry.objects.filter(pk=entries["hidden"].pk).update(live=False, kind="lesson")
    versions = [{**FRENCH, "key": key} for key in keys]
    for options in ({}, {"overwrite": True}, {"draft": True}, {"dry_run": True}):
        code, told = run(write(tmp_path / "b.csv", versions), **options)
        assert (code, "4 left alone" in told) == (0, True), told
        assert told.count("its marking or its recall keeps you from editing it") == 3
        assert told.count("it is locked here") == 1
        assert "lesson" not in told
        assert "not published" not in told
    assert not Entry.objects.filter(locale__language_code="fr").exists()


def test_what_was_edited_beyond_reach_is_told_as_what_was_not(tmp_path: Path) -> None:
    run(write(tmp_path / "a.csv", [PRACTICE]))
    entry = Entry.objects.get()
    entry.save_revision(user=None)
    hide(entry)
    _code, told = run(write(tmp_path / "b.csv", [{**PRACTICE, "summary": "Other words."}]))
    assert "its marking or its recall" in told
    assert "edited here since" not in told


@pytest.mark.parametrize("change", ["hide", "edit", "withdraw"])
def test_what_happens_to_an_original_while_its_version_is_made_ready_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    run(write(tmp_path / "a.csv", [PRACTICE]))
    original = Entry.objects.get()
    real = batches.BatchWriter._write_once

    def slow(self: Any, ready: Any, digests: Any) -> Any:
        if change == "hide":
            hide(original)
        elif change == "edit":
            original.save_revision(user=None)
        else:
            withdraw(entry=original, by=None)
        return real(self, ready, digests)

    monkeypatch.setattr(batches.BatchWriter, "_write_once", slow)
    _code, told = run(write(tmp_path / "b.csv", [FRENCH]))
    assert "0 new" in told
    assert "1 left alone" in told
    assert ("its marking or its recall" if change == "hide" else "at the same moment") in told
    assert not Entry.objects.filter(locale__language_code="fr").exists()


def test_dates_that_a_record_names_are_kept(tmp_path: Path) -> None:
    row = {**PRACTICE, "published": "2020-02-03", "reviewed": "2021-03-04", "review_by": "", "review_in_months": "18"}
    code, told = run(write(tmp_path / "a.csv", [row]))
    assert code == 0, told
    entry = Entry.objects.get()
    assert entry.published_date == datetime.date(2020, 2, 3)
    assert entry.review_by == datetime.date(2022, 9, 4)
    assert reviewer().pk == ModelLogEntry.objects.filter(object_id=str(entry.pk)).first().user_id
