"""Documents hold what can be found of a work, and nothing of what cannot be read."""

from __future__ import annotations

import pytest

from kb.choices import Axis, Maturity, Standing, Tlp, TranslationStatus
from kb.models import Entry, EntryConcept
from kb.vocabulary import vocabulary
from search.documents.entries import all_keys, build, section_texts, stamp_of
from tests.factories import make_circle, make_concept, make_entry, make_organisation

pytestmark = pytest.mark.django_db


def documents() -> list:
    return [document for keys in all_keys() for document in build(keys, vocabulary())]


def test_a_work_is_one_document_with_all_its_languages() -> None:
    entry = make_entry("Slow down", keywords=["bend"])
    make_entry("Ralentir", language="fr", translation_of=entry)
    (made,) = documents()
    assert made.key == str(entry.translation_key)
    assert {version.language: version.title for version in made.versions} == {"en": "Slow down", "fr": "Ralentir"}
    assert {"language:en", "language:fr", "kind:practice", "marking:clear", "maturity:identified", "evidence:b"} <= set(
        made.facets
    )
    assert "bend" in made.versions[0].extra


def test_prose_of_all_blocks_is_plain_text_and_codes_are_left_out() -> None:
    make_entry()
    text = documents()[0].versions[0].text
    assert "Slow vehicles down by the layout of the street." in text
    assert "Walk every approach together." in text
    assert "Deliveries need a time window." in text
    assert "people gather beside streets" in text
    assert "<p>" not in text
    assert "access" not in text.split("\n")


def test_broader_concepts_are_facets_too_and_names_stand_in_both_languages() -> None:
    entry = make_entry(concepts={Axis.FACILITY: ["christmas-market"]})
    make_entry("Ralentir", language="fr", translation_of=entry)
    (made,) = documents()
    terms = vocabulary()
    lineage = terms.lineage(make_concept(Axis.FACILITY, "christmas-market").pk)
    assert {f"place:{term.pk}" for term in lineage} <= set(made.facets)
    assert [token for token in made.concepts if token.startswith("place:")] == [f"place:{lineage[0].pk}"]
    french = next(version for version in made.versions if version.language == "fr")
    assert "Marché de Noël" in french.extra
    assert "Christmas market" in french.extra
    threat = terms.root(make_concept(Axis.THREAT, "vehicle-as-weapon").pk)
    assert made.cells == (f"{lineage[-1].pk}:{threat.pk}",)


def test_drafts_and_recalled_entries_have_no_document() -> None:
    make_entry(live=False)
    make_entry(standing=Standing.RECALLED)
    assert documents() == []


def test_a_draft_translation_is_left_out_of_a_published_work() -> None:
    entry = make_entry("Slow down")
    make_entry("Geheim", language="de", translation_of=entry, live=False)
    (made,) = documents()
    assert [version.language for version in made.versions] == ["en"]


@pytest.mark.parametrize("label", list(Tlp))
def test_audience_follows_the_marking(label: str) -> None:
    from kb.sharing.audience import of_marking

    entry = make_entry(label=label)
    assert documents()[0].audience == tuple(of_marking(entry.marking))
    assert documents()[0].audience


def test_an_amber_entry_is_for_its_circles() -> None:
    one, other = make_circle(), make_circle()
    make_entry(label=Tlp.AMBER, circles=[one, other])
    make_entry(label=Tlp.AMBER_STRICT, owning_organisation=make_organisation())
    audiences = {made.audience for made in documents()}
    assert len(audiences) == 2
    assert all(1 not in audience and 2 not in audience for audience in audiences)


def test_replaced_entries_stand_behind_and_better_supported_ones_before() -> None:
    make_entry("replaced", standing=Standing.SUPERSEDED, evidence="A1")
    make_entry("weak", evidence="E5")
    make_entry("strong", evidence="A1")
    make_entry("used", evidence="C3", maturity=Maturity.APPLIED)
    by_title = {made.versions[0].title: made for made in documents()}
    assert by_title["replaced"].prior < by_title["weak"].prior < by_title["strong"].prior
    order = sorted(by_title, key=lambda title: -by_title[title].evidence)
    assert order == ["used", "strong", "weak", "replaced"]


def test_the_number_of_queries_does_not_grow_with_the_works(django_assert_num_queries) -> None:
    terms = vocabulary()
    keys = [make_entry(label=Tlp.AMBER).translation_key for _n in range(3)]
    with django_assert_num_queries(4):
        assert len(build(keys, terms)) == 3
    keys += [make_entry(keywords=["a"]).translation_key for _n in range(9)]
    with django_assert_num_queries(4):
        assert len(build(keys, terms)) == 12


def test_checksums_differ_with_what_is_indexed_and_with_nothing_else() -> None:
    entry = make_entry()
    before = documents()[0].checksum()
    assert documents()[0].checksum() == before
    EntryConcept.objects.create(entry=entry, axis=Axis.THREAT, concept=make_concept(Axis.THREAT, "uas-threat"))
    assert documents()[0].checksum() != before


def test_a_stamp_changes_with_title_and_summary() -> None:
    entry = make_entry()
    before = stamp_of(entry)
    Entry.objects.filter(pk=entry.pk).update(summary="Other words.")
    assert stamp_of(Entry.objects.get(pk=entry.pk)) != before


def test_texts_of_deep_blocks_are_found() -> None:
    value = [
        {
            "type": "steps",
            "id": "x",
            "value": [{"type": "item", "id": "y", "value": {"title": "One", "text": "Two &amp; 3"}}],
        },
        {"type": "who_should_act", "value": ["planner"]},
        {"type": "indicators", "value": [{"code": "a", "question": "Why?", "note": ""}]},
    ]
    assert list(section_texts(value)) == ["One", "Two & 3", "Why?"]


def test_a_translation_whose_original_is_a_draft_is_indexed_alone() -> None:
    entry = make_entry("Entwurf", live=False)
    make_entry("Published", language="fr", translation_of=entry, translation_status=TranslationStatus.CHECKED)
    (made,) = documents()
    assert [version.title for version in made.versions] == ["Published"]
