"""Do administrators, and they alone, see what is wrong and what to do, whatever is broken?"""

import json
import shutil
from collections import namedtuple
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config.status import machine, officers, running
from config.status.lights import Level
from kb.choices import ReportReason
from kb.spills import procedure
from people.audit import chain
from people.choices import MailState, Role
from people.models import OutgoingMail, TimedRun, WorkerPulse
from search import indexing
from tests.factories import make_entry, make_user

pytestmark = pytest.mark.django_db

Usage = namedtuple("Usage", "total used free")
OTHERS = [role for role in Role if role != Role.ADMINISTRATOR]


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(make_user(roles=[Role.ADMINISTRATOR]))
    return client


@pytest.fixture
def in_order(index_dir: Path, tmp_path: Path, settings: Any) -> None:
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    indexing.rebuild()
    chain.check()
    make_user(roles=[Role.SECURITY_OFFICER])
    WorkerPulse.objects.create(name="one", started_at=timezone.now(), seen_at=timezone.now())
    note = {"when": timezone.now().isoformat(), "where": "/secret/place/copy.tar", "ok": True, "size": 2048}
    (tmp_path / "backups.json").write_text(json.dumps(note), encoding="utf-8")


def test_a_site_without_security_officer_says_so_and_more_so_while_a_spill_waits() -> None:
    make_user(roles=[Role.SECURITY_OFFICER], state="ended")
    assert officers.security_officer().level == Level.LOOK
    key = make_entry().public_id
    procedure.open_spill(about="entry", key=key, reason=ReportReason.MARKING, by=None, vetted=False)
    light = officers.security_officer()
    assert light.level == Level.ACT
    assert "No security officer is named" in light.words
    make_user(roles=[Role.SECURITY_OFFICER])
    assert officers.security_officer().level == Level.FINE


def failed_task() -> DBTaskResult:
    return DBTaskResult.objects.create(
        status="FAILED",
        args_kwargs={"args": [1], "kwargs": {}},
        task_path="kb.notifications.tell_reviewers",
        backend_name="default",
        run_after=timezone.now(),
        finished_at=timezone.now(),
        worker_ids=["a"] * 5,
        exception_class_path="builtins.ValueError",
        traceback="ValueError: secret words",
    )


def given_up() -> OutgoingMail:
    return OutgoingMail.objects.create(
        state=MailState.GIVEN_UP,
        content={"to": ["ada@example.org"], "subject": "Zqsubject"},
        due_at=timezone.now(),
        settled_at=timezone.now(),
        attempts=30,
        trouble="SMTPRecipientsRefused 550",
    )


def addresses() -> list[str]:
    task, mail = failed_task(), given_up()
    return [
        reverse(name, args=[kind, str(key)])
        for name in ("status_retry", "status_drop")
        for kind, key in (("task", task.pk), ("mail", mail.pk))
    ]


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_finds_it(client: Client, role: str) -> None:
    client.force_login(make_user(roles=[role]))
    for address in [reverse("status"), *addresses()]:
        assert client.get(address).status_code in {404, 405}
        assert client.post(address).status_code in {404, 405}
    assert client.get(reverse("status")).status_code == 404
    assert DBTaskResult.objects.failed().count() == 1
    assert OutgoingMail.objects.filter(state=MailState.GIVEN_UP).count() == 1
    home = client.get("/admin/")
    assert home.status_code == 404 or reverse("status") not in home.content.decode()


def test_whoever_is_not_signed_in_is_led_to_the_login(client: Client) -> None:
    assert client.get(reverse("status")).status_code == 302


def test_all_is_in_order(administrator: Client, in_order: None) -> None:
    answer = administrator.get(reverse("status"))
    page = answer.content.decode()
    assert "Nothing needs you here." in page
    assert page.count("In order") == 13
    assert "no-store" in answer.headers["Cache-Control"]
    assert reverse("status") in administrator.get("/admin/").content.decode()
    call_command("status")


def test_a55_it_names_no_path_no_address_and_no_words(administrator: Client, in_order: None) -> None:
    make_entry("Zqtitle", announce=True)
    addresses()
    page = administrator.get(reverse("status")).content.decode()
    for secret in ("/secret", "ada@example.org", "Zqsubject", "Zqtitle", "secret words", 'sqlite3"', "/tmp"):
        assert secret not in page, secret
    assert "copy.tar" in page
    assert "ValueError" in page


def test_a_task_is_retried_once_however_often_it_is_asked_for(administrator: Client, in_order: None) -> None:
    task = failed_task()
    address = reverse("status_retry", args=["task", str(task.pk)])
    assert administrator.get(address).status_code == 405
    assert "It is tried again." in administrator.post(address, follow=True).content.decode()
    assert "Nothing was changed" in administrator.post(address, follow=True).content.decode()
    task.refresh_from_db()
    assert (task.status, task.worker_ids) == ("READY", [])


@pytest.mark.parametrize("kind", ["task", "mail"])
def test_what_failed_can_be_deleted(administrator: Client, in_order: None, kind: str) -> None:
    row = failed_task() if kind == "task" else given_up()
    address = reverse("status_drop", args=[kind, str(row.pk)])
    assert "It is deleted." in administrator.post(address, follow=True).content.decode()
    assert not type(row).objects.exists()
    assert administrator.post(address).status_code == 302


