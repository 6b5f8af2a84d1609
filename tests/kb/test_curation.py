"""Do old entries and vocabularies change without losing what rests on them?"""

import datetime
from typing import Any

import pytest

from kb import curation, publishing
from kb.choices import Axis, EntryKind, RelationType, Standing
from kb.models import Concept, Entry, EntryRelation
from kb.signals import vocabulary_changed
from kb.taxonomy_loading import load_scheme
from tests.factories import locale, make_circle, make_concept, make_entry

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 25)


def test_a_copy_has_the_text_and_concepts_but_none_of_the_history() -> None:
    entry = make_entry(keywords=["bollard"], references=2)
    copy = Entry.objects.get(pk=curation.copy_entry(entry=entry, by=None).pk)
    assert copy.title == entry.title
    assert copy.entry_concepts.count() == entry.entry_concepts.count()
    assert copy.references.count() == 2
    assert [word.name for word in copy.keywords.all()] == ["bollard"]
    assert (copy.published_date, copy.reviewed_date, copy.source_key) == (None, None, "")
    assert copy.translation_key != entry.translation_key
    assert entry.entry_concepts.count() and entry.references.count() == 2


def test_there_is_one_version_for_each_language() -> None:
    entry = make_entry()
    french = curation.translate(entry=entry, locale=locale("fr"), by=None)
    assert french.public_id == entry.public_id
    with pytest.raises(curation.TranslationExists):
        curation.translate(entry=entry, locale=locale("fr"), by=None)


@pytest.mark.parametrize(
    ("kind", "concepts", "due"),
    [
        (EntryKind.PRACTICE, {Axis.THREAT: ["uas-ied"]}, datetime.date(2027, 5, 25)),
        (EntryKind.PRACTICE, {Axis.THREAT: ["cyber-physical-attack"]}, datetime.date(2027, 5, 25)),
        (EntryKind.PRACTICE, {Axis.MEASURE: ["fixed-bollards"]}, datetime.date(2029, 11, 25)),
        (EntryKind.PRACTICE, {Axis.MEASURE: ["screening"]}, datetime.date(2028, 5, 25)),
        (EntryKind.LESSON, {Axis.MEASURE: ["fixed-bollards"]}, datetime.date(2028, 5, 25)),
    ],
)
def test_the_next_review_follows_from_what_the_entry_is_about(kind: str, concepts: Any, due: datetime.date) -> None:
    entry = make_entry(kind=kind, concepts=concepts, standing=Standing.EXPIRED)
    reviewed = curation.mark_reviewed(entry=entry, by=None, at=TODAY)
    assert (reviewed.reviewed_date, reviewed.review_by, reviewed.standing) == (TODAY, due, Standing.CURRENT)


def test_a_review_at_the_end_of_a_month_falls_on_a_day_that_exists() -> None:
    entry = make_entry(concepts={Axis.THREAT: ["uas-ied"]})
    assert curation.next_review(entry, datetime.date(2026, 8, 31)) == datetime.date(2027, 2, 28)


def test_a_draft_is_not_marked_as_reviewed() -> None:
    with pytest.raises(curation.NotLive):
        curation.mark_reviewed(entry=make_entry(live=False), by=None)


def test_a_replaced_entry_stays_readable_and_says_by_what() -> None:
    old, new = make_entry(), make_entry()
    replaced = curation.supersede(old=old, new=new, by=None)
    assert (replaced.live, replaced.standing) == (True, Standing.SUPERSEDED)
    relation = EntryRelation.objects.get(source=new, target=old)
    assert relation.type == RelationType.SUPERSEDES


def test_an_entry_replaces_neither_itself_nor_a_published_one_while_it_is_a_draft() -> None:
    entry = make_entry()
    with pytest.raises(curation.SameWork):
        curation.supersede(old=entry, new=entry, by=None)
    with pytest.raises(curation.NotLive):
        curation.supersede(old=entry, new=make_entry(live=False), by=None)


def test_a_draft_that_waits_does_not_bring_the_old_review_back() -> None:
    entry = make_entry(review_by=datetime.date(2026, 1, 1))
    draft = entry.save_revision()
    due = curation.mark_reviewed(entry=entry, by=None, at=TODAY).review_by
    published = publishing.publish_entry(entry=entry, by=None, revision=draft)
    assert published.review_by == due != datetime.date(2026, 1, 1)


def test_two_entries_do_not_replace_each_other() -> None:
    first, second, third = make_entry(), make_entry(), make_entry()
    curation.supersede(old=first, new=second, by=None)
    for old, new in ((second, first), (first, third)):
        with pytest.raises(curation.AlreadyReplaced):
            curation.supersede(old=old, new=new, by=None)
    assert Entry.objects.get(pk=second.pk).standing == Standing.CURRENT
    assert EntryRelation.objects.count() == 1


def test_loading_leaves_an_edited_concept_alone_and_search_hears_of_it() -> None:
    heard: list[int] = []

    def hear(sender: Any, concept_id: int, **kwargs: Any) -> None:
        heard.append(concept_id)

    vocabulary_changed.connect(hear)
    concept = make_concept("threats", "vbied")
    concept.pref_label = {**concept.pref_label, "en": "Edited here"}
    curation.save_concept(concept=concept)
    vocabulary_changed.disconnect(hear)
    assert heard == [concept.pk]
    row = {"slug": "vbied", "pref_label": {"en": "From the file"}, "broader": None}
    load_scheme({"scheme": {"slug": "threats"}, "concepts": [row]})
    assert Concept.objects.get(pk=concept.pk).pref_label["en"] == "Edited here"


def test_a01_no_entry_is_replaced_by_one_that_its_readers_may_not_see() -> None:
    circle = make_circle()
    for old, new in (
        (make_entry(), make_entry(label="TLP:GREEN")),
        (make_entry(label="TLP:GREEN"), make_entry(label="TLP:AMBER", circles=[circle])),
        (
            make_entry(label="TLP:AMBER", circles=[circle, make_circle()]),
            make_entry(label="TLP:AMBER", circles=[circle]),
        ),
    ):
        with pytest.raises(curation.NewerHasFewerReaders):
            curation.supersede(old=old, new=new, by=None)
        assert Entry.objects.get(pk=old.pk).standing == Standing.CURRENT
        assert not EntryRelation.objects.exists()
    hidden, open_one = make_entry(label="TLP:AMBER", circles=[circle]), make_entry()
    assert curation.supersede(old=hidden, new=open_one, by=None).standing == Standing.SUPERSEDED
