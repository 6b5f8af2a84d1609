"""The secrets of a backup come in the form in which a file of settings takes them."""

import json
from pathlib import Path

import pytest

from config import env_file, known_settings
from config.backups import keys, sources, switching
from config.backups.facts import Damaged, NotRestored
from tests.config.backups.backed_up import SmallSite, make_small_site

KEY = 'a"$HOME`id`\\key of #signs that a shell = would take for its own'
OLD = ["first-old-key-0123456789-ABCDEFGHIJKLMNOPQRSTUVW", "second-old-key-0123456789-ABCDEFGHIJKLMNOPQRSTUV"]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallSite:
    site = make_small_site(tmp_path / "site", monkeypatch)
    switching.staging().mkdir()
    return site


def stage(**secrets: object) -> None:
    (switching.staging() / "keys.json").write_text(json.dumps(secrets))


def test_what_differs_is_written_as_the_file_of_settings_reads_it(site: SmallSite, monkeypatch) -> None:
    monkeypatch.setattr(sources, "secrets", lambda: {"EMAIL_HOST_PASSWORD": "the same"})
    stage(SECRET_KEY=KEY, SECRET_KEY_FALLBACKS=OLD, EMAIL_HOST_PASSWORD="the same")
    assert keys.write_differing() == ["SECRET_KEY", "SECRET_KEY_FALLBACKS"]
    path = site.folder / keys.NAME
    stated = env_file.read(path, known_settings.NAMES)
    assert stated["SECRET_KEY"] == KEY
    (reader,) = [setting.read for setting in known_settings.SETTINGS if setting.name == "SECRET_KEY_FALLBACKS"]
    assert reader(stated["SECRET_KEY_FALLBACKS"]) == OLD
    assert path.stat().st_mode & 0o077 == 0


def test_nothing_is_written_where_nothing_differs_or_the_backup_has_none(site: SmallSite) -> None:
    assert keys.write_differing() == []
    stage(**sources.secrets())
    assert keys.write_differing() == []
    assert not (site.folder / keys.NAME).exists()


@pytest.mark.parametrize(
    "content",
    [
        *("[]", "null", '"text"', "{", "[" * 100_000, '{"SECRET_KEY": "\\ud800"}', '{"a": 1}' + " " * 1_100_000),
        *(
            '{"BACKUP_PASSPHRASE_FILE": "/tmp/x"}',
            '{"ALLOWED_HOSTS": "*"}',
            '{"OTHER_KEY": "x"}',
            '{"secret_key": "x"}',
        ),
        *('{"SECRET_KEY": "x\\nALLOWED_HOSTS=*"}', '{"SECRET_KEY\\nALLOWED_HOSTS": "*"}', '{"SECRET_KEY": "\\u2028"}'),
        *('{"SECRET_KEY": 5}', '{"SECRET_KEY": {"a": "b"}}', '{"SECRET_KEY": "\\u001b[2J"}', '{"SECRET_KEY": [["x"]]}'),
        *('{"SECRET_KEY_FALLBACKS": ["two words"]}', '{"SECRET_KEY_FALLBACKS": [""]}'),
    ],
)
def test_secrets_that_no_backup_holds_stop_the_restore_and_nothing_is_written(site: SmallSite, content: str) -> None:
    (switching.staging() / "keys.json").write_text(content)
    with pytest.raises(Damaged):
        keys.staged()
    with pytest.raises(NotRestored):
        keys.write_differing()
    assert not (site.folder / keys.NAME).exists()


def test_a_disk_that_is_full_is_said_in_one_line(site: SmallSite, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_words: object) -> None:
        raise OSError(28, "No space left on device")

    stage(SECRET_KEY=KEY)
    monkeypatch.setattr(env_file.os, "fsync", full)
    with pytest.raises(NotRestored, match=r"restored-keys\.env: No space left on device"):
        keys.write_differing()
    assert not (site.folder / keys.NAME).exists()
