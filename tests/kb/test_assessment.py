"""Is an assessment sheet made of the patterns that fit and that the viewer may see?"""

import pytest

from kb.assessment import make_sheet
from kb.choices import Axis, EntryKind, RelationType, Tlp
from kb.models import EntryRelation
from kb.vocabulary import vocabulary
from people.viewers import ANONYMOUS, viewer_of
from tests.factories import make_entry, make_user

pytestmark = pytest.mark.django_db

TWO_INDICATORS = {
    "indicators": [
        {"code": "a", "question": "Is every way in drawn on one plan?", "note": ""},
        {"code": "b", "question": "Has each barrier one owner?", "note": ""},
    ]
}


def _pattern(title: str, places: list[str], threats: list[str], **fields: object) -> object:
    return make_entry(
        title,
        kind=EntryKind.PATTERN,
        concepts={Axis.FACILITY: places, Axis.THREAT: threats, Axis.MEASURE: []},
        sections=TWO_INDICATORS,
        **fields,
    )


def _titles(place: str, threats: list[str], viewer: object = ANONYMOUS) -> set[str]:
    words = vocabulary()
    chosen = [words.get(Axis.THREAT, slug) for slug in threats]
    sheet = make_sheet(words.get(Axis.FACILITY, place), chosen, viewer, words, "en")
    return {group.pattern.title for group in sheet.groups}


def test_a_pattern_of_the_place_its_group_or_its_kinds_fits() -> None:
    _pattern("Of the market", ["christmas-market"], ["vehicle-as-weapon"])
    _pattern("Of all events", ["temporary-event"], ["vehicle-attack"])
    _pattern("Of stations", ["railway-station"], ["vehicle-as-weapon"])
    assert _titles("christmas-market", ["vehicle-as-weapon"]) == {"Of the market", "Of all events"}
    assert _titles("temporary-event", []) == {"Of the market", "Of all events"}
    assert _titles("christmas-market", ["uas-threat"]) == set()


def test_options_stand_beside_the_indicator_that_they_mitigate() -> None:
    pattern = _pattern("Pattern", ["christmas-market"], ["vehicle-as-weapon"])
    practice = make_entry("One owner for each barrier")
    EntryRelation.objects.create(source=pattern, target=practice, type=RelationType.OPTION, indicators="b")
    words = vocabulary()
    sheet = make_sheet(words.get(Axis.FACILITY, "christmas-market"), [], ANONYMOUS, words, "en")
    first, second = sheet.groups[0].questions
    assert first.options == []
    assert [option.title for option in second.options] == ["One owner for each barrier"]
    assert [option.public_id for option in sheet.options] == [practice.public_id]


def test_hidden_patterns_and_options_do_not_appear() -> None:
    _pattern("Hidden", ["christmas-market"], ["vehicle-as-weapon"], label=Tlp.GREEN)
    pattern = _pattern("Open", ["christmas-market"], ["vehicle-as-weapon"])
    hidden = make_entry("Hidden option", label=Tlp.GREEN)
    EntryRelation.objects.create(source=pattern, target=hidden, type=RelationType.OPTION, indicators="a")
    words = vocabulary()
    sheet = make_sheet(words.get(Axis.FACILITY, "christmas-market"), [], ANONYMOUS, words, "en")
    assert [group.pattern.title for group in sheet.groups] == ["Open"]
    assert sheet.options == []
    assert sheet.highest_marking == Tlp.CLEAR
    assert _titles("christmas-market", [], viewer_of(make_user())) == {"Open", "Hidden"}


def test_a_sheet_needs_the_same_queries_for_one_pattern_and_for_ten(django_assert_num_queries: object) -> None:
    words = vocabulary()
    place = words.get(Axis.FACILITY, "christmas-market")
    for _number in range(10):
        _pattern(f"Pattern {_number}", ["christmas-market"], ["vehicle-as-weapon"])
        with django_assert_num_queries(3):
            make_sheet(place, [], ANONYMOUS, words, "en")
