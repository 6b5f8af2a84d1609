"""Does what a membership opens follow its state and its last day at once, and who may change them?"""

import datetime

import pytest
from django.core import mail
from django.utils import timezone

from people import letters, memberships, notice_kinds
from people.choices import InvitationState, MembershipState, Role
from people.models import Invitation, Membership, RoleAssignment, User
from people.signals import membership_changed, role_changed
from people.viewers import viewer_of
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db


def days(number: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=number)


@pytest.fixture
def point() -> User:
    return make_user(roles=[Role.CONTACT_POINT])


@pytest.fixture
def colleague(point: User) -> Membership:
    person = make_user(organisation=point.memberships.get().organisation)
    return person.memberships.get()


@pytest.fixture
def told(request: pytest.FixtureRequest) -> list[dict]:
    heard: list[dict] = []

    def hear(signal, sender, **facts):
        heard.append(facts)

    for signal in (membership_changed, role_changed):
        signal.connect(hear, weak=False)
        request.addfinalizer(lambda signal=signal: signal.disconnect(hear))
    return heard


@pytest.mark.parametrize(("left", "vetted"), [(1, True), (0, True), (-1, False)])
def test_a29_a_membership_whose_last_day_has_passed_opens_nothing_without_any_schedule(left, vetted) -> None:
    user = make_user(roles=[Role.REVIEWER])
    user.memberships.update(expires_date=days(left))
    assert viewer_of(user).vetted is vetted
    assert bool(viewer_of(user).roles) is vetted
    assert user.memberships.get().is_in_force() is vetted


def test_the_clock_suspends_what_has_passed_and_says_so(colleague: Membership, told: list[dict]) -> None:
    Membership.objects.filter(pk=colleague.pk).update(expires_date=days(-1))
    assert memberships.lapse() == 1
    colleague.refresh_from_db()
    assert colleague.state == MembershipState.SUSPENDED
    assert told == [
        {
            "user": colleague.user_id,
            "organisation": colleague.organisation_id,
            "before": "active",
            "after": "suspended",
            "by": None,
        }
    ]
    assert memberships.lapse() == 0


def test_confirming_gives_another_year_and_says_who_vouches(point: User, colleague: Membership) -> None:
    Membership.objects.filter(pk=colleague.pk).update(expires_date=days(3))
    assert memberships.due(colleague.organisation) == [colleague]
    kept = memberships.confirm(membership=colleague, by=point)
    assert (kept.expires_date, kept.vetted_by) == (days(365), point)
    assert memberships.due(colleague.organisation) == []


def texts_to(user: User) -> str:
    return str([words.text for words in notice_kinds.words_for(user, user.notices.all()).values()])


def test_member_and_contact_point_are_reminded_once_a_stage_by_mails_that_name_nobody(
    point: User, colleague: Membership
) -> None:
    User.objects.filter(pk=colleague.user_id).update(name="Zqname")
    Membership.objects.filter(pk=colleague.pk).update(expires_date=days(20))
    assert letters.ends_soon() == 2
    assert letters.ends_soon() == 0
    assert sorted(message.to[0] for message in mail.outbox) == sorted([point.email, colleague.user.email])
    assert not any("Zqname" in f"{message.subject}{message.body}" for message in mail.outbox)
    assert "Zqname" in texts_to(point)
    assert "Your membership" in texts_to(colleague.user)
    assert letters.ends_soon(today=days(14)) == 2
    memberships.confirm(membership=Membership.objects.get(pk=colleague.pk), by=point)
    assert (texts_to(point), texts_to(colleague.user)) == ("[]", "[]")


