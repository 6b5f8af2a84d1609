"""A file that is not exactly what a backup wrote is refused, and nothing is written outside the given folder."""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from config.backups import archive, reading
from config.backups.facts import Damaged, OtherVersion
from tests.config.backups.backed_up import make_small_site


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    return make_small_site(tmp_path / "site", monkeypatch)


class Forger(archive.Writer):
    """Writes what a backup never holds, with a checksum that fits."""

    def add_info(self, info: tarfile.TarInfo, data: bytes = b"") -> None:
        info.size = len(data)
        self._tar.addfile(info, io.BytesIO(data))
        self._tar.members.clear()


def forge(path: Path, state: dict[str, Any] | str | None, *infos: tuple[tarfile.TarInfo, bytes]) -> Path:
    """Write a backup of nothing but the given members and manifest."""
    target = io.BytesIO()
    writer = Forger(target)
    for info, data in infos:
        writer.add_info(info, data)
    if state is not None:
        writer.add_text(archive.LAST, state if isinstance(state, str) else json.dumps(state))
    writer.finish()
    path.write_bytes(target.getvalue())
    return path


def info_of(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = link
    return info


def test_a_backup_says_what_is_in_it(site) -> None:
    made = site.make()
    state = reading.verify(made.path, None, plain=True)
    assert state == made.manifest
    assert state.databases["default"].tables == {"note": 10, "django_session": 0, "django_migrations": 1}
    assert set(state.members) == {
        "VERSION",
        "keys.json",
        "databases/default.sqlite3.gz",
        "media/plan.pdf",
        "media/original/Grundriß.odt",
    }


def test_a_backup_is_unpacked_as_it_was(site, tmp_path: Path) -> None:
    reading.unpack(site.make().path, None, lambda name: tmp_path / "out" / name, plain=True)
    out = tmp_path / "out"
    assert (out / "media" / "plan.pdf").read_bytes() == (site.media / "plan.pdf").read_bytes()
    assert json.loads((out / "keys.json").read_text())["SECRET_KEY"] == "the key of the small site"


@pytest.mark.parametrize(
    "name",
    [
        "../escaped",
        "media/../../escaped",
        "/etc/cron.d/escaped",
        "media//escaped",
        "media/./escaped",
        "media/",
        "escaped",
        "databases/../escaped.pgdump",
        "databases/Default.pgdump",
        "databases/default.sqlite3",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    forged = forge(tmp_path / "forged.tar", {}, (info_of(name), b"escaped"))
    with pytest.raises(Damaged, match="no backup holds"):
        reading.unpack(forged, None, lambda member: tmp_path / "out" / member, plain=True)
    assert not list(tmp_path.rglob("*escaped*"))


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE, b"S"],
)
def test_a_link_device_or_folder_is_refused(tmp_path: Path, kind: bytes) -> None:
    forged = forge(tmp_path / "forged.tar", {}, (info_of("media/link", kind, "/etc/passwd"), b""))
    with pytest.raises(Damaged):
        reading.unpack(forged, None, lambda member: tmp_path / "out" / member, plain=True)
    assert not (tmp_path / "out" / "media" / "link").is_symlink()


def manifest_of(path: Path) -> dict[str, Any]:
    with tarfile.open(path) as tar:
        source = tar.extractfile(archive.LAST)
        assert source is not None
        state: dict[str, Any] = json.load(source)
    return state


def rewritten(path: Path, change: Any) -> Path:
    """Write the backup again with members and manifest changed, and a checksum that fits."""
    with tarfile.open(path) as tar:
        parts = {info.name: tar.extractfile(info).read() for info in tar}  # type: ignore[union-attr]  # there is one
    state = json.loads(parts.pop(archive.LAST))
    parts.pop(archive.SEAL)
    parts.pop(archive.FIRST)
    change(parts, state)
    return forge(path.with_name("changed.tar"), state, *((info_of(name), data) for name, data in parts.items()))


def swap_uploads(parts: dict[str, bytes], state: dict[str, Any]) -> None:
    one, two = "media/plan.pdf", "media/original/Grundriß.odt"
    parts[one], parts[two] = parts[two], parts[one]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda parts, state: parts.pop("media/plan.pdf"), "is missing"),
        (lambda parts, state: parts.pop("databases/default.sqlite3.gz"), "is missing"),
        (lambda parts, state: parts.update({"media/added.pdf": b"x"}), "does not belong there"),
        (swap_uploads, "has changed"),
        (lambda parts, state: state["databases"].clear(), "names no database"),
        (lambda parts, state: state["databases"]["default"].update(member="media/plan.pdf"), "no file for"),
        (lambda parts, state: state.pop("members"), "cannot be read"),
        (lambda parts, state: state.update(members=["x"]), "cannot be read"),
    ],
)
def test_members_that_are_not_those_of_the_manifest_are_refused(site, change, words: str) -> None:
    path = site.make().path
    assert reading.verify(rewritten(path, lambda parts, state: None), None, plain=True)
    with pytest.raises(Damaged, match=words):
        reading.verify(rewritten(path, change), None, plain=True)


def test_a_backup_without_manifest_or_with_members_behind_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Damaged, match="manifest is missing"):
        reading.verify(forge(tmp_path / "forged.tar", None), None, plain=True)
    target = io.BytesIO()
    writer = Forger(target)
    writer.add_text(archive.LAST, "{}")
    writer.add_text("media/late", "late")
    writer.finish()
    (tmp_path / "late.tar").write_bytes(target.getvalue())
    with pytest.raises(Damaged, match="behind the manifest"):
        reading.verify(tmp_path / "late.tar", None, plain=True)


def test_a_member_that_comes_twice_is_refused(tmp_path: Path) -> None:
    twice = forge(tmp_path / "forged.tar", {}, (info_of("media/a"), b"1"), (info_of("media/a"), b"2"))
    with pytest.raises(Damaged, match="twice"):
        reading.verify(twice, None, plain=True)


def test_another_form_is_refused_by_its_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as other:
        other.setattr(archive, "VERSION", 2)
        forged = forge(tmp_path / "forged.tar", {})
    with pytest.raises(OtherVersion, match="form 2"):
        reading.verify(forged, None, plain=True)


@pytest.mark.parametrize("content", [b"", b"not a backup", bytes(10_240), b"\x1f\x8b" + bytes(5_000)])
def test_any_other_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(Damaged):
        reading.verify(tmp_path / "file", None, plain=True)


def test_any_tar_unpacks_a_plain_backup_and_shows_its_checksum(site) -> None:
    path = site.make().path
    with tarfile.open(path) as tar:
        names = tar.getnames()
    assert names[0] == archive.FIRST
    assert names[-2:] == [archive.LAST, archive.SEAL]
