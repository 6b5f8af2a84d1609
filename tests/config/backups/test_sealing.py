"""A sealed file gives back what was put in, or nothing."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.backups import sealing
from config.backups.facts import BackupNotMade, Damaged, OtherVersion, WrongPassphrase
from config.backups.sealing import CHUNK, HEAD, TAG, Sealer, Unsealer, passphrase_from

PASSPHRASE = b"a passphrase for tests only"


@pytest.fixture(autouse=True, scope="module")
def quick():
    """Take the least cost that a file may ask for."""
    before, sealing.COST = sealing.COST, sealing.COSTS.start
    yield
    sealing.COST = before


def seal(text: bytes, step: int = 10_000) -> bytes:
    target = io.BytesIO()
    sealer = Sealer(target, PASSPHRASE)
    for start in range(0, len(text), step):
        sealer.write(text[start : start + step])
    sealer.finish()
    return target.getvalue()


def unseal(sealed: bytes, passphrase: bytes | None = PASSPHRASE, step: int = 7_777) -> bytes:
    source = Unsealer(io.BytesIO(sealed), passphrase)
    found = b""
    while part := source.read(step):
        found += part
    return found


THREE_CHUNKS = bytes(range(256)) * 600  # 153,600 bytes


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5])
def test_what_was_sealed_comes_back_at_every_length(size: int) -> None:
    text = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    assert unseal(seal(text)) == text


def test_nothing_of_the_text_and_of_another_sealing_is_in_it() -> None:
    text = b"somebody's secret" * 100
    first, second = seal(text), seal(text)
    assert b"secret" not in first
    assert first[HEAD:] != second[HEAD:]


@settings(max_examples=60, deadline=None)
@given(where=st.integers(min_value=0), bit=st.integers(0, 7))
def test_one_changed_bit_is_noticed_wherever_it_is(where: int, bit: int) -> None:
    sealed = bytearray(SEALED)
    sealed[where % len(sealed)] ^= 1 << bit
    with pytest.raises((Damaged, WrongPassphrase, OtherVersion)):
        unseal(bytes(sealed))


@pytest.mark.parametrize("where", range(HEAD))
def test_one_changed_bit_in_the_head_is_noticed(where: int) -> None:
    sealed = bytearray(SEALED)
    sealed[where] ^= 1
    with pytest.raises((Damaged, WrongPassphrase, OtherVersion)):
        unseal(bytes(sealed))


@pytest.mark.parametrize(
    "length", [0, 10, HEAD, HEAD + 5, HEAD + CHUNK + TAG, HEAD + 2 * (CHUNK + TAG), len(THREE_CHUNKS)]
)
def test_a_missing_end_is_noticed_also_between_two_chunks(length: int) -> None:
    with pytest.raises(Damaged):
        unseal(SEALED[:length])


def test_chunks_in_another_order_twice_or_from_another_file_are_noticed() -> None:
    size = CHUNK + TAG
    head, one, two, rest = SEALED[:HEAD], SEALED[HEAD:][:size], SEALED[HEAD + size :][:size], SEALED[HEAD + 2 * size :]
    other = seal(THREE_CHUNKS)[HEAD:][:size]
    for changed in (two + one + rest, one + one + rest, one + rest, other + two + rest, one + two + rest + rest):
        with pytest.raises(Damaged):
            unseal(head + changed)


def test_another_passphrase_and_none_are_told_apart_from_damage() -> None:
    with pytest.raises(WrongPassphrase, match="not the one of this backup"):
        unseal(SEALED, b"another passphrase altogether")
    with pytest.raises(WrongPassphrase, match="--passphrase-file"):
        unseal(SEALED, None)


def test_a_head_cannot_ask_for_all_memory() -> None:
    sealed = bytearray(SEALED)
    sealed[len(sealing.MAGIC)] = 40
    with pytest.raises(Damaged):
        unseal(bytes(sealed))


def test_a_passphrase_is_the_text_of_its_file_without_the_line_end(tmp_path) -> None:
    file = tmp_path / "passphrase"
    file.write_bytes(PASSPHRASE + b"\n")
    file.chmod(0o600)
    assert passphrase_from(str(file)) == PASSPHRASE
    assert passphrase_from("") is None


def test_a_missing_or_short_passphrase_never_means_an_unsealed_backup(tmp_path) -> None:
    with pytest.raises(BackupNotMade, match="cannot be read"):
        passphrase_from(str(tmp_path / "absent"))
    (tmp_path / "short").write_text("short\n")
    (tmp_path / "short").chmod(0o600)
    with pytest.raises(BackupNotMade, match="at least 16"):
        passphrase_from(str(tmp_path / "short"))


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o660, 0o601])
def test_a_passphrase_that_others_can_read_or_change_is_refused(tmp_path, mode: int) -> None:
    file = tmp_path / "passphrase"
    file.write_bytes(PASSPHRASE)
    file.chmod(mode)
    with pytest.raises(BackupNotMade, match="is open to others; do: chmod 600"):
        passphrase_from(str(file))


sealing.COST, _cost = sealing.COSTS.start, sealing.COST
SEALED = seal(THREE_CHUNKS)
sealing.COST = _cost
