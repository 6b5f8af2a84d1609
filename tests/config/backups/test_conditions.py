"""A restore begins only where nothing is in its way."""

import os
from pathlib import Path

import pytest

from config.backups import conditions, postgres, sources
from config.backups.facts import NotRestored
from config.backups.sources import Source
from tests.config.backups.backed_up import SmallSite, make_small_site


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallSite:
    return make_small_site(tmp_path / "site", monkeypatch)


def test_what_stands_is_named(site: SmallSite) -> None:
    assert conditions.standing() == ["the database 'default'", "uploads"]
    site.database.unlink()
    assert conditions.standing() == ["uploads"]
    for path in (site.media / "plan.pdf", site.media / "original" / "Grundriß.odt"):
        path.unlink()
    (site.media / "original").rmdir()
    assert conditions.standing() == []


def test_uploads_on_a_disk_of_their_own_are_refused_before_anything_is_changed(
    site: SmallSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conditions.refuse_mounts()
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"22 1 0:21 / / rw - ext4 /dev/a rw\n36 22 0:40 /u {site.media} rw - ext4 /dev/b rw\n")
    monkeypatch.setattr(conditions, "MOUNTS", mounts)
    with pytest.raises(NotRestored, match=r"is a mount of its own .* Nothing was changed\."):
        conditions.refuse_mounts()
    monkeypatch.setattr(conditions, "MOUNTS", tmp_path / "absent")
    conditions.refuse_mounts()
    monkeypatch.setattr(os.path, "ismount", lambda path: path == site.media)
    with pytest.raises(NotRestored, match="is a mount of its own"):
        conditions.refuse_mounts()


def test_a_blank_in_the_name_of_a_mount_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_bytes("36 22 0:40 / /srv/my\\040uploads-ü rw - ext4 /dev/b rw\n".encode())
    monkeypatch.setattr(conditions, "MOUNTS", mounts)
    assert conditions._mounted() == {"/srv/my uploads-ü"}


class Sessions:
    """A server that others leave, one with each look."""

    def __init__(self, others: int) -> None:
        self.others = others

    def __call__(self, alias: str) -> int:
        self.others -= 1
        return self.others + 1


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "databases", lambda: [Source("default", "postgresql", {})])
    monkeypatch.setattr(conditions, "PAUSE", 0)


def test_a_session_that_is_just_ending_is_waited_for(server: None, monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = Sessions(3)
    monkeypatch.setattr(postgres, "others_connected", sessions)
    conditions.refuse_sessions()
    assert sessions.others == -1


def test_a_session_that_stays_is_refused(server: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "others_connected", lambda alias: 2)
    with pytest.raises(NotRestored, match=r"2 other session\(s\) use the database 'default'.*Nothing was changed"):
        conditions.refuse_sessions()
