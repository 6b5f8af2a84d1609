"""Can administrators keep accounts, organisations and circles, and nobody else?"""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.dispatch import Signal
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people import circles, memberships, signals
from people.choices import MembershipState, Role
from people.models import Circle, Membership, Organisation, RoleAssignment, User
from people.viewers import viewer_of
from tests.factories import make_circle, make_organisation, make_user

pytestmark = pytest.mark.django_db

NAMES = ("wagtailusers_users", "organisations", "circles", "memberships", "roles")


@pytest.fixture
def administrator(client: Client) -> User:
    person = make_user(roles=[Role.ADMINISTRATOR])
    client.force_login(person)
    return person


def _account(**changes: Any) -> dict[str, Any]:
    return {"email": "New.Person@Example.org", "name": "New Person", "is_active": "on", "state": "active", **changes}


@pytest.mark.parametrize("name", NAMES)
def test_an_administrator_opens_every_list_and_form(client: Client, administrator: User, name: str) -> None:
    make_circle(organisations=[make_organisation()])
    assert client.get(reverse(f"{name}:index")).status_code == 200
    assert client.get(reverse(f"{name}:add")).status_code == 200
    model = {
        "wagtailusers_users": User,
        "organisations": Organisation,
        "circles": Circle,
        "memberships": Membership,
        "roles": RoleAssignment,
    }
    row = model[name].objects.first()
    assert client.get(reverse(f"{name}:edit", args=[row.pk])).status_code == 200
    assert client.get(reverse(f"{name}:history", args=[row.pk])).status_code == 200


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("role", [Role.REVIEWER, Role.CURATOR, Role.TRAINER])
def test_nobody_else_reads_or_changes_any(client: Client, name: str, role: str) -> None:
    person = make_user(roles=[role], name="Zqname")
    client.force_login(person)
    for path in (reverse(f"{name}:index"), reverse(f"{name}:add")):
        assert client.get(path).status_code in {302, 404}
    client.post(reverse("roles:add"), {"user": person.pk, "role": Role.ADMINISTRATOR})
    assert set(person.role_assignments.values_list("role", flat=True)) == {role}


def test_an_account_is_made_with_organisation_and_roles_and_without_a_password(
    client: Client, administrator: User
) -> None:
    place = make_organisation()
    response = client.post(
        reverse("wagtailusers_users:add"), _account(organisation=place.pk, roles=[Role.CURATOR, Role.REVIEWER])
    )
    assert response.status_code == 302
    user = User.objects.get(email="new.person@example.org")
    assert not user.has_usable_password()
    assert EmailAddress.objects.filter(user=user, verified=True, primary=True, email=user.email).exists()
    viewer = viewer_of(user)
    assert (viewer.member, viewer.roles) == (True, {Role.CURATOR, Role.REVIEWER})


def test_ending_a_membership_and_taking_roles_away_works_at_once(client: Client, administrator: User) -> None:
    user = make_user("old@example.org", roles=[Role.CURATOR])
    place = user.memberships.get().organisation
    client.post(
        reverse("wagtailusers_users:edit", args=[user.pk]),
        _account(email="old@example.org", organisation=place.pk, state=MembershipState.ENDED, roles=[]),
    )
    assert not viewer_of(User.objects.get(pk=user.pk)).vetted
    assert not user.role_assignments.exists()


def test_one_address_has_one_account_whatever_the_case(client: Client, administrator: User) -> None:
    make_user("new.person@example.org")
    response = client.post(reverse("wagtailusers_users:add"), _account())
    assert response.status_code == 200
    assert "There is an account with this address" in response.content.decode()


def test_an_administrator_cannot_take_over_a_superuser(client: Client, administrator: User) -> None:
    chief = make_user("chief@example.org", superuser=True)
    path = reverse("wagtailusers_users:edit", args=[chief.pk])
    assert client.get(path).status_code == 404
    client.post(path, _account(email="mine@example.org"))
    assert User.objects.get(pk=chief.pk).email == "chief@example.org"
    assert "chief@example.org" not in client.get(reverse("wagtailusers_users:index")).content.decode()


@pytest.mark.parametrize("name", ["edit", "history", "history_results", "usage", "delete"])
def test_no_address_of_a_superusers_account_opens_to_an_administrator(
    client: Client, administrator: User, name: str
) -> None:
    chief = make_user("chief@example.org", superuser=True)
    path = reverse(f"wagtailusers_users:{name}", args=[chief.pk])
    assert client.get(path).status_code == client.post(path).status_code == 404
    client.force_login(chief)
    assert client.get(path).status_code != 404


