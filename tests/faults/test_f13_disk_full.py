"""The disk is full: what cannot be stored is said clearly, reading goes on, and all heals with the room."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import machine
from tests.faults.processes import Site, Sites
from tests.faults.test_f12_database_locked import edit_form, kept

ROOM = 64  # MB of the small disk


@pytest.fixture(scope="module")
def small(sites: Sites, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a running site on a disk of its own that is soon full."""
    if machine.on_postgresql():
        pytest.skip("the disk of the database server is not ours to fill")
    disk = tmp_path_factory.mktemp("disk")
    command = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}m", "psa-commons-test", str(disk)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("no right to make a small disk")
    try:
        var = disk / "var"
        var.mkdir()
        site = sites.copy("small", var, DATABASE_WAIT="1")
        site.start_web()
        yield site
        site.stop()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


class Balloon:
    """Takes all the room there is."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "balloon"

    def __enter__(self) -> None:
        with self.path.open("wb", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    continue

    def __exit__(self, *reason: object) -> None:
        self.path.unlink()


def test_f13_a_full_disk_is_said_and_reading_goes_on(small: Site) -> None:
    key = small.number(
        "SELECT min(id) FROM kb_entry WHERE live AND kind = 'practice' AND translation_status = 'original'"
    )
    path = f"/admin/snippets/kb/entry/edit/{key}/"
    curator, anonymous = small.visitor("curator"), small.visitor()
    curator.get("/admin/")
    form = edit_form(curator, path)
    form["summary"] = ["zq words that must not be lost " + "x" * 400]
    entry = small.rows("SELECT public_id FROM kb_entry WHERE live ORDER BY id LIMIT 1")[0][0]
    revisions = small.number("SELECT count(*) FROM wagtailcore_revision")
    with Balloon(small.var.parent):
        answers = [curator.post(path, form) for _try in range(3)]
        for address in ("/", "/search/?q=barrier", "/topics/", f"/entries/{entry}/"):
            assert (anonymous.get(address).status, address) == (200, address)
        assert curator.get(f"/entries/{entry}/").status == 200
    # Room that the log of the database still had may have been enough for one.
    refused = [answer for answer in answers if answer.status != 302]
    assert refused, [answer.status for answer in answers]
    assert {answer.status for answer in refused} <= {200, 507}
    told = [answer for answer in answers if answer.status == 507]
    assert told
    assert "disk of the site is full" in told[0].text
    assert kept(told[0])["summary"] == form["summary"]
    assert int(told[0].headers["Retry-After"]) > 0
    fresh = edit_form(curator, path)
    assert curator.post(path, {**fresh, "summary": form["summary"]}).status == 302
    assert small.number("SELECT count(*) FROM wagtailcore_revision") > revisions
    assert small.rows("PRAGMA integrity_check") == [("ok",)]
    assert "zq words" not in small.said()


def test_f13_an_upload_that_finds_no_room_is_refused_and_later_taken(small: Site) -> None:
    curator = small.visitor("curator")
    path = "/admin/files/new/"
    page = curator.get(path)
    form = {"csrfmiddlewaretoken": page.token, "title": "A plan", "label": "TLP:CLEAR"}
    files = {"file": ("plan.txt", b"Shut the gate. " * 20_000)}
    with Balloon(small.var.parent):
        refused = curator.upload(path, form, files)
        assert refused.status == 507
        assert curator.get("/").status == 200
    taken = curator.upload(path, form, files)
    assert taken.status in {200, 302}
    assert "A plan" in curator.get("/admin/files/").text


def test_f13_a_log_that_cannot_be_written_crashes_nothing(sites: Sites) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no device that is always full")
    site = sites.copy("mute")
    site.start_web(out=full)
    visitor = site.visitor()
    answers: list[Any] = [visitor.get("/nowhere/").status for _try in range(20)]
    assert set(answers) == {404}
    assert visitor.get("/").status == 200
    site.stop()
