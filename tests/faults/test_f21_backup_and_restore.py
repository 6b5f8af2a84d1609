"""A backup made while others write is restored on an empty machine by the documented commands, and all is as it was."""

import json
import re
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import env_file, environment
from tests.faults.restorable import URL, WRITE, Site, wait_until

PASSPHRASE = "a passphrase for tests only\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("f21")
    (place / "passphrase").write_text(PASSPHRASE)
    return place


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Site]:
    """Give a site with content, of which every test makes what backups it needs."""
    site = Site(folder / "site")
    site.fill()
    yield site
    site.remove()


@pytest.fixture(scope="module")
def backup(site: Site, folder: Path) -> Path:
    """Give a sealed backup of the site, made while three processes wrote to it."""
    before = site.probe()
    site.more = {"BACKUP_PASSPHRASE_FILE": str(folder / "passphrase")}
    writers = [site.start("-c", WRITE) for _number in range(3)]
    try:
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "writing\n"
        told = site.managed("backup", str(folder / "backups"))
        assert all(writer.poll() is None for writer in writers)
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
    assert "secrets included" in told
    (path,) = (folder / "backups").iterdir()
    (folder / "before.json").write_text(json.dumps(before))
    return path


@pytest.fixture(scope="module")
def restored(backup: Path, folder: Path) -> Iterator[Site]:
    """Give an installation that was empty before the backup was restored to it."""
    site = Site(folder / "restored", more={"BACKUP_PASSPHRASE_FILE": str(folder / "passphrase")})
    (folder / "told.txt").write_text(site.managed("restore", str(backup)))
    yield site
    site.remove()


@pytest.fixture
def empty(tmp_path: Path, folder: Path) -> Iterator[Site]:
    """Give an installation without anything in it."""
    site = Site(tmp_path / "empty", more={"BACKUP_PASSPHRASE_FILE": str(folder / "passphrase")})
    yield site
    site.remove()


def content(site: Site) -> list[str]:
    """Return the names of what is in the folder of a site, without locks."""
    return sorted(path.name for path in site.folder.iterdir() if path.suffix != ".lock")


