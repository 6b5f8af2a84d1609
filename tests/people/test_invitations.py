"""Does an invitation open the door once, for one address, and only while it is meant?"""

import datetime
import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.utils import timezone

from people import invitations
from people.choices import InvitationState, Role
from people.models import Invitation, Organisation, User
from people.viewers import viewer_of
from tests.factories import PASSWORD, confirm_address, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def point() -> User:
    return make_user(roles=[Role.CONTACT_POINT])


def sent_key() -> str:
    return re.search(r"\?key=([\w-]+)", mail.outbox[-1].body)[1]


def invite(by: User, email: str = "new@example.org", **options) -> tuple[Invitation, str]:
    made = invitations.invite(email=email, organisation=by.memberships.get().organisation, by=by, **options)
    return made, sent_key()


def test_a_new_person_comes_in_with_a_confirmed_address_and_the_key_works_once(point: User) -> None:
    made, key = invite(point)
    assert key not in str(Invitation.objects.values().get())
    user = invitations.accept_anew(key=key, name="New", password=PASSWORD)
    assert viewer_of(user).member
    assert EmailAddress.objects.get(user=user).verified
    assert user.memberships.get().vetted_by == point
    with pytest.raises(invitations.Worthless):
        invitations.accept_anew(key=key, name="Other", password=PASSWORD)
    made.refresh_from_db()
    assert (made.state, made.email, made.digest) == (InvitationState.ACCEPTED, "", "")


def test_the_mail_names_neither_the_organisation_nor_who_invites(point: User) -> None:
    place = point.memberships.get().organisation
    invite(point)
    words = f"{mail.outbox[-1].subject}{mail.outbox[-1].body}"
    assert place.name not in words
    assert point.email not in words


def test_an_account_takes_up_only_what_was_sent_to_its_address(point: User) -> None:
    _made, key = invite(point, "known@example.org")
    known, other = (confirm_address(make_user(f"{name}@example.org", member=False)) for name in ("known", "other"))
    with pytest.raises(invitations.OtherAddress):
        invitations.accept(key=key, user=other)
    with pytest.raises(invitations.OtherAddress):
        invitations.accept_anew(key=key, name="x", password=PASSWORD)
    invitations.accept(key=key, user=known)
    assert viewer_of(known).member


def test_an_account_that_a_stranger_made_with_the_address_becomes_the_invited_persons(point: User) -> None:
    stranger = make_user("new@example.org", member=False, password="the stranger's own")
    _made, key = invite(point)
    with pytest.raises(invitations.OtherAddress):
        invitations.accept(key=key, user=stranger)
    user = invitations.accept_anew(key=key, name="New", password=PASSWORD)
    assert user.pk == stranger.pk
    assert not user.check_password("the stranger's own")


@pytest.mark.parametrize("spoil", ["late", "revoked", "role", "membership", "erased"])
def test_an_invitation_is_worthless_once_it_is_late_revoked_or_its_sender_may_no_longer(
    point: User, spoil: str
) -> None:
    made, key = invite(point)
    if spoil == "late":
        Invitation.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    elif spoil == "revoked":
        assert invitations.revoke(invitation=made)
    elif spoil == "role":
        point.role_assignments.all().delete()
    elif spoil == "membership":
        point.memberships.update(state="suspended")
    else:
        Invitation.objects.update(invited_by=None)
    with pytest.raises(invitations.Worthless):
        invitations.accept_anew(key=key, name="New", password=PASSWORD)


def test_only_whoever_answers_for_an_organisation_invites_and_only_administrators_name_contact_points(point) -> None:
    with pytest.raises(invitations.NotYours):
        invitations.invite(email="a@example.org", organisation=make_organisation(), by=point)
    with pytest.raises(invitations.NotYours):
        invite(point, contact_point=True)
    with pytest.raises(invitations.NotYours):
        invitations.found(name="X", kind="police", country="BE", is_partner=False, email="a@example.org", by=point)
    chief = make_user(roles=[Role.ADMINISTRATOR])
    invitations.found(name="X", kind="police", country="BE", is_partner=True, email="a@example.org", by=chief)
    user = invitations.accept_anew(key=sent_key(), name="A", password=PASSWORD)
    assert viewer_of(user).partner
    assert user.role_assignments.get().organisation == Organisation.objects.get(name="X")


def test_an_address_is_invited_once_and_members_are_not(point: User) -> None:
    invite(point)
    with pytest.raises(invitations.AlreadyInvited):
        invite(point, "NEW@example.org")
    with pytest.raises(invitations.AlreadyMember):
        invite(point, point.email)
    Invitation.objects.update(expires_at=timezone.now() - datetime.timedelta(days=1))
    invite(point)


def test_there_is_an_end_to_how_many_are_open(point: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "MOST_OPEN", 1)
    invite(point)
    with pytest.raises(invitations.TooMany):
        invite(point, "second@example.org")


def test_nobody_takes_up_an_own_invitation() -> None:
    chief = confirm_address(make_user("chief@example.org", roles=[Role.ADMINISTRATOR]))
    place = make_organisation()
    invitations.invite(email="chief@example.org", organisation=place, by=chief)
    with pytest.raises(invitations.Worthless):
        invitations.accept(key=sent_key(), user=chief)
    assert not chief.memberships.filter(organisation=place).exists()
