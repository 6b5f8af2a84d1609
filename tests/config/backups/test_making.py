"""One file, whole or absent; the oldest go; nobody who is signed in and no cache is in it."""

import errno
import os
import stat
from pathlib import Path

import pytest

from config.backups import archive, making, reading, record, sources, sqlite
from config.backups.facts import BackupNotMade
from tests.config.backups.backed_up import PASSPHRASE, make_small_site


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    return make_small_site(tmp_path / "site", monkeypatch)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_only_its_owner_reads_it(site) -> None:
    made = site.make()
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(site.backups.stat().st_mode) == 0o700
    assert made.size == made.path.stat().st_size
    assert not (site.folder / making.STAGING).exists()


def test_a_sealed_one_holds_nothing_in_the_clear(site) -> None:
    made = site.make(passphrase=PASSPHRASE)
    assert made.path.name.endswith(".tar.sealed")
    content = made.path.read_bytes()
    assert b"note" not in content
    assert b"plan.pdf" not in content
    assert reading.verify(made.path, PASSPHRASE) == made.manifest


def test_nobody_who_is_signed_in_is_in_it_not_even_in_free_pages(site, tmp_path: Path) -> None:
    reading.unpack(site.make().path, None, lambda name: tmp_path / "out" / name, plain=True)
    packed, plain = tmp_path / "out" / "databases" / f"default{archive.SNAPSHOT}", tmp_path / "plain.sqlite3"
    counts = {"note": 10, "django_session": 0, "django_migrations": 1}
    sqlite.unpack(packed, plain, size=site.make().manifest.databases["default"].size, expected=counts)
    assert b"note 3" in plain.read_bytes()
    assert b"somebody-is-signed-in" not in plain.read_bytes()
    assert sqlite.tables(site.database)["django_session"] == 1


def test_secrets_can_be_left_out(site) -> None:
    made = site.make(keys=False)
    assert archive.KEYS not in made.manifest.members
    assert b"the key of the small site" not in made.path.read_bytes()


def test_the_newest_are_kept_and_other_files_left_alone(site) -> None:
    site.backups.mkdir()
    old = [f"commons-2026010{day}T020000Z.tar{end}" for day, end in ((1, ""), (2, ".sealed"), (3, ""))]
    others = ["commons-20260101T020000Z.tar.copy", "notes.txt", "my-commons-20260101T020000Z.tar"]
    for name in [*old, *others]:
        (site.backups / name).write_text("x")
    made = site.make(keep=2)
    assert made.removed == old[:2]
    assert names(site.backups) == sorted([*others, old[2], made.path.name])


def test_what_a_killed_backup_left_is_swept_away_but_not_what_is_being_written(site) -> None:
    import fcntl

    site.backups.mkdir()
    left, written = (site.backups / f".commons-2026010{day}T020000Z.tar.unfinished" for day in (1, 2))
    left.write_text("half")
    with written.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        site.make()
        assert written.exists()
    assert not left.exists()


def test_a_second_backup_at_the_same_time_is_refused(site) -> None:
    with making._alone(), pytest.raises(BackupNotMade, match="Another backup"):
        site.make()


def test_a_full_disk_is_said_in_one_line_and_leaves_nothing(site, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_words: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    site.make()
    before = names(site.backups)
    with monkeypatch.context() as failing:
        failing.setattr(os, "fsync", full)
        with pytest.raises(BackupNotMade, match="not enough room") as problem:
            making.make(folder=site.backups, passphrase_file="", keep=1)
    assert "\n" not in str(problem.value)
    assert names(site.backups) == before
    noted = record.last_backup()
    assert noted is not None
    assert not noted.ok
    assert "not enough room" in noted.problem


def test_a_damaged_database_is_not_backed_up_as_if_it_were_whole(site) -> None:
    content = bytearray(site.database.read_bytes())
    content[4096 : 4096 + 200] = b"\xff" * 200
    site.database.write_bytes(content)
    with pytest.raises(BackupNotMade, match="could not be copied"):
        site.make()
    assert names(site.backups) == []


def test_a_missing_database_is_named_and_not_made(site) -> None:
    site.database.unlink()
    with pytest.raises(BackupNotMade, match="no database at"):
        site.make()
    assert not site.database.exists()


def test_an_upload_that_is_deleted_meanwhile_is_noted(site, monkeypatch: pytest.MonkeyPatch) -> None:
    walk = os.walk

    def walk_and_delete(root: Path):
        for folder, folders, found in walk(root):
            (site.media / "plan.pdf").unlink(missing_ok=True)
            yield folder, folders, found

    # Listed first, gone when it is opened.
    monkeypatch.setattr(Path, "is_file", lambda path: True)
    monkeypatch.setattr(making.os, "walk", walk_and_delete)
    made = site.make()
    assert made.manifest.gone == ["plan.pdf"]
    assert "media/plan.pdf" not in made.manifest.members
    assert reading.verify(made.path, None, plain=True)


def test_an_upload_that_shrinks_while_it_is_read_stops_the_backup(site, monkeypatch: pytest.MonkeyPatch) -> None:
    add = archive.Writer.add

    def add_too_much(writer, name, source, *, size, changed=0):
        add(writer, name, source, size=size + (name == "media/plan.pdf"), changed=changed)

    monkeypatch.setattr(archive.Writer, "add", add_too_much)
    with pytest.raises(BackupNotMade, match=r"'plan\.pdf' cannot be copied"):
        site.make()
    assert names(site.backups) == []


def test_links_among_the_uploads_are_not_followed(site) -> None:
    (site.media / "link").symlink_to("/etc/hostname")
    assert "media/link" not in site.make().manifest.members


def test_a_folder_inside_the_uploads_is_refused(site) -> None:
    with pytest.raises(BackupNotMade, match="inside the folder of uploads"):
        making.write(folder=site.media / "backups", passphrase=None)


def test_how_it_went_is_noted_for_the_status_page(site, tmp_path: Path) -> None:
    assert record.last_backup() is None
    made = making.make(folder=site.backups, passphrase_file="")
    noted = record.last_backup()
    assert noted is not None
    assert (noted.ok, noted.where, noted.size, noted.sealed) == (True, made.path.name, made.size, False)
    with pytest.raises(BackupNotMade):
        making.make(folder=site.backups, passphrase_file=str(tmp_path / "absent"))
    later = record.last_backup()
    assert later is not None
    assert (later.ok, later.last_good) == (False, noted.when)
    (site.folder / record.NAME).write_text("{torn")
    assert record.last_backup() is None


def test_the_secrets_of_the_settings_are_found_by_their_names(settings) -> None:
    settings.FIELD_KEYS = ["one", "two"]
    settings.EMAIL_HOST_PASSWORD = ""
    found = sources.secrets()
    assert found["SECRET_KEY"] == settings.SECRET_KEY
    assert found["FIELD_KEYS"] == ["one", "two"]
    assert "EMAIL_HOST_PASSWORD" not in found
    assert "AUTH_PASSWORD_VALIDATORS" not in found
