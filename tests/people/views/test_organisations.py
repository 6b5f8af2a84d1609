"""My organisation: members, invitations and circles, for whoever answers for it and for nobody else."""

import datetime

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from people import circles, invitations
from people.choices import MembershipState, Role
from people.models import Circle, Invitation, Organisation, User
from people.viewers import viewer_of
from tests.factories import confirm_address, make_circle, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Organisation:
    return make_organisation("Zqplace")


@pytest.fixture
def point(place: Organisation) -> User:
    return make_user(organisation=place, roles=[Role.CONTACT_POINT])


@pytest.fixture
def colleague(place: Organisation) -> User:
    return make_user("zqcolleague@example.org", organisation=place)


def test_a_contact_point_is_led_to_its_one_organisation(client: Client, point: User, colleague: User) -> None:
    client.force_login(point)
    page = client.get("/you/organisations/", follow=True).content.decode()
    for words in ("Zqplace", "zqcolleague@example.org", "contact point"):
        assert words in page


@pytest.mark.parametrize("who", ["learner", "member", "colleague", "other contact point", "superuser"])
def test_a25_nobody_else_sees_or_changes_anything_of_it(
    client: Client, place: Organisation, colleague: User, who: str
) -> None:
    stranger = {
        "learner": lambda: make_user(member=False),
        "member": make_user,
        "colleague": lambda: make_user(organisation=place),
        "other contact point": lambda: make_user(roles=[Role.CONTACT_POINT]),
        "superuser": lambda: make_user(member=False, superuser=True),
    }[who]()
    client.force_login(stranger)
    membership = colleague.memberships.get()
    circle = make_circle(organisations=[place])
    asked = circles.invite(circle=make_circle(), organisation=place, by=colleague)
    for path in (
        f"organisations/{place.pk}/",
        f"organisations/{place.pk}/due/",
        f"organisations/{place.pk}/circles/new/",
        f"organisations/{place.pk}/circles/{circle.pk}/leave/",
        f"memberships/{membership.pk}/",
    ):
        assert client.get(f"/you/{path}").status_code == 404, path
    for path in (
        f"organisations/{place.pk}/invite/",
        f"organisations/{place.pk}/due/",
        f"organisations/{place.pk}/circles/new/",
        f"organisations/{place.pk}/circles/{circle.pk}/leave/",
        f"memberships/{membership.pk}/end/",
        f"circle-invitations/{asked.pk}/",
        "organisations/new/",
    ):
        sent = client.post(f"/you/{path}", {"email": "x@example.org", "membership": membership.pk, "join": ""})
        assert sent.status_code == 404, path
    assert viewer_of(colleague).circles == {circle.pk}
    assert not Invitation.objects.exists()


def test_inviting_writes_a_mail_without_names_and_revoking_makes_it_worthless(client: Client, point: User) -> None:
    client.force_login(point)
    place = point.memberships.get().organisation
    client.post(f"/you/organisations/{place.pk}/invite/", {"email": "new@example.org", "contact_point": "on"})
    invitation = Invitation.objects.get()
    assert not invitation.contact_point  # only administrators name them
    assert "zqplace" not in f"{mail.outbox[-1].subject}{mail.outbox[-1].body}".lower()
    assert "new@example.org" in client.get(f"/you/organisations/{place.pk}/").content.decode()
    again = client.post(f"/you/organisations/{place.pk}/invite/", {"email": "new@example.org"})
    assert "open invitation" in again.content.decode()
    client.post(f"/you/invitations/{invitation.pk}/revoke/")
    assert Invitation.objects.get().state == "revoked"


@pytest.mark.parametrize(("verb", "member"), [("suspend", False), ("end", False), ("confirm", True)])
def test_a29_what_is_done_to_a_membership_holds_at_the_next_request(
    client: Client, point: User, colleague: User, verb: str, member: bool
) -> None:
    reader = Client()
    reader.force_login(colleague)
    assert "TLP:GREEN" in reader.get("/you/").content.decode()
    client.force_login(point)
    membership = colleague.memberships.get()
    assert client.get(f"/you/memberships/{membership.pk}/").status_code == 200
    assert client.post(f"/you/memberships/{membership.pk}/{verb}/").status_code == 302
    assert ("TLP:GREEN" in reader.get("/you/").content.decode()) == member


def test_nobody_confirms_themselves(client: Client, point: User) -> None:
    client.force_login(point)
    own = point.memberships.get()
    assert client.post(f"/you/memberships/{own.pk}/confirm/").status_code == 404
    own.expires_date = timezone.localdate()
    own.save()
    client.post(f"/you/organisations/{own.organisation_id}/due/", {"membership": own.pk})
    own.refresh_from_db()
    assert own.expires_date == timezone.localdate()


