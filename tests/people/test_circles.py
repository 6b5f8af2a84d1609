"""Does reading follow at once when an organisation joins or leaves a circle?"""

import pytest
from django.core import mail

from people import circles, notice_kinds
from people.choices import Role
from people.models import CircleInvitation, User
from people.viewers import viewer_of
from tests.factories import make_entry, make_organisation, make_user

pytestmark = pytest.mark.django_db


def said_to(user: User) -> list[str]:
    return [words.text for words in notice_kinds.words_for(user, user.notices.all()).values()]


def test_joining_opens_and_leaving_closes_at_once() -> None:
    place = make_organisation()
    user = make_user(organisation=place)
    circle = circles.found(name="Venues", purpose="Venues of the capital")
    entry = make_entry(label="TLP:AMBER", circles=[circle])
    rows = type(entry).objects
    assert not rows.visible_to(viewer_of(user)).exists()
    circles.join(circle=circle, organisation=place)
    assert rows.visible_to(viewer_of(user)).exists()
    circles.leave(circle=circle, organisation=place)
    assert not rows.visible_to(viewer_of(user)).exists()


def test_joining_twice_and_leaving_what_one_is_not_in_are_said() -> None:
    place = make_organisation()
    circle = circles.found(name="Venues", organisations=[place])
    with pytest.raises(circles.AlreadyIn):
        circles.join(circle=circle, organisation=place)
    circles.leave(circle=circle, organisation=place)
    with pytest.raises(circles.NotIn, match="not in the circle"):
        circles.leave(circle=circle, organisation=place)


def test_a_proposed_circle_holds_those_who_said_yes() -> None:
    own, willing, unwilling = make_organisation(), make_organisation(is_partner=True), make_organisation()
    by, reader = make_user(organisation=own), make_user(organisation=willing)
    point = make_user(organisation=willing, roles=[Role.CONTACT_POINT])
    circle = circles.propose(name="Joint", purpose="", organisation=own, asked=[willing, unwilling], by=by)
    entry = make_entry(label="TLP:AMBER", circles=[circle])
    rows = type(entry).objects
    assert not rows.visible_to(viewer_of(reader)).exists()
    assert said_to(point) == [f"{willing} is asked into the circle “Joint”, and you may answer."]
    assert (mail.outbox[0].to, "Joint" in mail.outbox[0].body) == ([point.email], False)
    circles.accept(invitation=CircleInvitation.objects.get(organisation=willing), by=reader)
    assert rows.visible_to(viewer_of(reader)).exists()
    assert said_to(point) == []
    asked = CircleInvitation.objects.get(organisation=unwilling)
    circles.decline(invitation=asked, by=by)
    assert set(circle.organisations.all()) == {own, willing}
    with pytest.raises(circles.AnsweredAlready):
        circles.accept(invitation=asked, by=by)


def test_an_organisation_is_asked_once_and_names_differ_where_they_are_known() -> None:
    own, other = make_organisation(), make_organisation()
    by = make_user(organisation=own)
    circle = circles.propose(name="Joint", purpose="", organisation=own, asked=[other], by=by)
    with pytest.raises(circles.AlreadyAsked):
        circles.invite(circle=circle, organisation=other, by=by)
    with pytest.raises(circles.AlreadyIn):
        circles.invite(circle=circle, organisation=own, by=by)
    for place in (own, other):
        with pytest.raises(circles.NameTaken):
            circles.propose(name="joint", purpose="", organisation=place, asked=[], by=by)
    # Somebody who knows nothing of it learns nothing of it either.
    circles.propose(name="Joint", purpose="", organisation=make_organisation(), asked=[], by=by)
