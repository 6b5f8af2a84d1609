"""Does whoever chooses circles see which of them hold partners, and only the own ones?"""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kb.forms.handling import LoweringForm
from kb.forms.markings import RelabelForm, own_circles
from people.choices import Role
from tests.factories import make_circle, make_entry, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Any:
    class World:
        inner, joint = make_circle("Inner"), make_circle("Joint")
        person = make_user(roles=[Role.CURATOR], circles=[inner, joint])
        partner = make_organisation("Zqpartner", is_partner=True, circles=[joint, make_circle("Elsewhere")])

    return World()


@pytest.mark.parametrize("form_class", [RelabelForm, LoweringForm])
def test_circles_with_partners_say_so_and_name_none(world: Any, form_class: Any) -> None:
    form = form_class(entry=make_entry(label="TLP:GREEN"), user=world.person)
    labels = [str(label) for _value, label in form.fields["circles"].choices]
    assert labels == ["Inner", "Joint (with partners from outside the EU)"]


def test_it_is_said_once_however_many_partners_are_in(world: Any) -> None:
    make_organisation(is_partner=True, circles=[world.joint])
    assert own_circles(world.person).count() == 2


def test_the_page_shows_it(world: Any, client: Client) -> None:
    client.force_login(world.person)
    page = client.get(reverse("kb:narrow", args=[make_entry(label="TLP:GREEN").public_id])).content.decode()
    assert "Joint (with partners from outside the EU)" in page
    assert "Zqpartner" not in page
