"""Is a request answered once, by somebody who answers for the organisation, and never by whoever asks?"""

import datetime

import pytest
from django.core import mail
from django.utils import timezone

from people import joining, letters, notice_kinds, notice_mail, vetting
from people.choices import MailRhythm, MembershipState, RequestState, Role
from people.models import AccessRequest, Profile, User
from people.viewers import viewer_of
from tests.factories import confirm_address, make_organisation, make_request, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def point() -> User:
    return make_user(roles=[Role.CONTACT_POINT])


@pytest.fixture
def asked(point: User) -> AccessRequest:
    person = make_user("zqperson@example.org", member=False, name="Zq Person")
    place = point.memberships.get().organisation
    place.name = "Zqplace"
    place.save()
    return joining.ask(user=confirm_address(person), place=place, reason="Zqreason")


def test_whoever_may_answer_is_told_and_the_mail_names_nobody(asked: AccessRequest, point: User) -> None:
    (sent,) = mail.outbox
    assert sent.to == [point.email]
    assert "zq" not in f"{sent.subject}{sent.body}".lower()


def test_a_vetted_person_reads_as_a_member_for_a_year(asked: AccessRequest, point: User) -> None:
    vetting.approve(request=asked, by=point)
    assert viewer_of(asked.user).member
    membership = asked.user.memberships.get()
    assert membership.vetted_by == point
    assert membership.expires_date == timezone.localdate() + datetime.timedelta(days=365)
    assert mail.outbox[-1].to == [asked.user.email]
    assert "zq" not in f"{mail.outbox[-1].subject}{mail.outbox[-1].body}".lower()


@pytest.mark.parametrize("role", [None, *(role for role in Role if role != Role.ADMINISTRATOR)])
def test_a16_nobody_else_answers_it_whatever_their_role(asked: AccessRequest, role: str | None) -> None:
    stranger = make_user(roles=[role] if role else [])
    for refused in (
        lambda: vetting.approve(request=asked, by=stranger),
        lambda: vetting.decline(request=asked, by=stranger, reason="No"),
        lambda: vetting.pass_on(request=asked, by=stranger),
    ):
        with pytest.raises(vetting.NotYours):
            refused()
    assert AccessRequest.objects.get().state == RequestState.OPEN


@pytest.mark.parametrize("role", [Role.CONTACT_POINT, Role.ADMINISTRATOR])
def test_a16_nobody_vets_themselves(role: str) -> None:
    person = make_user(roles=[role])
    own = make_request(person, organisation=make_organisation())
    with pytest.raises(vetting.NotYours):
        vetting.approve(request=own, by=person)


def test_declined_with_a_reason_one_may_ask_again_after_thirty_days(asked: AccessRequest, point: User) -> None:
    with pytest.raises(vetting.ReasonMissing):
        vetting.decline(request=asked, by=point, reason="  ")
    vetting.decline(request=asked, by=point, reason="You have left the unit.")
    with pytest.raises(joining.TooSoon):
        joining.ask(user=asked.user, place=make_organisation(), reason="Again")
    AccessRequest.objects.update(decided_at=timezone.now() - joining.ASK_AGAIN_AFTER)
    joining.ask(user=asked.user, place=make_organisation(), reason="Again")


def test_passed_on_it_is_answered_by_administrators_only(asked: AccessRequest, point: User) -> None:
    chief = make_user(roles=[Role.ADMINISTRATOR])
    vetting.pass_on(request=asked, by=point)
    assert mail.outbox[-1].to == [chief.email]
    with pytest.raises(vetting.NotYours):
        vetting.approve(request=asked, by=point)
    vetting.approve(request=asked, by=chief)
    with pytest.raises(vetting.AlreadyDecided):
        vetting.decline(request=asked, by=chief, reason="Too late")


def test_an_organisation_that_is_only_described_is_chosen_by_the_administrator() -> None:
    chief = make_user(roles=[Role.ADMINISTRATOR])
    described = make_request(organisation_name="Zoo", organisation_country="BE", organisation_kind="operator")
    with pytest.raises(vetting.OrganisationMissing):
        vetting.approve(request=described, by=chief)
    place = make_organisation("The zoo")
    assert vetting.approve(request=described, by=chief, organisation=place).organisation == place


def test_one_open_request_for_each_person(asked: AccessRequest) -> None:
    with pytest.raises(joining.AlreadyAsked):
        joining.ask(user=asked.user, place=make_organisation(), reason="Once more")
    assert joining.withdraw(user=asked.user)
    joining.ask(user=asked.user, place=make_organisation(), reason="Elsewhere")


def said_to(user: User) -> list[str]:
    return [words.text for words in notice_kinds.words_for(user, user.notices.all()).values()]


def test_a47_nothing_is_told_of_a_request_that_was_answered_or_is_no_longer_the_persons_to_answer(
    asked: AccessRequest, point: User
) -> None:
    once = f"notice-{point.pk}-1"
    assert notice_mail.still_due(once=once)
    assert said_to(point) == ["Zq Person asks for access, and you may answer."]
    point.memberships.update(state=MembershipState.SUSPENDED)
    assert said_to(point) == []
    assert not notice_mail.still_due(once=once)
    point.memberships.update(state=MembershipState.ACTIVE)
    assert notice_mail.still_due(once=once)
    vetting.approve(request=asked, by=point)
    assert not notice_mail.still_due(once=once)


def test_the_inbox_says_how_a_request_was_answered_and_why_the_mail_does_not(asked: AccessRequest, point: User) -> None:
    vetting.decline(request=asked, by=point, reason="Zqanswer")
    assert said_to(asked.user) == ["Your request was declined (for: Zqplace). The reason: Zqanswer"]
    assert mail.outbox[-1].to == [asked.user.email]
    assert "zq" not in f"{mail.outbox[-1].subject}{mail.outbox[-1].body}".lower()
    stranger = make_user()
    assert notice_kinds.words_for(stranger, asked.user.notices.all()) == {}


def test_whoever_wants_no_mails_about_requests_gets_none(point: User) -> None:
    Profile.objects.create(user=point, mails={letters.ADMISSION: MailRhythm.NEVER})
    joining.ask(user=confirm_address(make_user(member=False)), place=point.memberships.get().organisation, reason="I")
    assert mail.outbox == []
    assert len(said_to(point)) == 1


def test_an_unconfirmed_address_tells_nobody() -> None:
    make_user(roles=[Role.ADMINISTRATOR])
    joining.ask(user=make_user(member=False), place=joining.Place("Zoo", "BE", "operator"), reason="I ask")
    assert mail.outbox == []


def test_requests_are_forgotten_a_year_after_they_were_settled(asked: AccessRequest, point: User) -> None:
    vetting.decline(request=asked, by=point, reason="No")
    assert joining.forget() == 0
    AccessRequest.objects.update(decided_at=timezone.now() - datetime.timedelta(days=366))
    assert joining.forget() == 1
