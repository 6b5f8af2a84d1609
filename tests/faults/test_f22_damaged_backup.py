"""A backup that was cut off or changed by one bit is recognised before anything is touched."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.backups import archive, reading
from config.backups.facts import Damaged, NotSealed, OtherVersion, WrongPassphrase
from tests.config.backups.backed_up import PASSPHRASE, SmallSite, make_small_site

NOT_WHOLE = (Damaged, NotSealed, OtherVersion, WrongPassphrase)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory):
    with pytest.MonkeyPatch.context() as patch:
        yield make_small_site(tmp_path_factory.mktemp("f22") / "site", patch)


@pytest.fixture(scope="module")
def plain(site: SmallSite) -> bytes:
    return site.make().path.read_bytes()


@pytest.fixture(scope="module")
def sealed(site: SmallSite) -> bytes:
    return site.make(passphrase=PASSPHRASE).path.read_bytes()


def refused_with(path: Path, where: int, byte: int) -> bool:
    """Change one byte of a file; is it refused before anything is written?"""
    with path.open("r+b", buffering=0) as file:
        file.seek(where)
        before = file.read(1)
        file.seek(where)
        file.write(bytes([byte]))
        try:
            reading.unpack(
                path, None, lambda name: pytest.fail(f"{name} was written before all was proved"), plain=True
            )
        except NOT_WHOLE:
            return True
        finally:
            file.seek(where)
            file.write(before)
    return False


def test_f22_one_bit_in_any_byte_of_a_plain_backup_is_noticed_before_anything_is_written(plain, tmp_path: Path) -> None:
    path = tmp_path / "changed"
    path.write_bytes(plain)
    kept = [where for where in range(len(plain)) if not refused_with(path, where, plain[where] ^ 1 << where % 8)]
    assert kept == []
    assert reading.verify(path, None, plain=True)


def flipped(content: bytes, where: int, bit: int) -> bytes:
    changed = bytearray(content)
    changed[where] ^= 1 << bit
    return bytes(changed)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.integers(min_value=0), bit=st.integers(0, 7))
def test_f22_one_bit_in_a_sealed_backup_is_noticed(sealed, tmp_path: Path, where: int, bit: int) -> None:
    path = tmp_path / "changed"
    path.write_bytes(flipped(sealed, where % len(sealed), bit))
    with pytest.raises(NOT_WHOLE):
        reading.verify(path, PASSPHRASE)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(length=st.integers(min_value=0))
def test_f22_a_backup_cut_off_anywhere_is_noticed(plain, sealed, tmp_path: Path, length: int) -> None:
    for content, is_plain in ((plain, True), (sealed, False)):
        path = tmp_path / "cut"
        path.write_bytes(content[: length % len(content)])
        with pytest.raises(NOT_WHOLE):
            reading.verify(path, PASSPHRASE, plain=is_plain)


@pytest.mark.parametrize("more", [b"\0", b"\0" * 512, b"\0" * archive.END, b"more"])
def test_f22_what_was_added_behind_the_end_is_noticed(plain, sealed, tmp_path: Path, more: bytes) -> None:
    for content, is_plain in ((plain, True), (sealed, False)):
        (tmp_path / "longer").write_bytes(content + more)
        with pytest.raises(NOT_WHOLE):
            reading.verify(tmp_path / "longer", PASSPHRASE, plain=is_plain)


def test_f22_the_command_says_so_in_one_line(plain, sealed, tmp_path: Path, capsys) -> None:
    path = tmp_path / "commons.tar"
    path.write_bytes(plain)
    call_command("verify_backup", path, plain=True)
    assert "is whole and plain" in capsys.readouterr().out
    for content in (flipped(plain, len(plain) // 2, 3), plain[:-1], b""):
        path.write_bytes(content)
        with pytest.raises(CommandError, match="is not to be trusted") as problem:
            call_command("verify_backup", path, plain=True)
        assert "\n" not in str(problem.value)
    path.write_bytes(flipped(sealed, 5_000, 0))
    with pytest.raises(CommandError, match="is not to be trusted") as problem:
        call_command("verify_backup", path, passphrase_file=_passphrase_file(tmp_path))
    assert "\n" not in str(problem.value)
    path.write_bytes(sealed)
    call_command("verify_backup", path, passphrase_file=_passphrase_file(tmp_path))
    assert "is whole and sealed" in capsys.readouterr().out
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("verify_backup", tmp_path / "absent")


def test_f22_a_plain_file_is_taken_only_where_it_is_said_to_be_one(plain, sealed, tmp_path: Path, capsys) -> None:
    """Anybody can write a plain one, with a checksum that fits, and call it sealed."""
    passphrase = _passphrase_file(tmp_path)
    forged, honest, closed = (tmp_path / name for name in ("a.tar.sealed", "b.tar", "c.tar.sealed"))
    forged.write_bytes(plain)
    honest.write_bytes(plain)
    closed.write_bytes(sealed)
    for path, options in (
        (forged, {"passphrase_file": passphrase}),
        (honest, {"passphrase_file": passphrase}),
        (forged, {}),
        (honest, {}),
        (forged, {"plain": True}),
        (closed, {"plain": True}),
    ):
        with pytest.raises(CommandError, match="is not to be trusted"):
            call_command("verify_backup", path, **options)
    assert "whole" not in capsys.readouterr().out
    call_command("verify_backup", honest, plain=True, passphrase_file=passphrase)
    call_command("verify_backup", closed, passphrase_file=passphrase)


def _passphrase_file(folder: Path) -> str:
    (folder / "passphrase").write_bytes(PASSPHRASE)
    (folder / "passphrase").chmod(0o600)
    return str(folder / "passphrase")
