"""Vetting on the site: the contact point answers, and for everybody else there is nothing."""

import pytest
from django.test import Client

from people.choices import RequestState, Role
from people.models import AccessRequest, User
from people.viewers import viewer_of
from tests.factories import make_organisation, make_request, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def point() -> User:
    return make_user(roles=[Role.CONTACT_POINT])


@pytest.fixture
def asked(point: User) -> AccessRequest:
    person = make_user("zqperson@example.org", member=False, name="Zq Person")
    return make_request(person, organisation=point.memberships.get().organisation, reason="Zqreason")


def test_the_contact_point_reads_who_asks_and_why_and_approves(
    client: Client, asked: AccessRequest, point: User
) -> None:
    client.force_login(point)
    assert "Zq Person" in client.get("/you/requests/").content.decode()
    page = client.get(f"/you/requests/{asked.pk}/").content.decode()
    for words in ("zqperson@example.org", "Zqreason"):
        assert words in page
    assert client.post(f"/you/requests/{asked.pk}/approve/").status_code == 302
    assert viewer_of(asked.user).member
    assert client.get(f"/you/requests/{asked.pk}/").status_code == 404


@pytest.mark.parametrize(
    "who", ["learner", "member", *(role for role in Role if role != Role.ADMINISTRATOR), "superuser"]
)
@pytest.mark.parametrize("verb", ["", "approve/", "decline/", "pass-on/"])
def test_a16_for_everybody_else_there_is_nothing(client: Client, asked: AccessRequest, who: str, verb: str) -> None:
    stranger = make_user(member=who not in {"learner", "superuser"}, roles=[who] if who in Role.values else [])
    stranger.is_superuser = who == "superuser"
    stranger.save()
    client.force_login(stranger)
    address = f"/you/requests/{asked.pk}/{verb}"
    answer = client.post(address, {"decline-reason": "No"}) if verb else client.get(address)
    unknown = client.post(f"/you/requests/999/{verb}") if verb else client.get("/you/requests/999/")
    assert (answer.status_code, unknown.status_code) == (404, 404)
    assert "Zq Person" not in client.get("/you/requests/").content.decode()
    assert AccessRequest.objects.get().state == RequestState.OPEN


@pytest.mark.parametrize("path", ["/you/requests/", "/you/requests/1/", "/you/requests/999/"])
def test_a_stranger_is_asked_to_sign_in_whatever_the_number(client: Client, asked: AccessRequest, path: str) -> None:
    assert client.get(path).status_code == 302


def test_a16_a_contact_point_does_not_answer_for_itself(client: Client, point: User) -> None:
    own = make_request(point, organisation=point.memberships.get().organisation)
    client.force_login(point)
    assert client.post(f"/you/requests/{own.pk}/approve/").status_code == 404


def test_declining_wants_a_reason_and_keeps_what_was_typed(client: Client, asked: AccessRequest, point: User) -> None:
    client.force_login(point)
    address = f"/you/requests/{asked.pk}/decline/"
    assert client.post(address, {"decline-reason": "  "}).status_code == 200
    too_long = client.post(address, {"decline-reason": "Zqlong" * 60})
    assert "Zqlong" in too_long.content.decode()
    assert client.post(address, {"decline-reason": "You left."}).status_code == 302
    assert AccessRequest.objects.get().decline_reason == "You left."


def test_passed_on_it_is_gone_from_the_contact_point(client: Client, asked: AccessRequest, point: User) -> None:
    client.force_login(point)
    client.post(f"/you/requests/{asked.pk}/pass-on/")
    assert client.get(f"/you/requests/{asked.pk}/").status_code == 404
    client.force_login(make_user(roles=[Role.ADMINISTRATOR]))
    assert client.get(f"/you/requests/{asked.pk}/").status_code == 200


def test_an_administrator_chooses_the_organisation_of_a_described_one(client: Client) -> None:
    asked = make_request(organisation_name="Zqzoo", organisation_country="BE", organisation_kind="operator")
    client.force_login(make_user(roles=[Role.ADMINISTRATOR]))
    assert client.post(f"/you/requests/{asked.pk}/approve/").status_code == 200
    place = make_organisation()
    client.post(f"/you/requests/{asked.pk}/approve/", {"approve-organisation": place.pk})
    assert asked.user.memberships.get().organisation == place


def test_no_request_can_bring_markup_into_the_page(client: Client, point: User) -> None:
    person = make_user(member=False, name="<b>Zq</b>")
    place = point.memberships.get().organisation
    asked = make_request(person, organisation=place, reason="<script>1</script>", expertise='"><img src=x>')
    client.force_login(point)
    page = client.get(f"/you/requests/{asked.pk}/").content.decode().split("<main")[1]
    assert "<b>Zq" not in page and "<script" not in page and "<img" not in page


def test_numbers_beyond_every_table_are_unknown(client: Client, point: User) -> None:
    client.force_login(point)
    for path in ("requests", "memberships", "organisations"):
        assert client.get(f"/you/{path}/{'9' * 30}/").status_code == 404
