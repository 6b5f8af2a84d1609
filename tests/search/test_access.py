"""What the index finds is asked for again in the database: an index that lags behind shows nothing it should not."""

from __future__ import annotations

from typing import Any

import pytest

from kb.choices import Standing, Tlp
from kb.models import Entry
from people.viewers import ANONYMOUS, viewer_of
from search import access, indexing
from tests.factories import make_circle, make_entry, make_user

pytestmark = pytest.mark.django_db


def keys(*entries: Entry) -> list[str]:
    return [str(entry.translation_key) for entry in entries]


def test_rows_come_in_the_order_of_the_keys_once_each() -> None:
    one, two, three = make_entry(), make_entry(), make_entry()
    wanted = keys(three, one, two, three)
    assert [row.pk for row in access.readable(wanted, ANONYMOUS, "en")] == [three.pk, one.pk, two.pk]


def test_what_may_not_be_seen_is_left_out() -> None:
    circle = make_circle()
    entries = [
        make_entry("open"),
        make_entry("green", label=Tlp.GREEN),
        make_entry("amber", label=Tlp.AMBER, circles=[circle]),
        make_entry("draft", live=False),
        make_entry("recalled", standing=Standing.RECALLED),
    ]
    insider, outsider = viewer_of(make_user(circles=[circle])), viewer_of(make_user())
    assert [row.title for row in access.readable(keys(*entries), ANONYMOUS, "en")] == ["open"]
    assert [row.title for row in access.readable(keys(*entries), outsider, "en")] == ["open", "green"]
    assert [row.title for row in access.readable(keys(*entries), insider, "en")] == ["open", "green", "amber"]


def test_the_version_in_the_language_of_the_page_is_preferred_and_the_original_else() -> None:
    entry = make_entry("Slow down")
    make_entry("Ralentir", language="fr", translation_of=entry)
    assert access.readable(keys(entry), ANONYMOUS, "fr")[0].title == "Ralentir"
    assert access.readable(keys(entry), ANONYMOUS, "de")[0].title == "Slow down"


def test_narrowed_works_are_out_of_reach_while_they_wait_and_others_are_not(django_assert_num_queries: Any) -> None:
    narrowed, changed = make_entry(), make_entry()
    indexing.enqueue(narrowed.translation_key, narrowed=True)
    indexing.enqueue(narrowed.translation_key, narrowed=True)
    indexing.enqueue(changed.translation_key)
    with django_assert_num_queries(1):
        assert access.reach_of(ANONYMOUS).hidden == set(keys(narrowed))


def test_one_query_reads_the_rows(django_assert_num_queries: Any) -> None:
    entries = [make_entry() for _n in range(6)]
    with django_assert_num_queries(1):
        rows = access.readable(keys(*entries), ANONYMOUS, "en")
        assert [row.marking.label + row.locale.language_code + row.title for row in rows]


def test_places_and_threats_come_with_one_query(django_assert_num_queries: Any) -> None:
    from kb.vocabulary import vocabulary

    terms = vocabulary()
    rows = [make_entry(), make_entry(concepts={"threats": ["uas-threat", "vehicle-attack"]})]
    with django_assert_num_queries(1):
        found = access.places_and_threats(rows, terms)
    places, threats = found[str(rows[1].translation_key)]
    assert [term.slug for term in places] == ["christmas-market"]
    assert [term.slug for term in threats] == ["uas-threat", "vehicle-attack"]