def test_suspending_and_ending_close_at_once_and_end_the_duty(point: User, colleague: Membership, told) -> None:
    memberships.suspend(membership=colleague, by=point)
    assert not viewer_of(colleague.user).vetted
    memberships.confirm(membership=colleague, by=point)
    assert viewer_of(colleague.user).vetted
    RoleAssignment.objects.create(user=colleague.user, role=Role.CONTACT_POINT)
    memberships.end(membership=colleague, by=point)
    assert not viewer_of(colleague.user).vetted
    assert not colleague.user.role_assignments.exists()
    assert [row.get("after", row.get("given")) for row in told] == ["suspended", "active", "ended", False]
    with pytest.raises(memberships.NotInForce):
        memberships.confirm(membership=colleague, by=point)


def test_nobody_vouches_for_or_suspends_themselves(point: User) -> None:
    own = point.memberships.get()
    for verb in (memberships.confirm, memberships.suspend, memberships.end):
        with pytest.raises(memberships.OwnMembership):
            verb(membership=own, by=point)
    with pytest.raises(memberships.OwnMembership):
        memberships.admit(user=point, organisation=make_organisation(), by=point)


def test_the_only_administrator_cannot_be_shut_out(point: User) -> None:
    chief = make_user(organisation=point.memberships.get().organisation, roles=[Role.ADMINISTRATOR])
    with pytest.raises(memberships.LastAdministrator, match="only administrator"):
        memberships.end(membership=chief.memberships.get(), by=point)
    make_user(roles=[Role.ADMINISTRATOR])
    memberships.end(membership=chief.memberships.get(), by=point)


def test_an_open_invitation_is_no_way_back_for_somebody_who_was_suspended(point: User, colleague: Membership) -> None:
    Invitation.objects.create(
        organisation=colleague.organisation,
        email=colleague.user.email,
        digest="d",
        invited_by=point,
        expires_at=timezone.now() + datetime.timedelta(days=1),
    )
    memberships.suspend(membership=colleague, by=point)
    assert Invitation.objects.get().state == InvitationState.REVOKED


def test_the_last_contact_point_is_known_as_such(point: User) -> None:
    assert not memberships.is_last_contact_point(point)
    place = point.memberships.get().organisation
    make_user(organisation=place)
    assert memberships.is_last_contact_point(point)
    make_user(organisation=place, roles=[Role.CONTACT_POINT])
    assert not memberships.is_last_contact_point(point)


def test_whoever_lost_the_last_membership_comes_back_without_roles_unless_an_administrator_says_so(
    point: User, colleague: Membership
) -> None:
    user = colleague.user
    for role in (Role.CURATOR, Role.SECURITY_OFFICER):
        RoleAssignment.objects.create(user=user, role=role)
    memberships.end(membership=colleague, by=point)
    assert not user.role_assignments.exists()
    # Roles from before that was so.
    RoleAssignment.objects.create(user=user, role=Role.CURATOR)
    elsewhere = make_user(roles=[Role.CONTACT_POINT])
    memberships.admit(user=user, organisation=elsewhere.memberships.get().organisation, by=elsewhere)
    assert viewer_of(user).vetted
    assert viewer_of(user).roles == frozenset()


def test_roles_stay_with_whoever_is_a_member_elsewhere_or_only_suspended(point: User, colleague: Membership) -> None:
    user = colleague.user
    RoleAssignment.objects.create(user=user, role=Role.CURATOR)
    memberships.suspend(membership=colleague, by=point)
    memberships.admit(user=user, organisation=colleague.organisation, by=point)
    elsewhere = make_user(roles=[Role.CONTACT_POINT])
    memberships.admit(user=user, organisation=elsewhere.memberships.get().organisation, by=elsewhere)
    memberships.end(membership=colleague, by=point)
    assert viewer_of(user).roles == {Role.CURATOR}


def test_what_an_administrator_gave_beforehand_holds_once_the_person_is_let_in() -> None:
    chief, user = make_user(roles=[Role.ADMINISTRATOR]), make_user(member=False, roles=[Role.REVIEWER])
    memberships.admit(user=user, organisation=make_organisation(), by=chief)
    assert viewer_of(user).roles == {Role.REVIEWER}
