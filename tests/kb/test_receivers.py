"""What of spills stands in the audit log, and what if it cannot?"""

from typing import Any

import pytest
from django.db import DatabaseError

from kb.choices import OpeningReason, ReportReason, SpillEvent
from kb.models import Spill
from kb.spills import procedure
from people import audit
from people.choices import Role
from tests.factories import make_entry, make_user
from tests.people.audit import log

pytestmark = pytest.mark.django_db


def away(*_args: Any, **_kwargs: Any) -> None:
    raise DatabaseError("locked")


def opened(about: str, key: str) -> Spill:
    return procedure.open_spill(about=about, key=key, reason=ReportReason.IDENTIFIES, by=None, vetted=False)


@pytest.mark.parametrize("typed", ["MrSmith", "Überblick", "/topics/?q=x"])
def test_what_somebody_typed_as_a_place_is_taken_and_stays_out_of_the_log(typed: str) -> None:
    log.empty()
    opened("site", typed)
    (row,) = log.events("spill")
    assert (row.object_kind, row.object_ids) == ("site", "")


def test_an_entry_is_named_by_its_identifier() -> None:
    entry = make_entry()
    log.empty()
    opened("entry", entry.public_id)
    (row,) = log.events("spill")
    assert row.object_ids.strip() == entry.public_id


def test_no_text_is_opened_past_its_marking_unrecorded(monkeypatch: pytest.MonkeyPatch) -> None:
    spill, officer = opened("entry", make_entry().public_id), make_user(roles=[Role.SECURITY_OFFICER])
    monkeypatch.setattr("people.audit.recording._added", away)
    with audit.acting(officer.pk):
        with pytest.raises(audit.NotRecorded):
            procedure.open_text(spill=spill, why=OpeningReason(OpeningReason.values[0]), by=officer.pk)
        procedure.freeze(spill=spill, by=officer.pk)
    assert not spill.steps.filter(event=SpillEvent.OPENED).exists()
