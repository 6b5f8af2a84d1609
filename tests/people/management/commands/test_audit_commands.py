"""Do the commands of the audit log say what is so, and end with an error where something is wrong?"""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from people import audit
from people.audit_rows import AuditCheckpoint
from tests.factories import make_user
from tests.people.audit import log

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def three_rows(ground: None) -> Iterator[None]:
    log.empty()
    for actor in (1, 2, 3):
        audit.record(event=audit.Event.VIEW, actor=actor, kind="entry", ids=["k7m2q9"])
    yield


def said(*words: str, **options: object) -> str:
    out = StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()


def test_a_log_that_is_whole_is_said_to_be_and_the_check_is_recorded(tmp_path: Path) -> None:
    head = tmp_path / "head"
    assert "whole: 3 rows" in said("verify_audit", keep=str(head))
    assert json.loads(head.read_text())["sequence"] == 3
    assert log.events()[-1].event == "audit-checked"
    assert "whole: 4 rows" in said("verify_audit", against=str(head))


def test_a_row_that_was_changed_ends_the_command_with_its_number() -> None:
    with log.unguarded() as cursor:
        cursor.execute("UPDATE people_auditrow SET actor = 9 WHERE sequence = 2")  # type: ignore[attr-defined]  # the stubs lack it
    with pytest.raises(CommandError, match="row 2 was changed"):
        said("verify_audit")
    last = AuditCheckpoint.objects.first()
    assert last is not None and not last.sound
    assert log.events()[-1].outcome == "failed"


def test_an_end_that_was_cut_off_is_found_against_a_head_from_outside(tmp_path: Path) -> None:
    head = tmp_path / "head"
    said("verify_audit", keep=str(head))
    AuditCheckpoint.objects.all().delete()
    with log.unguarded() as cursor:
        cursor.execute("DELETE FROM people_auditrow WHERE sequence > 2")  # type: ignore[attr-defined]  # the stubs lack it
    with pytest.raises(CommandError, match="row 3 is missing"):
        said("verify_audit", against=str(head))


@pytest.mark.parametrize("text", [None, "torn"])
def test_a_head_that_cannot_be_read_is_no_proof(tmp_path: Path, text: str | None) -> None:
    head = tmp_path / "head"
    if text is not None:
        head.write_text(text)
    with pytest.raises(CommandError):
        said("verify_audit", against=str(head))


def test_an_export_holds_every_row_and_is_only_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    assert "SHA-256" in said("export_audit", str(path))
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(row["sequence"], row["actor"]) for row in rows[:3]] == [(1, 1), (2, 2), (3, 3)]
    assert rows[3]["event"] == "audit-exported"
    assert path.stat().st_mode & 0o077 == 0
    assert "whole: 4 rows" in said("verify_audit", file=[str(path)])
    with pytest.raises(CommandError, match="there already"):
        said("export_audit", str(path))


def test_of_a_narrowed_export_it_is_said_that_it_has_gaps(tmp_path: Path) -> None:
    audit.record(event=audit.Event.LOGIN, actor=4, kind="person", ids=[4])
    audit.record(event=audit.Event.VIEW, actor=5, kind="entry", ids=["k7m2q9"])
    path, table, whole = (tmp_path / name for name in ("views.jsonl", "all.csv", "all.jsonl"))
    for narrowed, options in ((path, {"event": "view"}), (table, {})):
        assert "cannot check it" in said("export_audit", str(narrowed), **options)
    with pytest.raises(CommandError, match=r"has gaps: row 4 is missing\. If it was narrowed"):
        said("verify_audit", file=[str(path)])
    with pytest.raises(CommandError, match="takes JSON lines"):
        said("verify_audit", file=[str(table)])
    assert "cannot" not in said("export_audit", str(whole), since="2026-01-01")
    assert "is whole" in said("verify_audit", file=[str(whole)])


def test_an_export_can_be_narrowed(tmp_path: Path) -> None:
    path, user = tmp_path / "audit.csv", make_user("ada@example.org")
    audit.record(event=audit.Event.LOGIN, actor=user.pk, kind="person", ids=[user.pk])
    said("export_audit", str(path), person="ADA@example.org", event="login")
    rows = list(csv.DictReader(StringIO(path.read_text())))
    assert [(row["event"], row["actor"]) for row in rows] == [("login", str(user.pk))]
    assert "example" not in path.read_text()
    for wrong in (
        {"person": "eve@example.org"},
        {"since": "yesterday"},
        {"since": "2026-02-01", "until": "2026-01-01"},
    ):
        with pytest.raises(CommandError):
            said("export_audit", str(tmp_path / "other.csv"), **wrong)
    assert not (tmp_path / "other.csv").exists()