def only_line(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line with which a command failed."""
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_f21_all_is_as_it_was_after_a_restore_on_an_empty_machine(backup: Path, restored: Site, folder: Path) -> None:
    before = json.loads((folder / "before.json").read_text())
    told = (folder / "told.txt").read_text()
    assert "is whole" in restored.managed("verify_backup", str(backup))
    after = restored.probe()
    for what in ("anonymous", "ada", "login", "plan"):
        assert after[what] == before[what], what
    assert len(after["ada"][0][1]) > len(after["anonymous"][0][1])  # she reads more than anybody
    assert after["login"][3] is True
    # Written while the backup was made: whole transactions, and with each its upload.
    assert after["left"] == after["right"]
    assert len(after["left"]) >= 9
    assert set(after["left"]) <= set(after["written"])
    assert "migrations changed it" not in told
    assert re.search(r"^  kb_entry +6$", told, re.MULTILINE)
    restored.managed("verify_index")
    assert not (restored.folder / "restored-keys.env").exists()
    assert {"restore.json", "restore-staging"}.isdisjoint(content(restored))


def test_f21_a_restore_replaces_only_when_told_and_copies_first(backup: Path, restored: Site) -> None:
    restored.sql("INSERT INTO people_circle (name, purpose) VALUES ('newer than the backup', '')")
    newer = restored.folder / "media" / "newer.pdf"
    newer.write_bytes(b"newer")
    refused = only_line(restored.manage("restore", str(backup)))
    assert "There is data here already: the database 'default', uploads." in refused
    assert newer.exists()
    told = restored.managed("restore", str(backup), "--replace")
    (safety,) = (restored.folder / "before-restore").iterdir()
    assert str(safety) in told
    count = "SELECT count(*) FROM people_circle WHERE name LIKE 'newer%'"
    assert restored.sql(count) == [(0,)]
    assert not newer.exists()
    restored.managed("restore", str(safety), "--replace")
    assert restored.sql(count) == [(1,)]
    assert newer.read_bytes() == b"newer"


def test_f21_secrets_that_differ_are_named_and_written_for_the_owner_only(backup: Path, empty: Site) -> None:
    production = {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": "another-key-for-the-test-0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "ALLOWED_HOSTS": "commons.example.org",
        "EMAIL_HOST": "mail.example.org",
        "DEFAULT_FROM_EMAIL": "no-reply@example.org",
    }
    empty.more |= production
    told = empty.managed("restore", str(backup))
    path = empty.folder / "restored-keys.env"
    assert f"not those of this installation: SECRET_KEY. They are in {path}" in told
    assert "demonstration-only" not in told
    assert env_file.read(path, environment.NAMES) == {"SECRET_KEY": "demonstration-only-not-a-secret"}
    assert path.stat().st_mode & 0o077 == 0


def test_f21_nothing_is_restored_while_the_worker_runs(backup: Path, site: Site) -> None:
    worker = site.start("manage.py", "worker")
    try:
        assert worker.stdout is not None
        worker.stdout.readline()
        assert "still runs. End them, then restore." in only_line(site.manage("restore", str(backup), "--replace"))
    finally:
        worker.terminate()
        worker.communicate(timeout=30)


@pytest.mark.skipif(not URL, reason="only a server can tell who else is connected")
def test_f21_nothing_is_restored_while_another_machine_is_connected(backup: Path, empty: Site) -> None:
    import psycopg

    with psycopg.connect(empty.database):
        assert "1 other session(s) use the database" in only_line(empty.manage("restore", str(backup)))


def test_f21_a_wrong_passphrase_or_a_changed_file_changes_nothing(backup: Path, empty: Site, tmp_path: Path) -> None:
    (tmp_path / "other").write_text("quite another passphrase")
    done = empty.manage("restore", str(backup), "--passphrase-file", str(tmp_path / "other"))
    assert "The passphrase is not the one of this backup" in only_line(done)
    changed = bytearray(backup.read_bytes())
    changed[-5_000] ^= 4
    (tmp_path / "changed").write_bytes(changed)
    assert "Nothing was changed." in only_line(empty.manage("restore", str(tmp_path / "changed")))
    assert content(empty) == []


def add_upload(site: Site, size: int) -> Path:
    """Add an upload of so many bytes that takes no room on the disk."""
    path = site.folder / "media" / "large.bin"
    with path.open("wb") as upload:
        upload.truncate(size)
    return path


def test_f21_a_killed_backup_leaves_nothing_that_looks_whole(site: Site, tmp_path: Path) -> None:
    target = tmp_path / "backups"
    upload = add_upload(site, 60_000_000)
    try:
        process = site.start("manage.py", "backup", str(target))
        wait_until(lambda: any(path.stat().st_size > 1_000_000 for path in target.glob(".*")), "the backup")
        process.kill()
        process.communicate()
    finally:
        upload.unlink()
    assert [path.suffix for path in target.iterdir()] == [".unfinished"]
    site.managed("backup", str(target))
    assert [path.name.startswith("commons-") for path in target.iterdir()] == [True]


def test_f21_a_full_disk_stops_a_backup_in_one_line_and_the_site_goes_on(site: Site, tmp_path: Path) -> None:
    target = tmp_path / "backups"
    small = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))  # noqa: E731
    done = site.manage("backup", str(target), preexec_fn=small)
    assert only_line(done).startswith("CommandError: No backup was made.")
    assert not target.exists() or list(target.iterdir()) == []
    assert not (site.folder / "backup-staging").exists()
    assert json.loads((site.folder / "backups.json").read_text())["ok"] is False
    site.managed("backup", str(target))
    assert json.loads((site.folder / "backups.json").read_text())["ok"] is True


def test_f21_a_full_disk_stops_a_restore_before_anything_is_changed(backup: Path, empty: Site) -> None:
    small = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))  # noqa: E731
    done = empty.manage("restore", str(backup), preexec_fn=small)
    assert "Nothing was changed." in only_line(done)
    assert content(empty) == []


def test_f21_a_restore_killed_before_the_switch_has_changed_nothing(site: Site, empty: Site, tmp_path: Path) -> None:
    upload = add_upload(site, 60_000_000)
    try:
        site.managed("backup", str(tmp_path / "large"))
    finally:
        upload.unlink()
    (large,) = (tmp_path / "large").iterdir()
    process = empty.start("manage.py", "restore", str(large))
    wait_until(lambda: (empty.folder / "restore-staging").exists(), "unpacking")
    process.kill()
    process.communicate()
    assert not (empty.folder / "restore.json").exists()
    assert not (empty.folder / "commons.sqlite3").exists()
    assert not (empty.folder / "media").exists()
    empty.managed("restore", str(large))


def test_f21_a_restore_killed_in_the_switch_is_finished_by_one_command(backup: Path, empty: Site) -> None:
    process = empty.start("manage.py", "restore", str(backup))
    wait_until((empty.folder / "restore.json").exists, "the switch")
    process.kill()
    process.communicate()
    for words in (
        ["-c", "import config.wsgi"],
        ["manage.py", "worker", "--once"],
        ["manage.py", "restore", str(backup)],
    ):
        done = empty.run(*words)
        assert done.returncode != 0
        assert "manage.py restore --finish" in done.stderr
        assert "Traceback" not in done.stderr
    empty.managed("restore", "--finish")
    assert empty.probe()["login"][3] is True
