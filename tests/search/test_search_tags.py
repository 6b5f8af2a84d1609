"""Entry pages may show similar entries, and only those that the reader may see."""

from __future__ import annotations

from typing import Any

import pytest

from kb.choices import EntryKind, Tlp
from kb.models import Entry
from people.viewers import ANONYMOUS, viewer_of
from search.facets import BY_PARAM, FacetView, Option
from search.templatetags.search_tags import facet_options, page_versions, similar_entries
from tests.factories import make_circle, make_entry, make_user

pytestmark = pytest.mark.django_db


def test_similar_entries_stay_within_the_viewers_clearance(index: Any) -> None:
    circle = make_circle()
    entry = make_entry("This")
    make_entry("Open")
    make_entry("Hidden", label=Tlp.AMBER, circles=[circle])
    index()
    insider = viewer_of(make_user(circles=[circle]))
    assert [row.title for row in similar_entries(entry, ANONYMOUS)] == ["Open"]
    again = type(entry).objects.get(pk=entry.pk)
    assert sorted(row.title for row in similar_entries(again, insider)) == ["Hidden", "Open"]


def test_similar_entries_are_not_fewer_while_the_index_lags_behind(index: Any) -> None:
    entry, narrowed = make_entry("This"), make_entry("Narrowed")
    others = [make_entry(f"Open {number}") for number in range(4)]
    index()
    Entry.objects.filter(pk=narrowed.pk).update(live=False)
    # One in its place, not one less: the number would tell.
    assert sorted(row.title for row in similar_entries(entry, ANONYMOUS)) == [row.title for row in others]


def test_similar_entries_are_asked_for_once_a_page(index: Any, django_assert_num_queries: Any) -> None:
    entry = make_entry()
    make_entry()
    index()
    similar_entries(entry, ANONYMOUS)
    with django_assert_num_queries(0):
        assert len(similar_entries(entry, ANONYMOUS)) == 1


def test_an_entry_page_with_similar_entries_needs_at_most_eight_queries(
    client: Any, index: Any, django_assert_max_num_queries: Any
) -> None:
    entry = make_entry(kind=EntryKind.PATTERN, options=[make_entry() for _n in range(12)])
    index()
    client.get(entry.get_absolute_url())
    with django_assert_max_num_queries(8):
        assert 'href="#related"' in client.get(entry.get_absolute_url()).content.decode()


def test_without_an_index_there_are_none(index_dir: Any) -> None:
    assert similar_entries(make_entry(), ANONYMOUS) == []


def test_canonical_links_stay_on_the_site_whatever_the_path(rf: Any) -> None:
    request = rf.get("/")
    request.path = "//evil.example/entries"
    assert "http://testserver/evil.example/entries" in page_versions({"request": request})
    assert 'href="//' not in page_versions({"request": request})


def test_names_of_values_are_escaped() -> None:
    option = Option(slug='"><script>', label="<script>alert(1)</script>", count=1, selected=False, children=[])
    assert "<script" not in str(facet_options(FacetView(BY_PARAM["place"], [option], [])))
