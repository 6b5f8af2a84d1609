"""Does everybody answer for their own organisation only, and nobody for themselves?"""

import datetime

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from people import remit
from people.choices import MembershipState, Role
from people.models import Membership
from people.viewers import ANONYMOUS, viewer_of
from tests.factories import make_circle, make_organisation, make_request, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.CONTACT_POINT, Role.ADMINISTRATOR}])
def test_no_other_role_answers_for_anybody(role: str) -> None:
    person = make_user(roles=[role])
    make_request(organisation=person.memberships.get().organisation)
    viewer = viewer_of(person)
    assert not remit.organisations(viewer).exists()
    assert not remit.requests(viewer).exists()
    assert not remit.memberships(viewer).exists()
    assert not remit.organisations(ANONYMOUS).exists()


def test_a_contact_point_answers_for_the_organisation_of_the_role_and_for_no_second_one() -> None:
    point = make_user(roles=[Role.CONTACT_POINT])
    first, second = point.memberships.get().organisation, make_organisation()
    Membership.objects.create(user=point, organisation=second, state=MembershipState.ACTIVE)
    make_request(organisation=second)
    own = make_request(organisation=first)
    viewer = viewer_of(point)
    assert list(remit.organisations(viewer)) == [first]
    assert list(remit.requests(viewer)) == [own]


def test_a_contact_point_whose_membership_there_is_over_answers_for_nobody() -> None:
    point = make_user(roles=[Role.CONTACT_POINT])
    Membership.objects.create(user=point, organisation=make_organisation(), state=MembershipState.ACTIVE)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    point.memberships.order_by("pk").filter(pk=point.memberships.order_by("pk").first().pk).update(
        expires_date=yesterday
    )
    assert viewer_of(point).vetted
    assert not remit.organisations(viewer_of(point)).exists()


def test_nobody_sees_their_own_request_or_membership_as_theirs_to_decide() -> None:
    administrator = make_user(roles=[Role.ADMINISTRATOR])
    make_request(administrator)
    viewer = viewer_of(administrator)
    assert not remit.requests(viewer).exists()
    assert not remit.memberships(viewer).filter(user=administrator).exists()


def test_a_request_is_seen_once_its_address_is_confirmed() -> None:
    administrator = make_user(roles=[Role.ADMINISTRATOR])
    request = make_request()
    EmailAddress.objects.filter(user=request.user).update(verified=False)
    assert not remit.requests(viewer_of(administrator)).exists()
    EmailAddress.objects.filter(user=request.user).update(verified=True)
    assert remit.requests(viewer_of(administrator)).get() == request


def test_what_was_passed_on_or_names_no_organisation_is_for_administrators() -> None:
    point, administrator = make_user(roles=[Role.CONTACT_POINT]), make_user(roles=[Role.ADMINISTRATOR])
    make_request(organisation=point.memberships.get().organisation, for_administrators=True)
    make_request(organisation_name="Zoo")
    assert not remit.requests(viewer_of(point)).exists()
    assert remit.requests(viewer_of(administrator)).count() == 2


def test_only_organisations_that_are_known_anyway_can_be_asked_into_a_circle() -> None:
    point = make_user(roles=[Role.CONTACT_POINT])
    own = point.memberships.get().organisation
    neighbour, stranger, listed = make_organisation(), make_organisation(), make_organisation()
    type(listed).objects.filter(pk=listed.pk).update(listed=True)
    make_circle(organisations=[own, neighbour])
    assert set(remit.may_be_asked(viewer_of(point), own)) == {neighbour, listed}
    administrator = viewer_of(make_user(roles=[Role.ADMINISTRATOR]))
    assert stranger in remit.may_be_asked(administrator, own)


def test_without_a_contact_point_the_administrators_are_told() -> None:
    administrator, point = make_user(roles=[Role.ADMINISTRATOR]), make_user(roles=[Role.CONTACT_POINT])
    assert set(remit.deciders(None)) == set(remit.deciders(make_organisation())) == {administrator}
    own = point.memberships.get().organisation
    assert set(remit.deciders(own)) == set(remit.deciders(own, about=administrator.pk)) == {point}
    assert set(remit.deciders(own, about=point.pk)) == {administrator}


def test_a_membership_elsewhere_does_not_stand_in_for_the_one_that_ended() -> None:
    administrator, point = make_user(roles=[Role.ADMINISTRATOR]), make_user(roles=[Role.CONTACT_POINT])
    own = point.memberships.get()
    Membership.objects.create(user=point, organisation=make_organisation(), state=MembershipState.ACTIVE)
    Membership.objects.filter(pk=own.pk).update(state=MembershipState.SUSPENDED)
    assert set(remit.deciders(own.organisation)) == {administrator}
    assert not remit.organisations(viewer_of(point)).exists()
