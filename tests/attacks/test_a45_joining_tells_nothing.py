"""a45, a31: pages of joining tell nobody who is here, and reading them changes nothing."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from people import viewers
from people.choices import Role
from people.models import AccessRequest, Circle, Invitation, Membership, Organisation, User
from tests.factories import make_circle, make_organisation, make_request, make_user

pytestmark = pytest.mark.django_db
WORDS = ("zqplace", "zqcircle", "zqperson", "zqname", "zqasks")
PEOPLE = ["anonymous", "learner", "member", "partner", *Role.values, "superuser"]


@pytest.fixture
def others() -> Organisation:
    """Give an organisation that nobody else may know of, with a person, a circle, a request and an invitation."""
    place = make_organisation("Zqplace", circles=[make_circle("Zqcircle")])
    make_user("zqperson@example.org", organisation=place, name="Zqname", roles=[Role.CONTACT_POINT])
    make_request(make_user("zqasks@example.org", member=False), organisation=place)
    return place


def somebody(who: str) -> Client:
    client = Client()
    if who != "anonymous":
        place = make_organisation(is_partner=who == "partner")
        client.force_login(
            make_user(
                member=who not in {"learner", "superuser"},
                organisation=place,
                roles=[who] if who in Role.values else [],
                superuser=who == "superuser",
            )
        )
    return client


def addresses(place: Organisation) -> list[str]:
    circle, membership = place.circles.get(), place.memberships.get()
    return [
        *("/join/", "/join/request/", "/join/invited/", "/account/signup/", "/you/", "/you/leave/", "/you/left/"),
        *("/you/requests/", "/you/organisations/", "/you/organisations/new/"),
        f"/you/requests/{place.access_requests.get().pk}/",
        f"/you/organisations/{place.pk}/",
        f"/you/organisations/{place.pk}/due/",
        f"/you/organisations/{place.pk}/circles/new/",
        f"/you/organisations/{place.pk}/circles/{circle.pk}/leave/",
        f"/you/memberships/{membership.pk}/",
    ]


@pytest.mark.parametrize("who", [who for who in PEOPLE if who != Role.ADMINISTRATOR])
def test_a45_nothing_of_another_organisation_is_named(others: Organisation, who: str) -> None:
    client = somebody(who)
    for address in addresses(others):
        page = client.get(address).content.decode().lower()
        assert [word for word in WORDS if word in page] == [], address


@pytest.mark.parametrize("who", ["learner", "contact-point", "administrator"])
def test_a31_reading_these_pages_changes_nothing(others: Organisation, who: str) -> None:
    client = somebody(who)
    models = (AccessRequest, Circle, Invitation, Membership, Organisation, User)
    before = [list(model.objects.order_by("pk").values()) for model in models]
    for address in addresses(others):
        client.get(address)
    assert [list(model.objects.order_by("pk").values()) for model in models] == before


@pytest.mark.parametrize("address", ["approve/", "decline/", "pass-on/"])
def test_a31_an_answer_needs_the_token_of_the_page(others: Organisation, address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(email="zqperson@example.org"))
    path = f"/you/requests/{others.access_requests.get().pk}/{address}"
    assert client.post(path, {"decline-reason": "No"}).status_code == 403
    assert client.get(path).status_code == 405


def test_a29_a_membership_past_its_last_day_opens_nothing_though_no_clock_ran(client: Client) -> None:
    person = make_user()
    client.force_login(person)
    assert "TLP:GREEN" in client.get("/you/").content.decode()
    person.memberships.update(expires_date=timezone.localdate() - datetime.timedelta(days=1))
    assert "TLP:GREEN" not in client.get("/you/").content.decode()
    assert not viewers.viewer_of(person).vetted
