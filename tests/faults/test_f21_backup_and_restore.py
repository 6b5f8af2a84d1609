"""A backup made while others write is restored on an empty machine by the documented commands, and all is as it was.

What needs no processes of its own stands in `tests/config/backups/`.
"""

import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from config.backups.making import OURS, UNFINISHED
from tests import machine
from tests.faults.processes import Site, Sites
from tests.faults.restorable import WRITE, fill, killed_at, probe
from tests.installation import SECONDS
from tests.machine import wait_until

PASSPHRASE = "a passphrase for tests only\n"


@dataclass
class BackedUp:
    """A site, the backup of it that was made while others wrote, and what its readers found then."""

    site: Site
    path: Path
    before: dict[str, Any]
    told: str


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("f21")
    (place / "passphrase").write_text(PASSPHRASE)
    (place / "passphrase").chmod(0o600)
    return place


@contextmanager
def writing(site: Site, folder: Path) -> Iterator[Callable[[], bool]]:
    """Let three processes write to a site until the block ends; yields whether all have begun."""
    outs = [folder / f"writer-{number}.log" for number in range(3)]
    writers = [site.start("-c", WRITE, out=out) for out in outs]
    try:
        yield lambda: all(out.read_text() == "writing\n" for out in outs)
        assert [writer.poll() for writer in writers] == [None, None, None], "they went on all the time"
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()


@pytest.fixture(scope="module")
def backed_up(sites: Sites, folder: Path) -> BackedUp:
    """Give a site with content and a sealed backup of it."""
    site = sites.copy("f21", BACKUP_PASSPHRASE_FILE=str(folder / "passphrase"))
    fill(site)
    with writing(site, folder) as begun:
        before = probe(site)
        wait_until(begun, why="nobody writes")
        told = site.manage("backup", str(folder / "backups")).stdout
    (path,) = (folder / "backups").iterdir()
    return BackedUp(site, path, before, told)


@pytest.fixture
def empty(sites: Sites, folder: Path) -> Callable[[str], Site]:
    """Give a way to an installation without anything in it."""
    return lambda name: sites.empty(f"f21_{name}", BACKUP_PASSPHRASE_FILE=str(folder / "passphrase"))


def content(site: Site) -> list[str]:
    """Return the names of what is in the folder of a site, without locks."""
    return sorted(path.name for path in site.var.iterdir() if path.suffix != ".lock")


def test_f21_all_is_as_it_was_after_a_restore_and_a_second_one_replaces_only_when_told(
    backed_up: BackedUp, empty: Callable[[str], Site]
) -> None:
    restored = empty("restored")
    told = restored.manage("restore", str(backed_up.path)).stdout
    before, after = backed_up.before, probe(restored)
    for what in ("anonymous", "ada", "login", "plan"):
        assert after[what] == before[what], what
    assert len(after["ada"][0][1]) > len(after["anonymous"][0][1])  # she reads more than anybody
    assert after["login"][3] is True
    # Written while the backup was made: whole transactions, and with each its upload.
    assert after["left"] == after["right"]
    assert len(after["left"]) >= 9
    assert set(after["left"]) <= set(after["written"])
    assert "secrets included" in backed_up.told
    assert "migrations changed it" not in told
    assert "The backup is sealed." in told
    entries = restored.number("SELECT count(*) FROM kb_entry")
    assert entries == backed_up.site.number("SELECT count(*) FROM kb_entry")
    assert re.search(rf"^  kb_entry +{entries}$", told, re.MULTILINE)
    restored.manage("verify_index")
    assert {"restored-keys.env", "restore.json", "restore-staging"}.isdisjoint(content(restored))
    newer = restored.var / "media" / "newer.pdf"
    newer.write_bytes(b"newer")
    with restored.connected() as connection:
        connection.execute("INSERT INTO people_circle (name, purpose) VALUES ('newer than the backup', '')")
    told = restored.manage("restore", str(backed_up.path), "--replace").stdout
    (safety,) = (restored.var / "before-restore").iterdir()
    assert str(safety) in told
    assert restored.number("SELECT count(*) FROM people_circle WHERE name LIKE 'newer%'") == 0
    assert not newer.exists()


def test_f21_a_killed_backup_leaves_nothing_that_looks_whole(backed_up: BackedUp, tmp_path: Path) -> None:
    target = tmp_path / "backups"
    script = killed_at("config.backups.making._add_media", "backup", str(target))
    assert backed_up.site.run("-c", script, check=False).returncode == -signal.SIGKILL
    (left,) = target.iterdir()
    assert UNFINISHED.fullmatch(left.name), "the next backup sweeps it away"
    assert not OURS.fullmatch(left.name)


def test_f21_a_killed_restore_has_changed_nothing_or_is_finished_by_one_command(
    backed_up: BackedUp, empty: Callable[[str], Site]
) -> None:
    site, path = empty("killed"), str(backed_up.path)
    done = site.run("-c", killed_at("config.backups.switching.Switch.begin", "restore", path), check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert {"restore.json", "commons.sqlite3", "media"}.isdisjoint(content(site))
    done = site.run("-c", killed_at("config.backups.switching._replace_media", "restore", path), check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert "restore.json" in content(site)
    refused = {"web": ["-c", "import config.wsgi"], "worker": ["manage.py", "worker", "--once"]}
    outs = {name: site.var.parent / f"f21-refused-{name}.log" for name in refused}
    processes = {name: site.start(*words, out=outs[name]) for name, words in refused.items()}
    for name, process in processes.items():
        assert process.wait(timeout=SECONDS) != 0, name
        assert "manage.py restore --finish" in outs[name].read_text(), name
        assert "Traceback" not in outs[name].read_text(), name
    site.manage("restore", "--finish")
    assert "restore.json" not in content(site)
    assert probe(site)["login"][3] is True


@pytest.mark.skipif(not machine.on_postgresql(), reason="only a server can tell who else is connected")
def test_f21_nothing_is_restored_while_another_machine_is_connected(
    backed_up: BackedUp, empty: Callable[[str], Site]
) -> None:
    site = empty("connected")
    with site.connected():
        done = site.manage("restore", str(backed_up.path), check=False)
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if line.strip()]
    assert "1 other session(s) use the database" in line
