"""Does reading follow at once when an organisation joins or leaves a circle?"""

import pytest

from people import circles
from people.viewers import viewer_of
from tests.factories import make_entry, make_organisation, make_user

pytestmark = pytest.mark.django_db


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
