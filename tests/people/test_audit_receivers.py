"""Is it recorded who signs in, and who is given or loses what, whichever way it is done?"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from people import audit, invitations, memberships
from people.choices import MembershipState, Role
from people.models import Membership, RoleAssignment, User
from tests.factories import PASSWORD, make_circle, make_organisation, make_user
from tests.people.audit import log

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(ground: None) -> Iterator[None]:
    log.empty()
    yield


def away(*_args: Any, **_kwargs: Any) -> None:
    raise DatabaseError("locked")


def sign_in(client: Client, email: str, password: str) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password})


def test_signing_in_and_out_is_recorded_by_number_and_means(client: Client) -> None:
    from allauth.account.models import EmailAddress

    user = make_user("ada@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    log.empty()
    assert sign_in(client, user.email, PASSWORD).status_code == 302
    client.post(reverse("account_logout"))
    found = [(row.event, row.actor, row.object_ids, row.data) for row in log.events()]
    assert found == [
        ("login", user.pk, f" {user.pk} ", '{"method":"password"}'),
        ("logout", user.pk, f" {user.pk} ", "{}"),
    ]


@pytest.mark.parametrize("known", [True, False])
def test_a_failed_try_is_recorded_without_what_was_typed(client: Client, known: bool) -> None:
    user = make_user("ada@example.org")
    log.empty()
    sign_in(client, "ada@example.org" if known else "eve-the-secret@example.org", "not the password")
    (row,) = log.events()
    assert (row.event, row.actor, row.outcome) == ("login-failed", None, "failed")
    assert row.object_ids == (f" {user.pk} " if known else "")
    assert "example" not in json.dumps([row.data, row.object_ids, row.object_kind])


def test_signing_in_goes_on_while_the_log_is_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from allauth.account.models import EmailAddress

    user = make_user("ada@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    monkeypatch.setattr("people.audit.recording._added", away)
    assert sign_in(client, user.email, PASSWORD).status_code == 302
    assert "_auth_user_id" in client.session


def test_roles_memberships_and_circles_are_recorded_whichever_way_they_are_written() -> None:
    circle, organisation, user = make_circle(), make_organisation(), make_user(member=False)
    log.empty()
    role = RoleAssignment.objects.create(user=user, role=Role.AUDITOR)
    place = Membership.objects.create(user=user, organisation=organisation, state=MembershipState.ACTIVE)
    circle.organisations.add(organisation)
    organisation.circles.clear()
    place.delete()
    role.delete()
    found = [(row.event, row.object_ids.strip(), json.loads(row.data)) for row in log.events()]
    org = organisation.pk
    assert found == [
        ("role-given", str(user.pk), {"role": "auditor"}),
        ("membership-changed", str(user.pk), {"organisation": org, "state": "active"}),
        ("circle-joined", str(circle.pk), {"organisation": org}),
        ("circle-left", str(circle.pk), {"organisation": org}),
        ("membership-changed", str(user.pk), {"organisation": org, "state": "ended"}),
        ("role-taken", str(user.pk), {"role": "auditor"}),
    ]


def test_on_the_web_nobody_is_given_rights_unrecorded_but_they_can_be_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user()
    role = RoleAssignment.objects.create(user=user, role=Role.AUDITOR)
    monkeypatch.setattr("people.audit.recording._added", away)
    with audit.acting(user.pk):
        with pytest.raises(audit.NotRecorded):
            RoleAssignment.objects.create(user=user, role=Role.CURATOR)
        role.delete()


def test_an_administrator_is_told_that_nothing_was_changed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user()
    client.force_login(make_user(roles=[Role.ADMINISTRATOR]))
    monkeypatch.setattr("people.audit.recording._added", away)
    response = client.post("/admin/roles/new/", {"user": user.pk, "role": Role.CURATOR})
    assert response.status_code == 503
    assert "nothing was changed" in response.content.decode()
    assert not RoleAssignment.objects.filter(user=user).exists()


def test_what_is_done_in_the_editing_interface_is_recorded_without_a_title(client: Client) -> None:
    administrator = make_user(roles=[Role.ADMINISTRATOR])
    client.force_login(administrator)
    log.empty()
    client.post("/admin/organisations/new/", {"name": "Secret body", "kind": "police", "country": "BE"})
    (row,) = log.events("admin-action")
    assert (row.actor, row.object_kind, json.loads(row.data)) == (
        administrator.pk,
        "organisation",
        {"action": "wagtail.create"},
    )
    assert "Secret" not in json.dumps([row.object_ids, row.data])


def test_nobody_comes_in_by_an_invitation_unrecorded(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    point = make_user(roles=[Role.CONTACT_POINT])
    place = point.memberships.get().organisation
    invitations.invite(email="new@example.org", organisation=place, by=point)
    address = reverse("join:invited") + re.search(r"\?key=[\w-]+", mail.outbox[-1].body)[0]
    form = {"name": "New", "password1": PASSWORD, "password2": PASSWORD}
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("people.audit.recording._added", away)
        assert client.post(address, form).status_code == 503
    assert not User.objects.filter(email="new@example.org").exists()
    log.empty()
    assert client.post(address, form).status_code == 302
    (row,) = log.events("membership-changed")
    assert json.loads(row.data) == {"organisation": place.pk, "person": point.pk, "state": "active"}


def test_for_which_organisation_somebody_is_contact_point_is_recorded() -> None:
    user, other = make_user(), make_organisation()
    log.empty()
    memberships.give_role(user=user, role=Role.CONTACT_POINT, by=user, organisation=other)
    (row,) = log.events("role-given")
    assert json.loads(row.data) == {"organisation": other.pk, "role": "contact-point"}


def test_new_addresses_reopened_accounts_and_former_partners_are_recorded_before_they_open_anything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user, partner = make_user("ada@example.org"), make_organisation(is_partner=True)
    user.is_active, user.name = False, "Ada"
    log.empty()
    user.save()
    user.is_active, user.email, partner.is_partner = True, "eve@example.org", False
    with audit.acting(user.pk), monkeypatch.context() as meanwhile:
        meanwhile.setattr("people.audit.recording._added", away)
        for row in (user, partner):
            with pytest.raises(audit.NotRecorded):
                row.save()
    user.save()
    partner.save()
    user.save(update_fields=["last_login"])
    found = [(row.object_kind, row.object_ids.strip(), json.loads(row.data)["action"]) for row in log.events()]
    person = ("person", str(user.pk))
    assert found == [
        (*person, "people.closed"),
        (*person, "people.address"),
        (*person, "people.opened"),
        ("organisation", str(partner.pk), "people.no_partner"),
    ]
    assert "example" not in json.dumps(found)
