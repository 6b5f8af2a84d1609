"""Whatever step of the switch is broken off, doing it again brings it to its end, and nothing is lost."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError

from config.backups import running, sources, sqlite, switching
from config.backups.facts import NotRestored
from config.backups.manifest import Database, Manifest
from config.backups.sources import Source
from config.backups.switching import Switch
from tests.config.backups.backed_up import SmallSite, make_small_site

STATE = Manifest(
    "2026-08-01", "1", {"default": Database("sqlite", "databases/default.sqlite3.gz", 1, {"restored": 0}, [])}, {}
)


class Killed(BaseException):
    """The process is no more."""


def say(_text: str) -> None:
    """Keep silent."""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallSite:
    """Give a site beside which another state stands ready: another database, other uploads."""
    site = make_small_site(tmp_path / "site", monkeypatch)
    (source,) = sources.databases()
    with closing(sqlite3.connect(switching.staged_database(source))) as connection:
        connection.execute("CREATE TABLE restored (text TEXT)")
    switching.staging().mkdir()
    switching.staged_media().mkdir()
    (switching.staged_media() / "restored.pdf").write_bytes(b"restored")
    monkeypatch.setattr(switching, "_make_anew", lambda restored, say: None)
    return site


def stands(site: SmallSite) -> tuple[list[str], list[str]]:
    """Return the tables and the uploads of a site."""
    return sorted(sqlite.tables(site.database)), sorted(path.name for path in site.media.iterdir())


RESTORED = (["restored"], ["restored.pdf"])
BEFORE = (["django_migrations", "django_session", "note"], ["original", "plan.pdf"])


def begun(site: SmallSite) -> Switch:
    switch = Switch("commons-1.tar", STATE, "/safe")
    switch.begin()
    return switch


def test_the_journal_stands_from_the_beginning_to_the_end(site: SmallSite) -> None:
    assert switching.interrupted() is None
    switch = begun(site)
    assert switching.interrupted() == switch
    with pytest.raises(running.RestoreUnderWay, match=r"commons-1\.tar"):
        running.refuse_unfinished(site.folder)
    switching.put_in_place(switch, say)
    switch.end()
    assert stands(site) == RESTORED
    assert switching.interrupted() is None
    assert sorted(path.name for path in site.folder.iterdir()) == ["commons.sqlite3", "media"]


def test_a_torn_journal_says_what_to_do(site: SmallSite) -> None:
    running.journal_path(site.folder).write_text("{")
    with pytest.raises(NotRestored, match="Remove it and restore again"):
        switching.interrupted()


def test_a_journal_that_cannot_be_written_changes_nothing(site: SmallSite, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_words: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(switching.os, "fsync", full)
    with pytest.raises(NotRestored, match=r"No space left on device\. Nothing was changed"):
        begun(site)
    assert stands(site) == BEFORE
    assert switching.interrupted() is None
    assert not switching.staged_media().exists()


def killed_at(step: str, number: int) -> Callable[..., object]:
    """Return a replacement for a method of Path that ends everything when it is called for the nth time."""
    real, calls = getattr(Path, step), []

    def call(self: Path, *words: object) -> object:
        calls.append(self)
        if len(calls) == number:
            raise Killed
        return real(self, *words)

    return call


# The database aside, the new one in its place; uploads aside, the new ones in their place.
@pytest.mark.parametrize(("step", "number"), [("replace", 1), ("replace", 2), ("rename", 1), ("rename", 2)])
def test_broken_off_at_any_step_it_can_be_done_again(
    site: SmallSite, monkeypatch: pytest.MonkeyPatch, step: str, number: int
) -> None:
    switch = begun(site)
    with monkeypatch.context() as dying:
        dying.setattr(Path, step, killed_at(step, number))
        with pytest.raises(Killed):
            switching.put_in_place(switch, say)
    assert switching.interrupted() == switch
    switching.put_in_place(switch, say)
    assert stands(site) == RESTORED
    switching.put_in_place(switch, say)
    assert stands(site) == RESTORED


def test_what_stops_half_way_names_the_way_on_and_the_copy_of_before(
    site: SmallSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(restored: list[Source], say: object) -> None:
        raise CommandError("no index")

    monkeypatch.setattr(switching, "_make_anew", fails)
    with pytest.raises(NotRestored, match=r"no index.* restore --finish\. What stood before is in /safe"):
        switching.put_in_place(begun(site), say)
    assert switching.interrupted() is not None


def test_a_server_that_refuses_first_leaves_everything_as_it_was(
    site: SmallSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(source: Source, state: Manifest) -> None:
        raise NotRestored("The database was left as it was.")

    monkeypatch.setattr(switching, "_replace_database", refuses)
    with pytest.raises(NotRestored, match="left as it was"):
        switching.put_in_place(begun(site), say)
    assert stands(site) == BEFORE
    assert switching.interrupted() is None
    assert not switching.staged_media().exists()


def test_uploads_that_lie_elsewhere_by_a_link_are_replaced_where_they_lie(
    site: SmallSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings
) -> None:
    monkeypatch.undo()
    (tmp_path / "disk" / "uploads").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "disk" / "uploads")
    settings.MEDIA_ROOT = tmp_path / "link"
    switching.staged_media().mkdir()
    (switching.staged_media() / "restored.pdf").write_bytes(b"restored")
    switching._replace_media()
    switching._replace_media()
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "disk" / "uploads" / "restored.pdf").read_bytes() == b"restored"
