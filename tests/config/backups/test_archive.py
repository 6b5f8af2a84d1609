"""A backup can be unpacked with any tar, and its end proves what comes before it."""

import io
import subprocess
from pathlib import Path

import pytest

from config.backups import archive
from config.backups.facts import Damaged, OtherVersion


def written(**texts: str) -> bytes:
    target = io.BytesIO()
    writer = archive.Writer(target)
    for name, text in texts.items():
        writer.add_text(f"media/{name}", text)
    writer.finish()
    return target.getvalue()


def test_any_tar_unpacks_it(tmp_path: Path) -> None:
    (tmp_path / "backup.tar").write_bytes(written(plan="the plan", Grundriß="der Grundriß"))
    subprocess.run(["tar", "-xf", "backup.tar"], cwd=tmp_path, check=True, env={"LC_ALL": "C.UTF-8", "PATH": "/bin"})
    assert (tmp_path / "media" / "Grundriß").read_text() == "der Grundriß"
    assert (tmp_path / "VERSION").read_text() == f"{archive.VERSION}\n"
    assert len((tmp_path / "SHA256").read_text()) == 65


def test_the_last_bytes_are_the_seal() -> None:
    content = written(plan="the plan")
    assert len(archive.ending("0" * 64)) == archive.END
    body = archive.Body(io.BytesIO(content))
    assert b"".join(iter(lambda: body.read(100), b"")) == content[: -archive.END]
    body.finish()
    torn = archive.Body(io.BytesIO(content[:-1]))
    with pytest.raises(Damaged, match="damaged or cut off"):
        torn.finish()


def test_a_plain_backup_is_proved_before_anything_of_it_is_given() -> None:
    content = bytearray(written(plan="the plan"))
    assert archive.open_body(io.BytesIO(content), None).read(512)
    content[-archive.END - 700] ^= 1
    with pytest.raises(Damaged):
        archive.open_body(io.BytesIO(content), None)


def test_a_file_that_becomes_shorter_is_noticed(tmp_path: Path) -> None:
    writer = archive.Writer(io.BytesIO())
    with pytest.raises(OSError, match="unexpected end"):
        writer.add("media/plan", io.BytesIO(b"short"), size=6)


def test_another_form_is_named() -> None:
    archive.check_version(f"{archive.VERSION}\n".encode())
    with pytest.raises(OtherVersion, match="form 2; this version reads form 1"):
        archive.check_version(b"2\n")
    with pytest.raises(OtherVersion):
        archive.check_version(b"\xff" * 90)


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("VERSION", True),
        ("media/a/b.pdf", True),
        ("databases/default.pgdump", True),
        ("media/../x", False),
        ("media/", False),
        ("SHA256", False),
        ("media/a\0b", False),
        ("other", False),
    ],
)
def test_only_names_of_a_backup_may_stand_in_it(name: str, may: bool) -> None:
    assert archive.may_stand(name) is may
