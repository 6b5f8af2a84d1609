"""Are those told who must know that the audit log is not as it was written, and nobody else?"""

from collections.abc import Iterator

import pytest
from django.core import mail

from config import schedule
from people import audit, audit_alarm
from people.choices import MembershipState, Role
from people.models import Notice
from tests.factories import make_user
from tests.people.audit import log

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def broken(ground: None) -> Iterator[None]:
    log.empty()
    for _ in range(3):
        audit.record(event=audit.Event.LOGIN, actor=1)
    with log.unguarded() as cursor:
        cursor.execute("UPDATE people_auditrow SET actor = 9 WHERE sequence = 2")  # type: ignore[attr-defined]  # the stubs lack it
    yield


def test_the_nightly_check_tells_those_who_must_know_once() -> None:
    people = [make_user(roles=[role]) for role in (Role.AUDITOR, Role.SECURITY_OFFICER, Role.ADMINISTRATOR)]
    make_user(roles=[Role.CURATOR])
    make_user(roles=[Role.AUDITOR], state=MembershipState.ENDED)
    for _night in range(2):
        assert schedule.verify_audit() == "not whole: row 2 was changed"
    assert sorted(Notice.objects.values_list("recipient", flat=True)) == sorted(person.pk for person in people)
    assert len(mail.outbox) == 3
    for person, address in zip(people, ("/you/audit/", "/you/audit/", "/admin/status/"), strict=True):
        (said,) = audit_alarm.words(person, list(person.notices.all())).values()
        assert said.address == address
        assert "from row 2 on. It is still so." in said.text
    with log.unguarded() as cursor:
        cursor.execute("UPDATE people_auditrow SET actor = 1 WHERE sequence = 2")  # type: ignore[attr-defined]  # the stubs lack it
    schedule.verify_audit()
    (said,) = audit_alarm.words(people[0], list(people[0].notices.all())).values()
    assert "whole again" in said.text


def test_whoever_has_left_the_role_is_told_nothing_any_more() -> None:
    auditor = make_user(roles=[Role.AUDITOR])
    audit_alarm.raise_alarm(row=2)
    auditor.role_assignments.all().delete()
    assert audit_alarm.words(auditor, list(auditor.notices.all())) == {}