def test_all_that_end_soon_are_confirmed_on_one_page(client: Client, point: User, colleague: User) -> None:
    other = make_user(organisation=point.memberships.get().organisation)
    elsewhere = make_user().memberships.get()
    for row in (colleague.memberships.get(), other.memberships.get(), elsewhere):
        row.expires_date = timezone.localdate() + datetime.timedelta(days=3)
        row.save()
    client.force_login(point)
    address = f"/you/organisations/{point.memberships.get().organisation_id}/due/"
    assert "zqcolleague" in client.get(address).content.decode()
    client.post(address, {"membership": [colleague.memberships.get().pk, elsewhere.pk, "x"]})
    left = {user: user.memberships.get().expires_date - timezone.localdate() for user in (colleague, other)}
    assert (left[colleague].days, left[other].days) == (365, 3)
    elsewhere.refresh_from_db()
    assert (elsewhere.expires_date - timezone.localdate()).days == 3


def test_a_joint_circle_is_proposed_joined_and_left_and_partners_show_as_such(client: Client, point: User) -> None:
    place = point.memberships.get().organisation
    partner = make_organisation("Zqpartner", is_partner=True)
    partner.listed = True
    partner.save()
    hidden = make_organisation("Zqhidden")
    its_point = make_user(organisation=partner, roles=[Role.CONTACT_POINT])
    client.force_login(point)
    address = f"/you/organisations/{place.pk}/circles/new/"
    page = client.get(address).content.decode()
    assert "Zqpartner (partner)" in page
    assert "Zqhidden" not in page
    assert client.post(address, {"name": "Joint", "purpose": "Events", "asked": [hidden.pk]}).status_code == 200
    assert client.post(address, {"name": "Joint", "purpose": "Events", "asked": [partner.pk]}).status_code == 302
    circle = Circle.objects.get()
    assert list(circle.organisations.all()) == [place]
    assert "asked, not answered yet" in client.get(f"/you/organisations/{place.pk}/").content.decode()
    other = Client()
    other.force_login(its_point)
    assert "Joint" in other.get(f"/you/organisations/{partner.pk}/").content.decode()
    other.post(f"/you/circle-invitations/{circle.invitations.get().pk}/", {"join": ""})
    assert viewer_of(its_point).circles == {circle.pk}
    assert "Zqpartner (partner)" in client.get(f"/you/organisations/{place.pk}/").content.decode()
    leaving = f"/you/organisations/{partner.pk}/circles/{circle.pk}/leave/"
    assert "nobody of your organisation" in other.get(leaving).content.decode()
    other.post(leaving)
    assert viewer_of(its_point).circles == frozenset()


def test_staying_out_of_a_circle_opens_nothing(client: Client, point: User, place: Organisation) -> None:
    circle = make_circle()
    asked = circles.invite(circle=circle, organisation=place, by=point)
    client.force_login(point)
    client.post(f"/you/circle-invitations/{asked.pk}/", {"decline": ""})
    assert viewer_of(point).circles == frozenset()
    assert not circle.invitations.exists()


def test_an_administrator_sets_up_an_organisation_by_inviting_its_contact_point(client: Client) -> None:
    client.force_login(make_user(roles=[Role.ADMINISTRATOR]))
    data = {"name": "Zqnew", "kind": "police", "country": "se", "is_partner": "", "email": "point@example.org"}
    assert client.post("/you/organisations/new/", data).status_code == 302
    invitation = Invitation.objects.get()
    assert (invitation.organisation.country, invitation.contact_point) == ("SE", True)
    assert not invitation.organisation.listed
    open_one = {**data, "name": "Zqopen", "email": "other@example.org", "listed": "on"}
    client.post("/you/organisations/new/", open_one)
    assert Organisation.objects.get(name="Zqopen").listed
    again = client.post("/you/organisations/new/", data)
    assert "There is an organisation of this name" in again.content.decode()
    assert "Zqnew" in client.get("/you/organisations/").content.decode()


def test_what_an_invitation_offered_is_worth_nothing_once_the_inviter_has_no_say(point: User) -> None:
    invitations.invite(email="new@example.org", organisation=point.memberships.get().organisation, by=point)
    key = mail.outbox[-1].body.split("key=")[1].split()[0]
    point.memberships.update(state=MembershipState.SUSPENDED)
    assert Client().get("/join/invited/", {"key": key}).status_code == 404
    confirm_address(point)
