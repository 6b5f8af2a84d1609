"""Does reading show what the viewer may see, all of it, and nothing else?"""

import datetime

import pytest

from kb.choices import Axis, EntryKind, RelationType, Tlp, TranslationStatus
from kb.models import EntryRelation
from kb.reading import passing_on, read_briefing, read_entry
from kb.trust import is_overdue, trust_line
from kb.vocabulary import vocabulary
from people.viewers import ANONYMOUS, viewer_of
from tests.factories import make_circle, make_entry, make_user

pytestmark = pytest.mark.django_db


def test_a_hidden_entry_reads_like_one_that_does_not_exist() -> None:
    hidden = make_entry(label=Tlp.GREEN)
    assert read_entry(hidden.public_id, ANONYMOUS, vocabulary()) is None
    assert read_entry("doesnotexist", ANONYMOUS, vocabulary()) is None
    assert read_entry(hidden.public_id, viewer_of(make_user()), vocabulary()) is not None


def test_a_reading_keeps_the_sections_in_the_order_of_the_outline() -> None:
    entry = make_entry(kind=EntryKind.LESSON)
    reading = read_entry(entry.public_id, ANONYMOUS, vocabulary())
    assert [part.outline.name for part in reading.parts][:3] == ["context", "expected", "observation"]


def test_related_entries_are_shown_within_the_viewers_clearance_only() -> None:
    circle = make_circle()
    entry, open_one = make_entry(), make_entry("Open neighbour")
    amber = make_entry("Amber neighbour", label=Tlp.AMBER, circles=[circle])
    for target in (open_one, amber):
        EntryRelation.objects.create(source=entry, target=target, type=RelationType.SUPPORTS)
    outsider, insider = viewer_of(make_user()), viewer_of(make_user(circles=[circle]))

    def titles(viewer: object) -> set[str]:
        return {row.entry.title for row in read_entry(entry.public_id, viewer, vocabulary()).related}

    assert titles(outsider) == {"Open neighbour"}
    assert titles(insider) == {"Open neighbour", "Amber neighbour"}
    assert read_entry(entry.public_id, insider, vocabulary()).highest_marking == Tlp.AMBER
    assert read_entry(entry.public_id, outsider, vocabulary()).highest_marking == Tlp.CLEAR


def test_a_contradiction_stated_from_both_sides_is_shown_once() -> None:
    one, other = make_entry(), make_entry()
    EntryRelation.objects.create(source=one, target=other, type=RelationType.CONTRADICTS)
    EntryRelation.objects.create(source=other, target=one, type=RelationType.CONTRADICTS)
    assert len(read_entry(one.public_id, ANONYMOUS, vocabulary()).contradictions) == 1


def test_the_language_of_the_page_is_preferred_and_the_original_is_the_fallback() -> None:
    original = make_entry("English title")
    make_entry("Titre français", language="fr", translation_of=original)
    words = vocabulary()
    assert read_entry(original.public_id, ANONYMOUS, words, "fr").entry.title == "Titre français"
    german = read_entry(original.public_id, ANONYMOUS, words, "de")
    assert german.entry.title == "English title"
    assert german.entry.translation_status == TranslationStatus.ORIGINAL


def test_a_translation_shows_the_concepts_of_its_original() -> None:
    original = make_entry(concepts={Axis.FACILITY: ["stadium"]})
    make_entry(language="fr", translation_of=original, concepts={Axis.FACILITY: ["hotel"]})
    reading = read_entry(original.public_id, ANONYMOUS, vocabulary(), "fr")
    assert [term.slug for term in reading.facilities] == ["stadium"]


def test_circles_are_named_to_those_inside_them_only() -> None:
    mine, theirs = make_circle("Mine"), make_circle("Theirs")
    entry = make_entry(label=Tlp.AMBER, circles=[mine, theirs])
    reading = read_entry(entry.public_id, viewer_of(make_user(circles=[mine])), vocabulary())
    assert [circle.name for circle in reading.circles] == ["Mine"]


def test_a_briefing_keeps_the_order_asked_for_and_leaves_the_hidden_unmentioned() -> None:
    first, second, hidden = make_entry(), make_entry(), make_entry(label=Tlp.GREEN)
    asked = [second.public_id, "nothing", hidden.public_id, first.public_id, second.public_id]
    briefs = read_briefing(asked, ANONYMOUS, vocabulary(), "en")
    assert [brief.entry.pk for brief in briefs] == [second.pk, first.pk]
    assert briefs[0].steps == ["Walk every approach together. Road authority and police."]


def test_a_briefing_needs_the_same_queries_for_one_entry_and_for_twenty(django_assert_num_queries: object) -> None:
    keys = [make_entry().public_id for _number in range(20)]
    words = vocabulary()
    for chosen in (keys[:1], keys):
        with django_assert_num_queries(3):
            read_briefing(chosen, ANONYMOUS, words, "en")


def test_the_trust_line_names_source_use_and_review() -> None:
    line = trust_line(make_entry(reviewed_date=datetime.date(2026, 5, 6)))
    assert line == "Official guidance, 2023 · no use reported yet · reviewed May 2026"
    assert trust_line(make_entry(references=0)).startswith("No public source")
    assert "2 sources" in trust_line(make_entry(references=2))


def test_an_entry_past_its_review_date_says_so() -> None:
    entry = make_entry(review_by=datetime.date(2026, 1, 1))
    assert is_overdue(entry, datetime.date(2026, 1, 2))
    assert not is_overdue(entry, datetime.date(2026, 1, 1))
    assert "review overdue" in trust_line(entry)


def test_the_words_on_who_can_read_name_partners_where_they_can() -> None:
    member = viewer_of(make_user())
    released, kept = make_entry(label=Tlp.GREEN, partner_release=True), make_entry(label=Tlp.GREEN)
    assert "partners" in read_entry(released.public_id, member, vocabulary()).readers
    assert "partners" not in read_entry(kept.public_id, member, vocabulary()).readers


@pytest.mark.parametrize("label", Tlp.values)
def test_every_label_answers_all_four_questions_on_passing_it_on(label: str) -> None:
    answers = passing_on(label)
    assert len(answers) == 4
    assert all(row.answer for row in answers)