def test_a14_accounts_are_not_changed_several_at_once(client: Client, administrator: User) -> None:
    chief, group = make_user(superuser=True), Group.objects.create(name="Moderators of Wagtail")
    for action, form in (
        ("set_active_state", {"mark_as_active": "False"}),
        ("assign_role", {"role": group.pk}),
        ("delete", {}),
    ):
        for person in (chief, administrator):
            path = f"/admin/bulk/people/user/{action}/?id={person.pk}"
            assert client.get(path).status_code == client.post(path, form).status_code == 404
    assert User.objects.get(pk=chief.pk).is_active
    assert not administrator.groups.exists()


def test_no_form_makes_a_superuser(client: Client, administrator: User) -> None:
    client.post(reverse("wagtailusers_users:add"), _account(is_superuser="on"))
    assert not User.objects.get(email="new.person@example.org").is_superuser


def test_a_circle_is_made_of_organisations(client: Client, administrator: User) -> None:
    places = [make_organisation(), make_organisation()]
    client.post(
        reverse("circles:add"), {"name": "Venues", "purpose": "", "organisations": [place.pk for place in places]}
    )
    assert set(Circle.objects.get(name="Venues").organisations.all()) == set(places)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_deleted_here(client: Client, administrator: User, name: str) -> None:
    user = make_user(circles=[make_circle()])
    rows = {
        "wagtailusers_users": user,
        "organisations": user.memberships.get().organisation,
        "circles": Circle.objects.get(),
        "memberships": user.memberships.get(),
        "roles": administrator.role_assignments.get(),
    }
    client.post(reverse(f"{name}:delete", args=[rows[name].pk]))
    assert type(rows[name]).objects.filter(pk=rows[name].pk).exists()


def test_a_country_is_two_letters_and_stored_in_capitals(client: Client, administrator: User) -> None:
    form = {"name": "Zqplace", "kind": "police"}
    for wrong in ("B1", "Belgium", "é1"):
        response = client.post(reverse("organisations:add"), {**form, "country": wrong})
        assert "two letters" in str(response.context["form"].errors["country"])
    client.post(reverse("organisations:add"), {**form, "country": "be"})
    assert Organisation.objects.get(name="Zqplace").country == "BE"


