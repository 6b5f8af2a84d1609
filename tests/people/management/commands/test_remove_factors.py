"""Does an operator bring somebody back who lost the second factor, with a row of the log and a mail?"""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from people import audit, factors
from people.choices import Role
from people.models import User
from tests.factories import PASSWORD, confirm_address, make_user
from tests.people.audit import log

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(ground: None) -> User:
    log.empty()
    return confirm_address(make_user("ada@example.org", roles=[Role.CURATOR]))


def give(person: User) -> None:
    for kind in Authenticator.Type.values:
        Authenticator.objects.create(user=person, type=kind, data={"secret": "x"})


def said(address: str) -> str:
    out = StringIO()
    call_command("remove_factors", address, stdout=out)
    return out.getvalue()


def test_every_factor_goes_with_every_visit_and_the_person_is_told(client: Client, ada: User) -> None:
    client.post(reverse("account_login"), {"login": ada.email, "password": PASSWORD})
    assert client.get(reverse("people:account")).status_code == 200
    other = make_user(roles=[Role.CURATOR])
    for person in (ada, other):
        give(person)
    mail.outbox.clear()
    assert "ada@example.org: no second factor any more" in said(" ADA@example.org ")
    assert not Authenticator.objects.filter(user=ada).exists()
    assert factors.has_factor(other)
    assert client.get(reverse("people:account")).status_code == 302
    (told,) = mail.outbox
    assert told.to == [ada.email]
    assert "removed your second factors" in told.body
    row = log.events()[-1]
    assert (row.event, row.actor, row.object_ids) == ("factor-removed", None, f" {ada.pk} ")


@pytest.mark.parametrize("address", ["nobody@example.org", "ada@example.org"])
def test_where_there_is_nothing_to_remove_it_says_so(ada: User, address: str) -> None:
    with pytest.raises(CommandError, match=r"No account|nothing was removed"):
        said(address)
    assert mail.outbox == []


def test_nothing_is_removed_unrecorded(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    give(ada)

    def refuse(**_about: object) -> None:
        raise audit.NotRecorded

    monkeypatch.setattr(audit, "record", refuse)
    with pytest.raises(CommandError, match="nothing was removed"):
        said(ada.email)
    assert factors.has_factor(ada)
    assert mail.outbox == []
