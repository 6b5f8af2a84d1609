"""Does the scope of a viewer follow from active memberships and nothing else?"""

import pytest
from django.contrib.auth.models import AnonymousUser

from people.choices import MembershipState, Role
from people.models import Membership
from people.roles import MEMBER_ACTIONS, ROLE_ACTIONS, Action, allowed
from people.viewers import ANONYMOUS, scope_of, viewer_of
from tests.factories import make_circle, make_organisation, make_user

pytestmark = pytest.mark.django_db


def test_somebody_without_an_account_has_no_scope() -> None:
    assert viewer_of(AnonymousUser()) == ANONYMOUS
    assert not ANONYMOUS.vetted


@pytest.mark.parametrize("state", [state for state in MembershipState.values if state != MembershipState.ACTIVE])
def test_only_an_active_membership_opens_anything(state: str) -> None:
    viewer = viewer_of(make_user(roles=[Role.REVIEWER], circles=[make_circle()], state=state))
    assert (viewer.vetted, viewer.circles, viewer.organisations, viewer.roles) == (
        False,
        frozenset(),
        frozenset(),
        frozenset(),
    )


def test_a_superuser_without_a_membership_reads_no_more_than_anybody() -> None:
    viewer = viewer_of(make_user(superuser=True, member=False, roles=[Role.REVIEWER]))
    assert not viewer.vetted
    assert not any(viewer.may(action) for action in Action)


def test_a_disabled_account_has_no_scope() -> None:
    user = make_user(roles=[Role.REVIEWER])
    user.is_active = False
    assert viewer_of(user) == ANONYMOUS


def test_circles_come_from_the_organisations_of_active_memberships() -> None:
    one, other, third = make_circle(), make_circle(), make_circle()
    user = make_user(circles=[one])
    Membership.objects.create(user=user, organisation=make_organisation(circles=[other]), state=MembershipState.ACTIVE)
    Membership.objects.create(user=user, organisation=make_organisation(circles=[third]), state=MembershipState.ENDED)
    assert viewer_of(user).circles == {one.pk, other.pk}


def test_a_partner_is_no_member_and_somebody_in_both_is_one() -> None:
    partner = make_organisation(is_partner=True)
    user = make_user(organisation=partner)
    assert (viewer_of(user).member, viewer_of(user).partner) == (False, True)
    Membership.objects.create(user=user, organisation=make_organisation(), state=MembershipState.ACTIVE)
    assert (viewer_of(user).member, viewer_of(user).partner) == (True, False)


def test_the_scope_takes_at_most_three_queries_and_is_kept(django_assert_max_num_queries: object) -> None:
    user = make_user(roles=list(Role), circles=[make_circle(), make_circle()])
    with django_assert_max_num_queries(3):  # type: ignore[operator]  # a fixture that is called
        scope_of(user)
        scope_of(user)


def test_roles_open_nothing_without_a_vetted_membership() -> None:
    assert allowed(frozenset(Role.values), vetted=False) == frozenset()
    assert allowed(frozenset(), vetted=True) == MEMBER_ACTIONS


@pytest.mark.parametrize("role", Role)
def test_every_role_of_the_table_says_what_it_may(role: Role) -> None:
    assert ROLE_ACTIONS[role]
    assert allowed(frozenset({role.value}), vetted=True) == ROLE_ACTIONS[role] | MEMBER_ACTIONS


def test_only_reviewers_publish_and_only_curators_edit_vocabularies() -> None:
    assert {role for role in Role if Action.PUBLISH in ROLE_ACTIONS[role]} == {Role.REVIEWER}
    assert {role for role in Role if Action.EDIT_VOCABULARIES in ROLE_ACTIONS[role]} == {Role.CURATOR}


def test_a_contact_point_speaks_for_the_organisation_that_the_role_names_while_a_member_there() -> None:
    user = make_user(roles=[Role.CONTACT_POINT])
    own, other = user.memberships.get(), make_organisation()
    Membership.objects.create(user=user, organisation=other, state=MembershipState.ACTIVE)
    assert viewer_of(user).contact_point_for == {own.organisation_id}
    Membership.objects.filter(pk=own.pk).update(state=MembershipState.SUSPENDED)
    assert viewer_of(user).organisations == {other.pk}
    assert viewer_of(user).contact_point_for == frozenset()