@pytest.fixture
def announced() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Give what people announce, as it comes."""
    heard: list[tuple[str, dict[str, Any]]] = []

    def listen(signal: Signal, **kwargs: Any) -> None:
        name = next(name for name, known in vars(signals).items() if known is signal)
        heard.append((name, {key: value for key, value in kwargs.items() if key != "sender"}))

    known = [signals.membership_changed, signals.role_changed, signals.circle_changed]
    for signal in known:
        signal.connect(listen)
    yield heard
    for signal in known:
        signal.disconnect(listen)


def test_every_change_in_the_editing_interface_is_announced_with_who_made_it(
    client: Client, administrator: User, announced: list[tuple[str, dict[str, Any]]]
) -> None:
    place = make_organisation()
    client.post(reverse("wagtailusers_users:add"), _account(organisation=place.pk, roles=[Role.CURATOR]))
    user = User.objects.get(email="new.person@example.org")
    by = administrator.pk
    assert [name for name, _what in announced] == ["membership_changed", "role_changed"]
    assert announced[0][1] == {
        "user": user.pk,
        "organisation": place.pk,
        "before": "",
        "after": "active",
        "by": by,
    }
    announced.clear()
    membership = user.memberships.get()
    client.post(reverse("memberships:edit", args=[membership.pk]), {"state": "suspended", "expires_date": ""})
    client.post(reverse("roles:add"), {"user": user.pk, "role": Role.CONTACT_POINT, "organisation": place.pk})
    client.post(reverse("circles:add"), {"name": "Venues", "purpose": "", "organisations": [place.pk]})
    client.post(reverse("circles:edit", args=[Circle.objects.get().pk]), {"name": "Venues", "purpose": ""})
    assert [name for name, _what in announced] == [
        "membership_changed",
        "role_changed",
        "circle_changed",
        "circle_changed",
    ]
    assert {what["by"] for _name, what in announced} == {by}
    assert user.role_assignments.get(role=Role.CONTACT_POINT).organisation == place
    assert not viewer_of(user).member


def test_whoever_an_administrator_lets_in_is_vouched_for_for_a_year(client: Client, administrator: User) -> None:
    client.post(reverse("wagtailusers_users:add"), _account(organisation=make_organisation().pk))
    membership = Membership.objects.get(user__email="new.person@example.org")
    assert membership.vetted_by == administrator
    assert membership.expires_date == timezone.localdate() + memberships.VOUCHED_FOR


def test_a14_an_administrator_does_not_vouch_for_the_own_account(client: Client, administrator: User) -> None:
    place = make_organisation()
    own = _account(email=administrator.email, organisation=place.pk, roles=[Role.ADMINISTRATOR])
    answer = client.post(reverse("wagtailusers_users:edit", args=[administrator.pk]), own)
    assert answer.status_code == 200
    added = {"user": administrator.pk, "organisation": place.pk, "state": "active", "expires_date": ""}
    assert client.post(reverse("memberships:add"), added).status_code == 200
    assert administrator.memberships.get().organisation != place
    held = administrator.memberships.get()
    longer = {"state": "active", "expires_date": "2099-01-01"}
    assert client.post(reverse("memberships:edit", args=[held.pk]), longer).status_code == 200


def test_the_last_administrator_stays_in_office(client: Client, administrator: User) -> None:
    held = administrator.memberships.get()
    for changes in ({"roles": []}, {"is_active": ""}, {"state": "ended"}, {"organisation": ""}):
        form = {"organisation": held.organisation_id, "roles": [Role.ADMINISTRATOR], **changes}
        answer = client.post(
            reverse("wagtailusers_users:edit", args=[administrator.pk]), _account(email=administrator.email, **form)
        )
        assert answer.status_code == 200, changes
    client.post(reverse("memberships:edit", args=[held.pk]), {"state": "ended", "expires_date": ""})
    assert viewer_of(administrator).roles == {Role.ADMINISTRATOR}


def test_a_contact_point_is_named_with_the_organisation_alone(client: Client, administrator: User) -> None:
    user, place = make_user("old@example.org"), make_organisation()
    form = {"user": user.pk, "role": Role.CONTACT_POINT, "organisation": ""}
    assert "Name the organisation" in client.post(reverse("roles:add"), form).content.decode()
    edit = reverse("wagtailusers_users:edit", args=[user.pk])
    account = _account(email=user.email, organisation=user.memberships.get().organisation_id, roles=["contact-point"])
    assert client.post(edit, account).status_code == 200
    assert not user.role_assignments.exists()
    client.post(reverse("roles:add"), {**form, "organisation": place.pk})
    assert user.role_assignments.get().organisation == place
    assert client.post(edit, account).status_code == 302
    assert user.role_assignments.get().organisation == place
    client.post(edit, {**account, "roles": []})
    assert not user.role_assignments.exists()


def test_whoever_moves_elsewhere_is_no_contact_point_there(client: Client, administrator: User) -> None:
    user = make_user("old@example.org", roles=[Role.CONTACT_POINT])
    account = _account(email=user.email, organisation=make_organisation().pk, roles=["contact-point"])
    assert client.post(reverse("wagtailusers_users:edit", args=[user.pk]), account).status_code == 302
    assert viewer_of(user).member
    assert not user.role_assignments.exists()


def test_only_contact_points_answer_for_an_organisation(client: Client, administrator: User) -> None:
    wrong = {"user": make_user().pk, "role": Role.CURATOR, "organisation": make_organisation().pk}
    assert client.post(reverse("roles:add"), wrong).status_code == 200
    assert not RoleAssignment.objects.filter(role=Role.CURATOR).exists()


def test_an_administrator_lets_others_into_a_circle_and_not_the_own_organisation(client: Client) -> None:
    chief = make_user(roles=[Role.ADMINISTRATOR])
    own, other = chief.memberships.get().organisation, make_organisation()
    client.force_login(chief)
    circle = make_circle("Venues", organisations=[make_organisation()])
    path, kept = reverse("circles:edit", args=[circle.pk]), [place.pk for place in circle.organisations.all()]
    page = client.post(path, {"name": "Venues", "purpose": "", "organisations": [*kept, own.pk]})
    assert "ask another administrator" in page.content.decode()
    with pytest.raises(circles.OwnOrganisation):
        circles.join(circle=circle, organisation=own, by=chief)
    assert not viewer_of(chief).circles
    assert client.post(path, {"name": "Venues", "purpose": "", "organisations": [*kept, other.pk]}).status_code == 302
    assert other in circle.organisations.all()
    # Of a new one nobody else has anything.
    client.post(reverse("circles:add"), {"name": "New", "purpose": "", "organisations": [own.pk, other.pk]})
    assert viewer_of(chief).circles == {Circle.objects.get(name="New").pk}
