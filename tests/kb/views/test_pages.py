"""Do entry, briefing and sheet answer rightly to everybody, also to hostile addresses?"""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kb.choices import Axis, EntryKind, RelationType, Standing, Tlp
from kb.models import EntryRelation
from tests.factories import make_circle, make_entry, make_user

pytestmark = pytest.mark.django_db


def _signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a01_a_hidden_entry_answers_like_an_unknown_one(client: Client) -> None:
    hidden = client.get(make_entry(label=Tlp.GREEN).get_absolute_url())
    unknown = client.get(reverse("kb:entry", args=["zzzzzzzz"]))
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.headers.items() == unknown.headers.items()

    def neutral(answer: object) -> str:
        return answer.content.decode().replace(answer.wsgi_request.path, "")

    assert neutral(hidden) == neutral(unknown)


def test_members_of_the_circle_read_amber_and_an_outsider_of_equal_rank_does_not() -> None:
    circle = make_circle()
    entry = make_entry(label=Tlp.AMBER, circles=[circle])
    assert _signed_in(make_user(circles=[circle])).get(entry.get_absolute_url()).status_code == 200
    assert _signed_in(make_user()).get(entry.get_absolute_url()).status_code == 404
    assert _signed_in(make_user(superuser=True)).get(entry.get_absolute_url()).status_code == 404


def test_an_entry_page_needs_at_most_eight_queries(django_assert_max_num_queries: object) -> None:
    entry = make_entry(kind=EntryKind.PATTERN)
    for number in range(12):
        EntryRelation.objects.create(source=entry, target=make_entry(), type=RelationType.OPTION, indicators="a")
        make_entry(language="fr", translation_of=make_entry(f"Other {number}"))
    client = Client()
    client.get(entry.get_absolute_url())
    with django_assert_max_num_queries(8):
        assert client.get(entry.get_absolute_url()).status_code == 200


def test_the_page_says_marking_trust_and_conditions_before_the_text(client: Client) -> None:
    text = client.get(make_entry().get_absolute_url()).content.decode()
    places = [
        text.index(words)
        for words in ("Official guidance, 2023", "Use it when", "May I pass this on?", "The problem</h2>")
    ]
    assert places == sorted(places)


def test_what_a_signed_in_person_sees_is_kept_by_nobody_else() -> None:
    answer = _signed_in(make_user()).get(make_entry().get_absolute_url())
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_anonymous_readers_get_no_cookie(client: Client) -> None:
    assert not client.get(make_entry().get_absolute_url()).cookies


def test_script_in_any_text_is_inert(client: Client) -> None:
    bad = "<script>alert(1)</script>"
    entry = make_entry(
        bad, summary=bad, works_when=bad, not_when=bad, sections={"problem": bad, "description": f"<p>{bad}</p>"}
    )
    assert "<script>alert" not in client.get(entry.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "query", ["", "?e=", "?e=%00", "?e=../../etc", "?e=" + "x" * 4000, "?since=9999-99-99", "?" + "e=abcdefgh&" * 500]
)
def test_hostile_briefing_addresses_show_what_may_be_seen(client: Client, query: str) -> None:
    assert client.get(reverse("kb:briefing") + query).status_code == 200


def test_a_briefing_shows_the_highest_marking_of_its_parts_and_hides_the_rest() -> None:
    clear, green = make_entry("Clear one"), make_entry("Green one", label=Tlp.GREEN)
    address = f"{reverse('kb:briefing')}?e={clear.public_id}&e={green.public_id}"
    member = _signed_in(make_user()).get(address)
    assert member.context["highest_marking"] == Tlp.GREEN
    anonymous = Client().get(address)
    assert anonymous.context["highest_marking"] == Tlp.CLEAR
    assert green.public_id not in anonymous.content.decode().split("<main", 1)[1].split("</main>", 1)[0]


def test_a_briefing_says_what_changed_since_it_was_printed(client: Client) -> None:
    entry = make_entry(last_published_at=timezone.now())
    address = f"{reverse('kb:briefing')}?e={entry.public_id}&since="
    assert "Revised since" in client.get(address + "2020-01-01").content.decode()
    assert "None of these entries was revised" in client.get(address + "2999-01-01").content.decode()


def test_a_briefing_says_that_a_newer_entry_replaces_one_of_it(client: Client) -> None:
    entry = make_entry(standing=Standing.SUPERSEDED)
    text = client.get(f"{reverse('kb:briefing')}?e={entry.public_id}&since=2999-01-01").content.decode()
    assert "a newer entry replaces it" in text


def test_moving_an_entry_up_changes_the_order_in_the_address(client: Client) -> None:
    keys = [make_entry().public_id for _number in range(3)]
    rows = client.get(reverse("kb:briefing"), {"e": keys}).context["rows"]
    moved = client.get(rows[2]["up"]).context["keys"]
    assert moved == [keys[0], keys[2], keys[1]]
    assert client.get(rows[0]["out"]).context["keys"] == keys[1:]


@pytest.mark.parametrize(
    "query",
    ["", "?place=", "?place=nowhere", "?place=christmas-market&threat=nothing", "?place=%00", "?threat=" + "a" * 3000],
)
def test_hostile_sheet_addresses_are_answered(client: Client, query: str) -> None:
    assert client.get(reverse("kb:sheet") + query).status_code == 200


def test_a_sheet_cannot_be_sent(client: Client) -> None:
    make_entry(kind=EntryKind.PATTERN, concepts={Axis.FACILITY: ["stadium"], Axis.THREAT: ["uas-threat"]})
    text = client.get(reverse("kb:sheet") + "?place=stadium").content.decode()
    form = text.split('class="checklist', 1)[1].split("</form>")[0]
    assert 'type="submit" disabled' in form
    assert form.count("<button") == 2  # the disabled one and the one that clears
