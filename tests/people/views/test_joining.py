"""Coming in: as a learner, with a request, by an invitation. No answer tells which addresses are known."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people import invitations, vetting
from people.choices import RequestState, Role
from people.models import AccessRequest, Invitation, Organisation, User
from people.viewers import viewer_of
from tests.factories import PASSWORD, confirm_address, make_organisation, make_request, make_user

pytestmark = pytest.mark.django_db
ASK = "/join/request/"


def wanted(place: Organisation | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Zq Person",
        "email": "New@Example.org",
        "organisation": place.pk if place else "",
        "role_wanted": "expert",
        "reason": "I advise cities.",
        "password1": PASSWORD,
        "password2": PASSWORD,
        **changes,
    }


@pytest.fixture
def listed() -> Organisation:
    place = make_organisation("Zqlisted")
    place.listed = True
    place.save()
    return place


def confirm_by_mail(client: Client) -> None:
    (link,) = re.findall(r"/account/confirm-email/\S+", mail.outbox[-1].body)
    assert client.get(link).status_code == 200
    assert client.post(link).status_code == 302


def test_somebody_asks_confirms_is_vetted_and_reads_as_a_member(client: Client, listed: Organisation) -> None:
    point = make_user(organisation=listed, roles=[Role.CONTACT_POINT])
    assert client.post(ASK, wanted(listed)).status_code == 302
    assert [sent.to for sent in mail.outbox] == [["new@example.org"]]
    confirm_by_mail(client)
    assert mail.outbox[-1].to == [point.email]
    person = User.objects.get(email="new@example.org")
    assert not viewer_of(person).member
    vetting.approve(request=AccessRequest.objects.get(), by=point)
    assert viewer_of(person).member
    assert client.post("/account/login/", {"login": person.email, "password": PASSWORD}).status_code == 302
    assert "Zqlisted" in client.get("/you/").content.decode()


def test_only_organisations_that_agreed_are_named(client: Client, listed: Organisation) -> None:
    hidden = make_organisation("Zqhidden")
    page = client.get(ASK).content.decode()
    assert "Zqlisted" in page
    assert "Zqhidden" not in page
    refused = client.post(ASK, wanted(hidden))
    assert refused.status_code == 200
    assert not User.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize("known", ["a member", "never confirmed"])
def test_a27_the_answer_is_the_same_for_a_known_address(listed: Organisation, known: str) -> None:
    old = make_user("old@example.org")
    if known == "a member":
        confirm_address(old)
    else:
        EmailAddress.objects.create(user=old, email=old.email, verified=False, primary=True)
    answers = []
    for address in ("old@example.org", "new@example.org"):
        client = Client()
        answer = client.post(ASK, wanted(listed, email=address))
        page = client.get(answer.url)
        answers.append((answer.status_code, answer.url, sorted(client.cookies), page.status_code, len(page.content)))
    assert answers[0] == answers[1]
    assert AccessRequest.objects.get().user.email == "new@example.org"


def test_what_was_typed_is_kept_and_what_is_wrong_is_said(client: Client) -> None:
    response = client.post(ASK, wanted(organisation_name="Zqzoo", organisation_country="Belgium", reason="Zqreason"))
    page = response.content.decode()
    assert response.status_code == 200
    for words in ("Zqzoo", "Zqreason", "New@Example.org", "two letters"):
        assert words in page
    assert PASSWORD not in page


def test_an_organisation_can_be_described_instead(client: Client) -> None:
    described = {"organisation_name": "Zqzoo", "organisation_country": "be", "organisation_kind": "operator"}
    client.post(ASK, wanted(**described))
    assert AccessRequest.objects.get().organisation_country == "BE"


def test_a_learner_has_a_confirmed_address_and_nothing_else(client: Client) -> None:
    client.post("/account/signup/", {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD})
    confirm_by_mail(client)
    viewer = viewer_of(User.objects.get(email="new@example.org"))
    assert (viewer.member, viewer.partner, viewer.circles, viewer.roles) == (False, False, frozenset(), frozenset())


def test_signed_in_one_asks_once_and_may_take_it_back(client: Client, listed: Organisation) -> None:
    person = confirm_address(make_user(member=False))
    client.force_login(person)
    data = {"organisation": listed.pk, "role_wanted": "expert", "reason": "Zqreason"}
    assert client.post(ASK, data).status_code == 302
    assert "Zqlisted" in client.get(ASK).content.decode()
    assert client.post(ASK, data).status_code == 200
    assert AccessRequest.objects.count() == 1
    client.post("/join/request/withdraw/")
    assert AccessRequest.objects.get().state == RequestState.WITHDRAWN


def test_a_declined_person_reads_the_reason_and_when_to_ask_again(client: Client) -> None:
    asked = make_request(state=RequestState.DECLINED, decided_at=timezone.now(), decline_reason="Zqwhy")
    client.force_login(asked.user)
    assert "Zqwhy" in client.get("/you/").content.decode()
    assert "declined" in client.get(ASK).content.decode()
    assert "<textarea" not in client.get(ASK).content.decode()


def invited(email: str, **options: Any) -> str:
    chief = make_user(roles=[Role.ADMINISTRATOR])
    invitations.invite(email=email, organisation=make_organisation("Zqplace"), by=chief, **options)
    (link,) = re.findall(r"/join/invited/\S+", mail.outbox[-1].body)
    return link


def test_an_invited_address_makes_an_account_and_is_a_member(client: Client) -> None:
    link = invited("new@example.org")
    assert "Zqplace" in client.get(link).content.decode()
    weak = client.post(link, {"name": "Zq", "password1": "short", "password2": "short"})
    assert weak.status_code == 200
    assert client.post(link, {"name": "Zq", "password1": PASSWORD, "password2": PASSWORD}).url == "/account/login/"
    assert viewer_of(User.objects.get(email="new@example.org")).member
    assert client.get(link).status_code == 404
    assert client.post("/account/login/", {"login": "new@example.org", "password": PASSWORD}).status_code == 302
    assert client.get("/you/").status_code == 200


def test_an_existing_account_accepts_only_signed_in_and_only_with_the_invited_address(client: Client) -> None:
    known = confirm_address(make_user("known@example.org", member=False))
    link = invited("known@example.org")
    client.post(link, {"name": "Zq", "password1": PASSWORD, "password2": PASSWORD})
    client.force_login(confirm_address(make_user("other@example.org")))
    client.post(link)
    assert not viewer_of(known).member
    client.force_login(known)
    assert client.post(link).status_code == 302
    assert viewer_of(known).member


def test_a_stranger_who_is_signed_in_does_not_take_up_the_invitation_of_a_new_address(client: Client) -> None:
    link = invited("new@example.org")
    client.force_login(confirm_address(make_user()))
    client.post(link, {"name": "Zq", "password1": PASSWORD, "password2": PASSWORD})
    assert Invitation.objects.get().state == "open"


@pytest.mark.parametrize("key", ["", "wrong", "x" * 5000, "\0", "ä"])
def test_a_key_of_nobodys_opens_nothing(client: Client, key: str) -> None:
    response = client.get("/join/invited/", {"key": key})
    assert response.status_code in {400, 404}
    assert "no longer holds" in response.content.decode()


@pytest.mark.parametrize("path", ["/join/", "/fr/join/", "/de/join/"])
def test_the_ways_in_are_told_without_a_cookie(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200
    assert not client.cookies


def test_asking_is_limited_by_address(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"signup": "2/h/ip"}
    described = {"organisation_name": "Zqzoo", "organisation_country": "be", "organisation_kind": "operator"}
    for number in range(2):
        assert Client().post(ASK, wanted(email=f"p{number}@example.org", **described)).status_code == 302
    assert Client().post(ASK, wanted(email="p3@example.org", **described)).status_code == 429


def test_a_known_address_costs_a_password_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    confirm_address(make_user("old@example.org"))
    hashed: list[str] = []
    monkeypatch.setattr(User, "set_password", lambda self, raw: hashed.append(raw))
    client.post("/account/signup/", {"email": "old@example.org", "password1": PASSWORD, "password2": PASSWORD})
    assert hashed == [PASSWORD]
    assert reverse("join:welcome") in client.get("/account/login/").content.decode()
