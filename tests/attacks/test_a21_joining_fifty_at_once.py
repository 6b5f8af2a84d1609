"""a21: fifty who answer, accept or ask at the same moment have exactly one effect."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import OperationalError, connections

from people import circles, invitations, joining, vetting
from people.choices import RequestState, Role
from people.models import AccessRequest, Circle, Membership
from people.signals import circle_changed, membership_changed
from tests.factories import confirm_address, make_circle, make_organisation, make_request, make_user

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 50
REFUSALS = (
    joining.AskingRefused,
    vetting.VettingRefused,
    invitations.InvitationRefused,
    circles.CircleRefused,
)


def at_once(*doings: Callable[[], object]) -> int:
    """Do each of these many times, all at the same moment; return how many were not refused."""
    start = threading.Barrier(10)

    def one(number: int) -> int:
        if number < 10:
            start.wait(timeout=30)
        try:
            return _done(doings[number % len(doings)])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        return sum(pool.map(one, range(TIMES)))


def _done(do: Callable[[], object]) -> int:
    """Do it; as often as the database is busy, send the form again, as the page then says."""
    for _try in range(2_000):
        try:
            do()
        except REFUSALS:
            return 0
        except OperationalError:
            time.sleep(0.01)
        else:
            return 1
    raise AssertionError("The database was busy throughout")


@pytest.fixture
def heard() -> Iterator[list[object]]:
    """Give what is announced meanwhile."""
    seen: list[object] = []

    def listen(**kwargs: object) -> None:
        seen.append(kwargs)

    for signal in (membership_changed, circle_changed):
        signal.connect(listen)
    yield seen
    for signal in (membership_changed, circle_changed):
        signal.disconnect(listen)


def test_a21_a_request_is_answered_once(heard: list[object]) -> None:
    point = make_user(roles=[Role.CONTACT_POINT])
    asked = make_request(organisation=point.memberships.get().organisation)
    answered = at_once(
        lambda: vetting.approve(request=asked, by=point),
        lambda: vetting.decline(request=asked, by=point, reason="No"),
    )
    assert answered == 1
    approved = AccessRequest.objects.get().state == RequestState.APPROVED
    assert Membership.objects.filter(user=asked.user).count() == len(heard) == int(approved)


def test_a21_an_invitation_is_taken_up_once(heard: list[object]) -> None:
    person = confirm_address(make_user(member=False))
    chief = make_user(roles=[Role.ADMINISTRATOR])
    invitations.invite(email=person.email, organisation=make_organisation(), by=chief)
    key = mail.outbox[-1].body.split("key=")[1].split()[0]
    assert at_once(lambda: invitations.accept(key=key, user=person)) == 1
    assert person.memberships.count() == len(heard) == 1


def test_a21_one_person_asks_once() -> None:
    person, place = confirm_address(make_user(member=False)), make_organisation()
    assert at_once(lambda: joining.ask(user=person, place=place, reason="I ask")) == 1
    assert AccessRequest.objects.count() == 1


def test_a21_a_circle_is_joined_once(heard: list[object]) -> None:
    circle, place = make_circle(), make_organisation()
    by = make_user()
    asked = circles.invite(circle=circle, organisation=place, by=by)
    heard.clear()
    done = at_once(
        lambda: circles.accept(invitation=asked, by=by),
        lambda: circles.decline(invitation=asked, by=by),
    )
    assert done == len(heard) == 1
    assert Circle.objects.get().organisations.count() <= 1
