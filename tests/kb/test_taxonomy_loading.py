"""Do the vocabularies load once, change where the fixture changed, and keep what was edited?"""

import copy
import json
from pathlib import Path

import pytest
from django.conf import settings

from kb.models import Concept
from kb.signals import vocabulary_changed
from kb.taxonomy_loading import load_folder, load_scheme
from kb.vocabulary import vocabulary

pytestmark = pytest.mark.django_db
FOLDER = Path(settings.BASE_DIR) / "fixtures" / "vocabularies"


def _threats() -> dict:
    return json.loads((FOLDER / "threats.json").read_text(encoding="utf-8"))


def test_loading_again_changes_nothing() -> None:
    load_folder(FOLDER)
    version = vocabulary().version
    again = load_folder(FOLDER)
    assert (again.added, again.changed) == (0, 0)
    assert vocabulary().version == version


def test_a_changed_fixture_changes_the_concept_and_tells_the_caches() -> None:
    data = _threats()
    load_scheme(data)
    before = vocabulary()
    changed = copy.deepcopy(data)
    changed["concepts"][0]["pref_label"]["en"] = "Another name"
    assert load_scheme(changed).changed == 1
    assert vocabulary().get("threats", data["concepts"][0]["slug"]).pref_label["en"] == "Another name"
    assert vocabulary().version > before.version


def test_a_concept_that_was_edited_here_is_left_alone() -> None:
    data = _threats()
    load_scheme(data)
    slug = data["concepts"][0]["slug"]
    Concept.objects.filter(scheme__slug="threats", slug=slug).update(pref_label={"en": "Edited"}, edited_here=True)
    load_scheme(data)
    assert Concept.objects.get(scheme__slug="threats", slug=slug).pref_label == {"en": "Edited"}


def test_a_broader_concept_that_does_not_exist_is_an_error() -> None:
    data = _threats()
    data["concepts"][1]["broader"] = "nowhere"
    with pytest.raises(KeyError):
        load_scheme(data)


def test_the_hierarchy_can_be_walked_both_ways() -> None:
    load_folder(FOLDER)
    words = vocabulary()
    market = words.get("facility-types", "christmas-market")
    group = words.root(market.pk)
    assert group.slug == "temporary-event"
    assert market.pk in words.with_narrower(group.pk)
    assert [term.slug for term in words.lineage(market.pk)] == [
        "christmas-market",
        "outdoor-market",
        "temporary-event",
    ]
    assert market in words.below(group.pk)


@pytest.mark.parametrize("scheme", ["threats", "facility-types"])
def test_every_column_head_of_the_map_is_short_in_every_language(scheme: str) -> None:
    load_folder(FOLDER)
    for term in vocabulary().roots(scheme):
        for language in ("en", "fr", "de"):
            label = term.short_label.get(language) or term.pref_label[language]
            assert len(label) <= (14 if scheme == "threats" else 32), label


def test_a_changed_concept_is_announced_and_an_unchanged_one_is_not() -> None:
    data = _threats()
    load_scheme(data)
    heard: list[int] = []

    def hear(concept_id: int, **_kwargs: object) -> None:
        heard.append(concept_id)

    vocabulary_changed.connect(hear)
    try:
        load_scheme(data)
        assert heard == []
        data["concepts"][3]["alt_labels"]["en"] = ["another word"]
        load_scheme(data)
    finally:
        vocabulary_changed.disconnect(hear)
    assert heard == [Concept.objects.get(scheme__slug="threats", slug=data["concepts"][3]["slug"]).pk]
