"""A restore is alone, and everything else can tell that one is under way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.backups import running
from tests.architecture.places import ROOT

HOLD = """
import sys
from pathlib import Path
from config.backups import running
getattr(running, sys.argv[1])(Path(sys.argv[2]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def held(tmp_path: Path):
    """Let another process share or claim the folder."""
    others = []

    def hold(verb: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", HOLD, verb, str(tmp_path)]
        other = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        others.append(other)
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        return other

    yield hold
    for other in others:
        other.kill()
        other.communicate()


@pytest.fixture(autouse=True)
def let_go(tmp_path: Path):
    yield
    handle = running._held.pop(tmp_path / "running.lock", None)
    if handle is not None:
        os.close(handle)


def test_a_restore_waits_for_nobody_and_says_that_the_site_runs(held, tmp_path: Path) -> None:
    other = held("share")
    running.share(tmp_path)
    with pytest.raises(running.StillRunning, match="End them"):
        running.claim(tmp_path)
    other.kill()
    other.wait()
    running.claim(tmp_path)


def test_nothing_starts_while_a_restore_runs(held, tmp_path: Path) -> None:
    held("claim")
    with pytest.raises(running.RestoreUnderWay, match="Start again"):
        running.share(tmp_path)


def test_a_folder_that_is_not_there_or_is_closed_keeps_nobody_from_starting(tmp_path: Path) -> None:
    running.share(tmp_path / "absent")
    assert not (tmp_path / "absent").exists()


def test_a_lock_that_cannot_be_opened_lets_no_restore_begin(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running.os, "open", refuse)
        with pytest.raises(running.StillRunning, match=r"running\.lock cannot be opened"):
            running.claim(tmp_path)
        running.share(tmp_path)


def refuse(*_words: object) -> int:
    raise PermissionError(13, "Permission denied")


def test_every_account_can_open_the_lock_whatever_the_mask_of_who_made_it(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        running.share(tmp_path)
    finally:
        os.umask(before)
    assert (tmp_path / "running.lock").stat().st_mode & 0o777 == 0o644


def test_a_journal_names_the_backup_even_when_torn(tmp_path: Path) -> None:
    running.refuse_unfinished(tmp_path)
    running.journal_path(tmp_path).write_text('{"archive": "commons-1.tar"}')
    with pytest.raises(running.RestoreUnderWay, match=r"restore of commons-1\.tar .* restore --finish"):
        running.refuse_unfinished(tmp_path)
    running.journal_path(tmp_path).write_text("{")
    with pytest.raises(running.RestoreUnderWay, match="restore --finish"):
        running.refuse_unfinished(tmp_path)
