"""A person's own page: who somebody is here, and nothing about anybody else."""

import pytest
from django.test import Client
from django.urls import reverse

from people.choices import MembershipState, Role
from tests.factories import make_circle, make_organisation, make_user

pytestmark = pytest.mark.django_db


def text_of(client: Client) -> str:
    response = client.get(reverse("people:account"))
    assert response.status_code == 200
    return response.content.decode()


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    response = client.get(reverse("people:account"))
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_a_member_sees_organisation_circles_and_what_can_be_read(client: Client) -> None:
    circle = make_circle("Major events")
    make_circle("Another circle")
    organisation = make_organisation("Police of the north", circles=[circle])
    client.force_login(make_user(name="Ada", organisation=organisation))
    page = text_of(client)
    for words in ("Ada", "Police of the north", "Vetted and active", "Major events", "TLP:AMBER+STRICT"):
        assert words in page
    assert "Another circle" not in page
    assert reverse("wagtailadmin_home") not in page


def test_somebody_not_vetted_reads_clear_only_and_has_no_role(client: Client) -> None:
    circle = make_circle("Major events")
    user = make_user(roles=[Role.REVIEWER], circles=[circle], state=MembershipState.REQUESTED)
    client.force_login(user)
    page = text_of(client)
    assert "Requested" in page
    assert "TLP:CLEAR" in page
    for words in ("TLP:GREEN", "TLP:AMBER", "Major events", "Technical reviewer", reverse("wagtailadmin_home")):
        assert words not in page


def test_a_partner_is_told_that_green_needs_a_release(client: Client) -> None:
    client.force_login(make_user(organisation=make_organisation(is_partner=True)))
    assert "released to partners" in text_of(client)


def test_a_curator_is_led_to_the_editing_interface(client: Client) -> None:
    client.force_login(make_user(roles=[Role.CURATOR]))
    page = text_of(client)
    assert "Curator" in page
    assert f'href="{reverse("wagtailadmin_home")}"' in page


def test_the_page_is_kept_by_no_cache(client: Client) -> None:
    client.force_login(make_user())
    assert client.get(reverse("people:account")).headers["Cache-Control"] == "private, no-store"


def test_no_name_can_bring_markup_into_the_page(client: Client) -> None:
    organisation = make_organisation("<script>alert(1)</script>")
    client.force_login(make_user(name="<b>Ada</b>", organisation=organisation))
    page = text_of(client)
    assert "<script>alert" not in page
    assert "<b>Ada" not in page
