"""The first page: ways in, latest and best, and a map whose every number leads to what it counts."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from kb.choices import Maturity, Tlp
from tests.factories import make_entry, make_user

pytestmark = pytest.mark.django_db


def get(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def found(client: Client, address: str) -> int:
    page = get(client, html.unescape(address))
    numbers = re.search(r'<strong class="count">(\d+)', page)
    assert numbers
    return int(numbers.group(1))


def test_every_number_of_the_map_is_the_number_of_its_results(client: Client, index: Any) -> None:
    make_entry(concepts={"facility-types": ["christmas-market", "stadium"], "threats": ["vehicle-as-weapon"]})
    make_entry(
        concepts={
            "facility-types": ["outdoor-market", "christmas-market"],
            "threats": ["vehicle-as-weapon", "uas-threat"],
        }
    )
    make_entry(label=Tlp.GREEN)
    index()
    page = get(client, "/")
    cells = re.findall(r'<td><a class="(?:few|some|many|most|sum)" href="([^"]+)">(\d+)</a></td>', page)
    counted = [(address, int(number)) for address, number in cells if int(number)]
    assert counted
    for address, number in counted:
        assert found(client, address) == number


def test_an_empty_field_leads_to_an_invitation(client: Client, index: Any) -> None:
    make_entry()
    index()
    address = re.search(r'<a class="none" href="([^"]+)">\+', get(client, "/"))
    assert address
    page = get(client, html.unescape(address.group(1)))
    assert "No entry matches all of this" in page
    assert "/guidance/contributors-protected/" in page


def test_choosers_offer_what_occurs_with_its_number(client: Client, index: Any) -> None:
    make_entry(concepts={"facility-types": ["christmas-market"]})
    index()
    page = get(client, "/")
    assert '<option value="christmas-market">Christmas market (1)</option>' in page
    assert 'value="stadium"' not in page


def test_a_chooser_that_was_left_alone_narrows_nothing(client: Client, index: Any) -> None:
    make_entry()
    index()
    assert found(client, "/search/?place=&threat=") == 1


def test_latest_and_best_are_in_order_and_confirmed_only_where_they_are(client: Client, index: Any) -> None:
    import datetime

    for day in range(1, 7):
        make_entry(f"Day {day}", published_date=datetime.date(2026, 5, day), evidence=f"{'FEDCBA'[day - 1]}2")
    index()
    page = get(client, "/")
    titles = re.findall(r">(Day \d)</a>", page)
    assert titles == ["Day 6", "Day 5", "Day 4", "Day 3"] * 2
    assert "Best evidence" in page
    assert "Confirmed by use" not in page


def test_validated_entries_are_called_confirmed(client: Client, index: Any) -> None:
    make_entry(maturity=Maturity.VALIDATED)
    index()
    assert "Confirmed by use" in get(client, "/")


def test_the_budget_of_queries_holds_and_does_not_grow(
    client: Client, index: Any, django_assert_max_num_queries: Any
) -> None:
    for address in ("/", "/topics/", "/topics/facility-types/christmas-market/"):
        counts = []
        for number in (1, 12):
            for _n in range(number):
                make_entry()
            index()
            client.get(address)
            with django_assert_max_num_queries(12) as captured:
                get(client, address)
            counts.append(len(captured))
        assert counts[0] == counts[1]


def test_members_count_more(index: Any) -> None:
    make_entry()
    make_entry(label=Tlp.GREEN)
    index()
    member = Client()
    member.force_login(make_user(), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert re.search(r">2 entries</a>", get(member, "/"))
    assert re.search(r">1 entry</a>", get(Client(), "/"))


@pytest.mark.parametrize("prefix", ["", "/fr", "/de"])
def test_pages_stand_in_every_language_with_links_to_the_others(client: Client, index: Any, prefix: str) -> None:
    make_entry()
    index()
    for path in ("/", "/topics/", "/topics/threats/vehicle-attack/"):
        page = get(client, f"{prefix}{path}")
        assert f'<link rel="canonical" href="http://testserver{prefix}{path}">' in page
        for code, other in (("en", ""), ("fr", "/fr"), ("de", "/de")):
            assert f'hreflang="{code}" href="http://testserver{other}{path}"' in page


def test_a_topic_shows_definition_entries_and_neighbours(client: Client, index: Any) -> None:
    make_entry("Stalls", concepts={"facility-types": ["christmas-market"], "threats": ["uas-threat"]})
    index()
    page = get(client, "/topics/facility-types/outdoor-market/")
    assert "Stalls" in page
    assert "/topics/facility-types/christmas-market/" in page
    assert "/topics/facility-types/temporary-event/" in page
    assert "Most often with" in page
    assert '<data class="tlp-label" value="TLP:CLEAR">' in page


@pytest.mark.parametrize(
    "address", ["/topics/nowhere/x/", "/topics/threats/nowhere/", "/topics/evidence-grades/reliability-c/"]
)
def test_an_unknown_topic_is_not_found(client: Client, index: Any, address: str) -> None:
    index()
    assert client.get(address).status_code == 404


def test_a_topic_without_entries_invites(client: Client, index: Any) -> None:
    index()
    assert "/guidance/contributors-protected/" in get(client, "/topics/threats/uas-threat/")
