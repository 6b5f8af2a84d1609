"""Queries are parsed within bounds, whatever the address holds."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from search.query import MAX_LENGTH, MAX_PAGE, MAX_VALUES, MAX_WORDS, SearchQuery, cleaned, parse, parse_text
from tests.search.worlds import small_vocabulary

TERMS = small_vocabulary()


def ask(text: str) -> SearchQuery:
    return parse_text(text, TERMS)


def test_words_phrases_exclusions_and_fields_are_told_apart() -> None:
    query = ask('vehicle "last mile" -stadium -"main gate" title:Kits kind:lesson -threat:drone')
    assert query.words == ("vehicle",)
    assert query.phrases == (("last", "mile"),)
    assert query.excluded == (("stadium",), ("main", "gate"))
    assert query.title_words == ("kits",)
    assert query.filters == ("kind:lesson",)
    assert query.excluded_filters == ("threat:5",)


def test_words_keep_their_accents_and_phrases_lose_them() -> None:
    query = ask('École "Marché de Noël"')
    assert query.words == ("école",)
    assert query.phrases == (("marche", "de", "noel"),)


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("facility:christmas-market", "place:2"),
        ("place:Weihnachtsmarkt", "place:2"),
        ('facility:"Marché de Noël"', "place:2"),
        ("threat:UAV", "threat:5"),
        ("tlp:green", "marking:green"),
        ("marking:amber-strict", "marking:amber-strict"),
        ("lang:fr", "language:fr"),
        ("KIND:Lesson", "kind:lesson"),
        ('kind:"good practice"', "kind:practice"),
    ],
)
def test_a_field_takes_slugs_and_names_in_any_language(text: str, token: str) -> None:
    assert ask(text).filters == (token,)


@pytest.mark.parametrize("text", ["colour:red", "kind:nonsense", "audience:1", "http://example.org"])
def test_unknown_fields_and_values_are_words(text: str) -> None:
    query = ask(text)
    assert not query.filters
    assert query.words


def test_an_unbalanced_quotation_mark_is_ignored() -> None:
    assert ask('"vehicle barrier').words == ("vehicle", "barrier")


def test_length_and_number_of_words_are_bounded() -> None:
    assert len(cleaned("x" * 10_000)) == MAX_LENGTH
    query = ask("a " * 5_000)
    assert len(query.words) <= MAX_WORDS
    many = ask('"a b" -"c d" e title:f ' * 100)
    parts = [*many.words, *many.title_words, *(word for phrase in (*many.phrases, *many.excluded) for word in phrase)]
    assert len(parts) <= MAX_WORDS


def test_control_characters_become_spaces() -> None:
    assert cleaned("a\0b\x1b\u2028c\n d") == "a b c d"


@pytest.mark.parametrize(
    ("text", "page"), [("", 1), ("-1", 1), ("0", 1), ("abc", 1), ("7", 7), ("51", MAX_PAGE), ("9" * 400, 1), ("٣", 1)]
)
def test_pages_are_bounded(text: str, page: int) -> None:
    assert parse(QueryDict(f"page={text}"), TERMS).page == page


def test_unknown_facet_values_sorts_and_parameters_are_ignored() -> None:
    query = parse(
        QueryDict("place=stadium&place=nowhere&place=stadium&kind=lesson&kind=zz&sort=random&colour=red&language=xx"),
        TERMS,
    )
    assert query.selected == {"place": ("3",), "kind": ("lesson",)}
    assert query.sort == "relevance"


def test_selected_values_are_bounded() -> None:
    address = "&".join(f"language={code}" for code in ("en", "fr", "de") * 500)
    assert len(parse(QueryDict(address), TERMS).selected["language"]) <= MAX_VALUES


def test_an_address_leads_back_to_the_same_query() -> None:
    first = parse(
        QueryDict("q=bag+%22a+b%22&place=stadium&place=christmas-market&kind=lesson&sort=newest&page=3&e=abc234"), TERMS
    )
    again = parse(QueryDict(first.address(TERMS, page=3)[1:]), TERMS)
    assert again == first


def test_a_changed_address_begins_at_the_first_page() -> None:
    query = parse(QueryDict("q=bag&page=3"), TERMS)
    assert query.address(TERMS, sort="newest") == "?q=bag&sort=newest"


def test_ticked_identifiers_are_bounded_and_plain() -> None:
    query = parse(QueryDict("e=abc&e=%3Cscript%3E&e=" + "x" * 50 + "&e=n" * 100), TERMS)
    assert set(query.ticked) == {"abc", "n"}
    assert len(query.ticked) <= 40
