"""Does a mail about joining leave only while it is still true, and its reader's to answer?"""

import datetime

import pytest
from django.core import mail
from django.utils import timezone

from people import circles, invitations, letters, memberships, notice_mail
from people.choices import Role
from people.models import Membership, Notice
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db


def names() -> list[str]:
    return [message.extra_headers["X-Once"] for message in mail.outbox]


def due() -> list[bool]:
    return [letters.still_due(once=name) and notice_mail.still_due(once=name) for name in names()]


def test_an_invitation_leaves_while_it_holds() -> None:
    point = make_user(roles=[Role.CONTACT_POINT])
    place = point.memberships.get().organisation
    made = invitations.invite(email="new@example.org", organisation=place, by=point)
    assert due() == [True]
    invitations.revoke(invitation=made)
    assert due() == [False]


def test_a_circle_that_waits_is_told_of_to_whoever_answers_for_the_organisation_then() -> None:
    asked = make_user(roles=[Role.CONTACT_POINT])
    place, founder = asked.memberships.get().organisation, make_user(roles=[Role.CONTACT_POINT])
    home = founder.memberships.get().organisation
    circles.propose(name="North", purpose="x", organisation=home, asked=[place], by=founder)
    assert due() == [True]
    asked.role_assignments.all().delete()
    assert due() == [False]


def test_a_reminder_leaves_while_the_membership_is_active() -> None:
    make_user(roles=[Role.ADMINISTRATOR])
    membership = make_user(organisation=make_organisation()).memberships.get()
    soon = timezone.localdate() + datetime.timedelta(days=5)
    Membership.objects.filter(pk=membership.pk).update(expires_date=soon)
    letters.ends_soon()
    assert due() == [True, True]
    memberships.suspend(membership=membership, by=make_user())
    assert due() == [False, False]


def test_of_the_only_contact_point_administrators_are_told() -> None:
    administrator, point = make_user(roles=[Role.ADMINISTRATOR]), make_user(name="Ada", roles=[Role.CONTACT_POINT])
    soon = timezone.localdate() + datetime.timedelta(days=5)
    Membership.objects.filter(user=point).update(expires_date=soon)
    letters.ends_soon()
    assert set(Notice.objects.values_list("recipient", flat=True)) == {administrator.pk, point.pk}
    (said,) = letters.words_of(administrator, list(Notice.objects.filter(recipient=administrator))).values()
    assert "Ada" in said.text
    (said,) = letters.words_of(point, list(Notice.objects.filter(recipient=point))).values()
    assert "a contact point or an administrator" in said.text


@pytest.mark.parametrize("once", ["digest-1-2026-01-01", "answer-5", "invitation-x", "circle--", ""])
def test_other_mails_are_none_of_its_business(once: str) -> None:
    assert letters.still_due(once=once)
