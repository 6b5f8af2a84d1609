"""Changes reach the index: by outbox and drain, by rebuild, and by comparison with the database."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from kb.choices import Standing, Tlp
from kb.models import Concept, Entry
from kb.signals import entry_published, entry_relabelled, entry_withdrawn, vocabulary_changed
from people.viewers import ANONYMOUS
from search import access, indexing
from search.engines import engine
from search.engines.base import EngineUnavailable
from search.models import OutboxItem
from tests.factories import make_concept, make_entry

pytestmark = pytest.mark.django_db

ANYBODY = (1,)
MEMBERS = (1, 2)


@pytest.mark.parametrize("signal", [entry_published, entry_withdrawn, entry_relabelled])
def test_what_the_knowledge_base_announces_is_noted(signal: Any) -> None:
    entry = make_entry()
    signal.send(sender=Entry, translation_key=entry.translation_key)
    assert OutboxItem.objects.get().translation_key == entry.translation_key


@pytest.mark.parametrize(
    ("signal", "narrowed"), [(entry_published, False), (entry_withdrawn, True), (entry_relabelled, True)]
)
def test_what_fewer_people_may_know_of_is_noted_as_narrowed(signal: Any, narrowed: bool) -> None:
    signal.send(sender=Entry, translation_key=make_entry().translation_key)
    assert OutboxItem.objects.get().narrowed is narrowed


@pytest.mark.django_db(transaction=True)
def test_a_note_disappears_with_the_transaction_of_its_content() -> None:
    entry = make_entry()
    with pytest.raises(RuntimeError), transaction.atomic():
        indexing.enqueue(entry.translation_key)
        raise RuntimeError
    assert not OutboxItem.objects.exists()


def test_a_changed_concept_notes_the_works_that_carry_it_or_a_narrower_one() -> None:
    carries = make_entry(concepts={"facility-types": ["christmas-market"]})
    make_entry(concepts={"facility-types": ["stadium"]})
    root = make_concept("facility-types", "temporary-event")
    vocabulary_changed.send(sender=Concept, concept_id=root.pk)
    assert [item.translation_key for item in OutboxItem.objects.all()] == [carries.translation_key]


def test_draining_publishes_relabels_and_withdraws(index: Any) -> None:
    index()
    entry = make_entry(announce=True)
    assert engine().count(ANYBODY) == 0
    assert indexing.drain() == 1
    assert engine().count(ANYBODY) == 1
    type(entry.marking).objects.filter(pk=entry.marking_id).update(label=Tlp.GREEN)
    entry_relabelled.send(sender=Entry, translation_key=entry.translation_key)
    indexing.drain()
    assert engine().count(ANYBODY) == 0
    assert engine().count(MEMBERS) == 1
    Entry.objects.filter(pk=entry.pk).update(standing=Standing.RECALLED)
    entry_withdrawn.send(sender=Entry, translation_key=entry.translation_key)
    indexing.drain()
    assert engine().count(MEMBERS) == 0
    assert not OutboxItem.objects.exists()
    assert indexing.drain() == 0


def test_draining_twice_changes_nothing(index: Any) -> None:
    index()
    entry = make_entry(announce=True)
    indexing.enqueue(entry.translation_key)
    assert indexing.drain_all() == 1
    before = engine().checksums()
    indexing.enqueue(entry.translation_key)
    indexing.drain_all()
    assert engine().checksums() == before


@pytest.mark.django_db(transaction=True)  # the worker closes its connections
def test_without_an_index_nothing_is_lost_and_publishing_goes_on(index_dir: Any) -> None:
    make_entry(announce=True)
    with pytest.raises(EngineUnavailable):
        indexing.drain()
    assert OutboxItem.objects.count() == 1
    call_command("worker", "--once")
    assert not OutboxItem.objects.exists()
    assert engine().count(ANYBODY) == 1


def test_a_work_whose_document_cannot_be_made_does_not_stop_the_others(index: Any, monkeypatch: Any) -> None:
    index()
    broken, sound = make_entry(announce=True), make_entry(announce=True)
    honest = indexing.build

    def build(keys: Any, terms: Any) -> Any:
        if broken.translation_key in keys:
            raise ValueError("broken")
        return honest(keys, terms)

    monkeypatch.setattr(indexing, "build", build)
    indexing.drain_all()
    assert list(engine().checksums()) == [str(sound.translation_key)]
    for _round in range(indexing.GIVE_UP_AFTER):
        indexing.drain_all()
    item = OutboxItem.objects.get()
    assert (item.translation_key, item.attempts) == (broken.translation_key, indexing.GIVE_UP_AFTER)


def test_a_work_whose_document_cannot_be_made_any_more_leaves_the_index(index: Any, monkeypatch: Any) -> None:
    entry, other = make_entry(), make_entry()
    index()

    def broken(keys: Any, terms: Any) -> Any:
        raise ValueError("broken")

    with monkeypatch.context() as patched:
        patched.setattr(indexing, "build", broken)
        indexing.enqueue(entry.translation_key)
        indexing.drain_all()
        assert list(engine().checksums()) == [str(other.translation_key)]
        assert sorted(indexing.verify().left_over) == [str(other.translation_key)]
    assert indexing.verify().missing == [str(entry.translation_key)]


def test_a_narrowed_work_whose_document_could_not_be_made_comes_back_when_it_can(index: Any, monkeypatch: Any) -> None:
    entry = make_entry()
    index()

    def broken(keys: Any, terms: Any) -> Any:
        raise ValueError("broken")

    for mend in (lambda: entry_published.send(sender=Entry, translation_key=entry.translation_key), indexing.rebuild):
        with monkeypatch.context() as patched:
            patched.setattr(indexing, "build", broken)
            indexing.enqueue(entry.translation_key, narrowed=True)
            indexing.drain_all()
        assert access.reach_of(ANONYMOUS).hidden == {str(entry.translation_key)}
        mend()
        indexing.drain_all()
        assert not access.reach_of(ANONYMOUS).hidden
        assert not OutboxItem.objects.exists()


def test_what_changes_during_a_rebuild_is_in_the_new_index(index: Any, monkeypatch: Any) -> None:
    index()
    early = make_entry("Early")
    honest = indexing.all_keys

    def all_keys() -> Any:
        yield from honest()
        Entry.objects.filter(pk=early.pk).update(live=False)
        indexing.enqueue(early.translation_key)
        make_entry("Late", announce=True)
        indexing.drain_all()

    monkeypatch.setattr(indexing, "all_keys", all_keys)
    indexing.rebuild()
    assert not OutboxItem.objects.exists()
    assert engine().suggest("late", ANYBODY)
    assert not engine().suggest("early", ANYBODY)
    monkeypatch.undo()
    assert not indexing.verify()


def test_comparison_finds_what_is_missing_stale_and_left_over_and_repairs_it(index: Any) -> None:
    stale, left_over = make_entry("Stale"), make_entry("Left over")
    index()
    missing = make_entry("Missing")
    Entry.objects.filter(pk=stale.pk).update(title="Changed")
    Entry.objects.filter(pk=left_over.pk).update(live=False)
    difference = indexing.verify()
    assert difference.missing == [str(missing.translation_key)]
    assert difference.stale == [str(stale.translation_key)]
    assert difference.left_over == [str(left_over.translation_key)]
    with pytest.raises(CommandError, match="1 missing, 1 stale, 1 left over"):
        call_command("verify_index")
    call_command("verify_index", "--repair")
    assert not indexing.verify()
    call_command("verify_index")


def test_a_lowered_audience_counts_as_stale(index: Any) -> None:
    entry = make_entry()
    index()
    type(entry.marking).objects.filter(pk=entry.marking_id).update(label=Tlp.GREEN)
    assert indexing.verify().stale == [str(entry.translation_key)]


def test_the_index_is_made_only_where_it_is_missing(index_dir: Any, capsys: Any) -> None:
    make_entry()
    call_command("build_index", "--if-missing")
    assert "1 works" in capsys.readouterr().out
    call_command("build_index", "--if-missing")
    assert "stands" in capsys.readouterr().out


def test_comparison_without_an_index_says_so(index_dir: Any) -> None:
    with pytest.raises(CommandError, match="no index"):
        call_command("verify_index")


@pytest.mark.django_db
def test_what_people_publish_is_indexed_before_what_an_import_wrote(index_dir: Any) -> None:
    indexing.rebuild()
    bulk = [make_entry() for _each in range(3)]
    OutboxItem.objects.all().delete()
    indexing.enqueue(*(entry.translation_key for entry in bulk), bulk=True)
    published = make_entry()
    indexing.enqueue(published.translation_key)
    assert indexing.drain() == 1
    assert [item.bulk for item in OutboxItem.objects.all()] == [True, True, True]
    assert indexing.drain() == 3