def test_what_waits_can_be_neither_retried_nor_deleted(administrator: Client, in_order: None) -> None:
    mail = OutgoingMail.objects.create(content={}, due_at=timezone.now(), attempts=3)
    for name in ("status_retry", "status_drop"):
        administrator.post(reverse(name, args=["mail", str(mail.pk)]))
    mail.refresh_from_db()
    assert mail.attempts == 3


@pytest.mark.parametrize("kind,key", [("task", "7"), ("mail", "abc"), ("nothing", "1")])
def test_an_address_that_names_nothing_is_unknown(administrator: Client, kind: str, key: str) -> None:
    assert administrator.post(reverse("status_retry", args=[kind, key])).status_code == 404


def test_a31_a_post_without_token_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(roles=[Role.ADMINISTRATOR]))
    assert client.post(reverse("status_drop", args=["task", str(failed_task().pk)])).status_code == 403
    assert DBTaskResult.objects.exists()


def broken(*_args: Any, **_kwargs: Any) -> Any:
    raise OperationalError("no such table: /secret")


def test_the_page_stands_while_nothing_else_does(
    administrator: Client, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "nowhere"
    settings.VAR_DIR = tmp_path / "nowhere"
    monkeypatch.setattr(cache, "get", broken, raising=False)
    monkeypatch.setattr(machine, "MigrationExecutor", broken)
    answer = administrator.get(reverse("status"))
    page = answer.content.decode()
    assert answer.status_code == 200
    for words in ("No worker is running.", "The search index cannot be used.", "No backup yet.", "(OperationalError)"):
        assert words in page, words
    assert "/secret" not in page
    with pytest.raises(CommandError):
        call_command("status", "--json")


def test_f13_a_full_disk_is_said_so(in_order: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, level in ((10 * 1024**3, Level.FINE), (10**9, Level.LOOK), (10**8, Level.ACT), (0, Level.ACT)):
        usage = Usage(100 * 1024**3, 0, free)
        monkeypatch.setattr(shutil, "disk_usage", lambda path, usage=usage: usage)
        assert machine.disk().level == level


@pytest.mark.parametrize(
    "note,level",
    [
        ("", Level.LOOK),
        ("{torn", Level.LOOK),
        ("[]", Level.LOOK),
        ('"words"', Level.LOOK),
        ('{"ok": true}', Level.ACT),
        ('{"ok": false, "when": "NOW", "where": "x", "size": 1}', Level.ACT),
        ('{"ok": true, "when": "NOW", "where": null, "size": "many"}', Level.FINE),
        ('[{"ok": false}, {"ok": true, "when": "NOW", "where": "x", "size": 1}]', Level.FINE),
        ('{"ok": true, "when": "2020-01-01T00:00:00", "where": "x", "size": 1}', Level.ACT),
        ('{"ok": true, "when": "YESTERDAY", "where": "x", "size": 1}', Level.LOOK),
    ],
)
def test_whatever_the_note_of_a_backup_holds_it_is_read(in_order: None, settings: Any, note: str, level: str) -> None:
    now = timezone.now()
    text = note.replace("NOW", now.isoformat()).replace("YESTERDAY", (now - timedelta(hours=30)).isoformat())
    (settings.VAR_DIR / "backups.json").write_text(text, encoding="utf-8")
    assert machine.backup().level == level


def test_a_worker_that_is_silent_or_has_trouble_is_shown(in_order: None) -> None:
    pulses, now = WorkerPulse.objects.all(), timezone.now()
    pulses.update(loops={"mail": {"done": None, "busy": 0, "trouble": "OSError"}})
    assert running.worker().level == Level.LOOK
    assert ("mail", "OSError") in running.worker().facts
    pulses.update(loops={"tasks": {"done": None, "busy": 500, "trouble": ""}})
    assert running.worker().level == Level.LOOK
    pulses.update(loops={}, seen_at=now - timedelta(seconds=40))
    assert running.worker().level == Level.LOOK
    pulses.update(seen_at=now, ended_at=now)
    assert running.worker().level == Level.ACT
    assert "never" not in dict(running.worker().facts).values()
    pulses.update(seen_at=now - timedelta(seconds=400), ended_at=None)
    assert running.worker().level == Level.ACT


def test_an_index_that_is_behind_or_has_given_up_is_shown(in_order: None) -> None:
    make_entry(announce=True)
    items = indexing.OutboxItem.objects.all()
    assert running.index().level == Level.FINE, "it was written a moment ago"
    items.update(created_at=timezone.now() - timedelta(minutes=3))
    assert running.index().words == "The index is 1 change behind."
    assert running.index().level == Level.LOOK
    items.update(created_at=timezone.now() - timedelta(minutes=30))
    assert running.index().level == Level.ACT
    items.update(attempts=indexing.GIVE_UP_AFTER)
    assert running.index().words == "1 work cannot be indexed and is not found."


def test_timed_work_that_failed_or_is_overdue_is_shown(in_order: None) -> None:
    assert running.timed_work().level == Level.FINE
    run = TimedRun.objects.create(name="cull-cache", due_at=timezone.now(), succeeded=False, outcome="OSError")
    assert "cull-cache" in running.timed_work().words
    TimedRun.objects.filter(pk=run.pk).update(succeeded=True, due_at=timezone.now() - timedelta(hours=2))
    assert "overdue" in running.timed_work().words


def test_a_migration_that_was_not_applied_is_shown(in_order: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.MigrationExecutor, "migration_plan", lambda self, targets: [1, 2])
    assert machine.database().words == "2 migrations have not been applied."
    assert machine.database().level == Level.ACT
