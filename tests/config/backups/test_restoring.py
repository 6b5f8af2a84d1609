"""A restore is whole or has changed nothing, and says which."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.backups import conditions, keys, restoring, running, sqlite, switching
from config.backups.facts import NotRestored
from config.backups.restoring import Restored
from tests.architecture.places import ROOT
from tests.config.backups.backed_up import PASSPHRASE, SmallSite, make_small_site

SHARE = "import sys; from pathlib import Path; from config.backups import running; running.share(Path(sys.argv[1])); "
SHARE += "print('shared', flush=True); sys.stdin.read()"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallSite]:
    """Give a site of which nobody is asked but its files: no migrations, no cache, no index."""
    site = make_small_site(tmp_path / "site", monkeypatch)
    monkeypatch.setattr(restoring, "call_command", lambda *words, **options: None)
    monkeypatch.setattr(restoring, "_count", lambda state: {})
    monkeypatch.setattr(switching, "_make_anew", lambda restored, say: None)
    yield site
    handle = running._held.pop(site.folder / "running.lock", None)
    if handle is not None:
        os.close(handle)


@pytest.fixture
def backup(site: SmallSite) -> Path:
    (site.media / "large.bin").write_bytes(os.urandom(300_000))
    return site.make(passphrase=PASSPHRASE).path


def content(folder: Path) -> dict[str, bytes]:
    """Return every file of a site with its bytes, without locks and backups."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".lock" and "backups" not in path.parts
    }


def restore(path: Path, passphrase: bytes = PASSPHRASE, *, replace: bool = True) -> Restored:
    return restoring.restore(path=path, passphrase=passphrase, replace=replace, say=lambda text: None)


@contextmanager
def unchanged(site: SmallSite) -> Iterator[None]:
    """Prove that nothing of the site is another after the block."""
    before = content(site.folder)
    yield
    after = content(site.folder)
    # What stood was copied before it was to be replaced.
    assert {name: data for name, data in after.items() if not name.startswith(restoring.SAFETY)} == before
    assert switching.interrupted() is None


def test_what_stands_is_replaced_after_it_was_copied(site: SmallSite, backup: Path) -> None:
    (site.media / "newer.pdf").write_bytes(b"newer")
    restored = restore(backup)
    assert restored.media == 3
    assert not (site.media / "newer.pdf").exists()
    assert sqlite.tables(site.database)["note"] == 10
    assert sqlite.tables(site.database)["django_session"] == 0
    restore(Path(restored.safety))
    assert (site.media / "newer.pdf").read_bytes() == b"newer"


def test_what_stands_is_not_replaced_unasked(site: SmallSite, backup: Path) -> None:
    with unchanged(site), pytest.raises(NotRestored, match="data here already: the database 'default', uploads"):
        restore(backup, replace=False)


def test_another_passphrase_or_a_changed_file_changes_nothing(site: SmallSite, backup: Path, tmp_path: Path) -> None:
    with unchanged(site), pytest.raises(NotRestored, match=r"passphrase is not the one .* Nothing was changed\."):
        restore(backup, b"quite another passphrase")
    changed = bytearray(backup.read_bytes())
    changed[-5_000] ^= 4
    (tmp_path / "changed").write_bytes(changed)
    with unchanged(site), pytest.raises(NotRestored, match=r"Nothing was changed\."):
        restore(tmp_path / "changed")


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Let this process write no file of more than so many bytes, as a disk without room does not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_changes_nothing(site: SmallSite, backup: Path) -> None:
    with unchanged(site), files_no_larger_than(100_000), pytest.raises(NotRestored) as problem:
        restore(backup)
    assert str(problem.value).endswith("Nothing was changed.")
    assert "\n" not in str(problem.value)
    restore(backup)


def test_a_site_that_runs_is_not_replaced(site: SmallSite, backup: Path) -> None:
    command = [sys.executable, "-c", SHARE, str(site.folder)]
    other = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == b"shared\n"
        with unchanged(site), pytest.raises(NotRestored, match=r"still runs\. End them, then restore"):
            restore(backup)
    finally:
        other.kill()
        other.communicate()
    restore(backup)


def test_who_connects_while_it_unpacks_is_noticed_before_the_switch(
    site: SmallSite, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a server, somebody may come back in the hour that unpacking takes."""

    def refuse_once_unpacked() -> None:
        if switching.staging().exists():
            raise NotRestored("1 other session")

    monkeypatch.setattr(conditions, "refuse_sessions", refuse_once_unpacked)
    with unchanged(site), pytest.raises(NotRestored, match="1 other session"):
        restore(backup)


def test_uploads_on_a_disk_of_their_own_are_noticed_before_the_switch(
    site: SmallSite, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conditions, "_mounted", lambda: {str(site.media)})
    with unchanged(site), pytest.raises(NotRestored, match="is a mount of its own"):
        restore(backup)


def test_an_interrupted_restore_is_finished_first_and_once(
    site: SmallSite, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die() -> None:
        raise KeyboardInterrupt

    (site.media / "newer.pdf").write_bytes(b"newer")
    with monkeypatch.context() as dying:
        dying.setattr(switching, "_replace_media", die)
        with pytest.raises(KeyboardInterrupt):
            restore(backup)
    with pytest.raises(NotRestored, match="restore --finish"):
        restore(backup)
    (site.folder / keys.NAME).unlink(missing_ok=True)
    finished = restoring.finish(say=lambda text: None)
    assert (finished.media, Path(finished.safety).parent.name) == (3, restoring.SAFETY)
    assert not (site.media / "newer.pdf").exists()
    with pytest.raises(NotRestored, match="No restore was interrupted"):
        restoring.finish(say=lambda text: None)


def test_secrets_that_differ_are_named(site: SmallSite, backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert restore(backup).keys == []
    monkeypatch.setattr(restoring.sources, "secrets", lambda: {"SECRET_KEY": "another"})
    restored = restore(backup)
    assert (restored.keys, restored.keys_path) == (["SECRET_KEY"], site.folder / keys.NAME)
    assert (site.folder / keys.NAME).read_text() == "SECRET_KEY=the key of the small site\n"
