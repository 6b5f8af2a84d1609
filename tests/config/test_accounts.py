"""Nobody but the account of the site leaves files in its folder."""

import os
from pathlib import Path

import pytest

from config import refusals, upgrading
from config.accounts import wrong_account
from config.backups import conditions, making, sources
from config.backups.facts import BackupNotMade, NotRestored


@pytest.fixture
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings) -> Path:
    """Give a VAR_DIR of another account to root, or what looks like that."""
    var = tmp_path / "var"
    var.mkdir()
    if os.geteuid() == 0:
        os.chown(var, 65534, 65534)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(sources, "var_dir", lambda: var)
    settings.VAR_DIR = var
    return var


def test_root_is_told_whose_folder_it_is(foreign: Path) -> None:
    assert wrong_account(foreign) == (
        f"this is root, and {foreign} belongs to another account; "
        f"run it as that account: sudo -u '#{foreign.stat().st_uid}' …"
    )


def test_every_other_account_and_a_folder_of_its_own_are_fine(tmp_path: Path, monkeypatch) -> None:
    assert wrong_account(tmp_path) == ""
    assert wrong_account(tmp_path / "absent") == ""
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    assert wrong_account(tmp_path) == ""


def test_start_backup_restore_and_upgrade_are_refused_and_leave_nothing(foreign: Path) -> None:
    with pytest.raises(BackupNotMade, match="This is root") as backup:
        making.make(folder=foreign / "backups", passphrase_file="")
    with pytest.raises(NotRestored, match="This is root"):
        conditions.be_alone()
    with pytest.raises(upgrading.UpgradeFailed, match="This is root"):
        upgrading.upgrade(say=print)
    assert refusals.unwritable()[-1].startswith("this is root")
    assert "\n" not in str(backup.value)
    assert list(foreign.iterdir()) == []
