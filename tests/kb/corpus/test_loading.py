"""The trial corpus: complete, mixed, the same for the same seed, continued where it ended."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from kb.choices import Axis, EntryKind, RelationType, Tlp
from kb.corpus.loading import load, open_corpus
from kb.models import Entry, EntryConcept, EntryRelation
from kb.publishing import problems_of, publish_entry
from people.models import User
from search.documents.entries import section_texts
from search.models import OutboxItem

pytestmark = pytest.mark.django_db


def make(count: int, seed: int = 1, *, announce: bool = True) -> list[Entry]:
    from django.conf import settings

    corpus = open_corpus(Path(settings.BASE_DIR) / "fixtures", seed)
    list(load(corpus, count, announce=announce))
    return list(Entry.objects.filter(source_key__startswith=f"corpus:{seed}:").order_by("pk"))


def told(entries: list[Entry]) -> list[tuple[Any, ...]]:
    return [
        (
            entry.source_key,
            entry.locale_id,
            entry.title,
            entry.summary,
            entry.public_id,
            entry.published_date,
            entry.marking.label,
            sorted(entry.entry_concepts.values_list("axis", "concept_id")),
        )
        for entry in entries
    ]


def test_every_entry_is_complete_and_its_revision_can_be_published() -> None:
    entries = make(60)
    assert {entry.kind for entry in entries} == set(EntryKind.values)
    assert [problems_of(entry) for entry in entries if problems_of(entry)] == []
    assert len({entry.title for entry in entries}) == len(entries)
    axes = set(EntryConcept.objects.filter(entry__in=entries).values_list("entry_id", "axis"))
    assert {axis for _entry, axis in axes} == set(Axis.values)
    first = entries[0]
    assert first.latest_revision_id == first.live_revision_id
    revision = first.latest_revision.as_object()
    assert {row.pk for row in revision.entry_concepts.all()} == {row.pk for row in first.entry_concepts.all()}
    again = publish_entry(entry=first, by=None)
    assert again.live
    assert again.keywords.count() == first.keywords.count() > 0
    assert again.references.count() > 0


def test_entries_have_about_350_words() -> None:
    originals = [entry for entry in make(200) if entry.translation_status == "original"]
    words = [
        len(" ".join([e.title, e.summary, e.works_when, e.not_when, *section_texts(e.body.raw_data)]).split())
        for e in originals
    ]
    assert 315 < sum(words) / len(words) < 385


def test_labels_languages_and_relations_are_mixed() -> None:
    entries = make(300)
    assert {entry.marking.label for entry in entries} == set(Tlp.values)
    assert {entry.locale.language_code for entry in entries} == {"en", "fr", "de"}
    kinds = set(EntryRelation.objects.values_list("type", flat=True))
    assert {RelationType.OPTION, RelationType.SUPPORTS, RelationType.CONTRADICTS} <= kinds
    assert all(entry.marking.circles.exists() for entry in entries if entry.marking.label == Tlp.AMBER)


def test_it_is_continued_not_repeated_and_every_work_waits_for_the_index() -> None:
    first = told(make(20))
    assert told(make(20)) == first
    whole = make(40)
    assert told(whole)[: len(first)] == first
    waiting = set(OutboxItem.objects.filter(bulk=True).values_list("translation_key", flat=True))
    assert waiting == {entry.translation_key for entry in whole}


def test_the_same_seed_makes_the_same_corpus_and_another_one_another(django_user_model: type[User]) -> None:
    first = told(make(20))
    other = told(make(20, seed=2))
    assert [row[2] for row in first] != [row[2] for row in other]
    EntryRelation.objects.all().delete()
    Entry.objects.all().delete()
    assert told(make(20)) == first
    assert not django_user_model.objects.exists()


def test_the_command_is_for_the_demonstration_only(settings: Any) -> None:
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="demonstration only"):
        call_command("make_corpus", "10")
    settings.DEMONSTRATION = True
    out = StringIO()
    call_command("make_corpus", "10", stdout=out)
    assert "10 works added" in out.getvalue()


def test_with_an_index_at_the_end_nothing_waits(index_dir: Path) -> None:
    out = StringIO()
    call_command("make_corpus", "10", "--index", stdout=out)
    assert "Search index: 10 works" in out.getvalue() or "Search index: 9 works" in out.getvalue()
    assert not OutboxItem.objects.exists()
