"""What stops a first start is said in one line."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config import bootstrap
from config.bootstrap import Stop, check_port, fitting_python, install, make_environment

SCRIPT = Path(bootstrap.__file__)


@pytest.fixture
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the project's folder, its environment and its locks somewhere empty."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    locks = {kind: tmp_path / f"{kind}.lock" for kind in ("runtime", "development")}
    for kind, lock in locks.items():
        lock.write_text(f"# {kind}\n", encoding="utf-8")
    monkeypatch.setattr(bootstrap, "LOCKS", locks)
    (tmp_path / ".venv").mkdir()
    return tmp_path


class Commands:
    """Stands for `subprocess.run`: notes what was asked for and answers what the test says."""

    def __init__(self, code: int = 0, told: str = "") -> None:
        self.code, self.told = code, told
        self.asked: list[list[str]] = []

    def __call__(self, command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        self.asked.append(list(command))
        return subprocess.CompletedProcess(command, self.code, "", self.told)


def only_line(reason: pytest.ExceptionInfo[Stop]) -> str:
    text = str(reason.value)
    assert "\n" not in text
    return text


def test_an_occupied_port_is_named_with_another_one() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Stop) as reason:
            check_port(port)
    assert f"Port {port} is taken" in only_line(reason)
    check_port(port)


@pytest.mark.parametrize("port", [0, 70000])
def test_what_is_no_port_is_said_to_be_none(port: int) -> None:
    with pytest.raises(Stop, match="is no port"):
        check_port(port)


def test_a_machine_without_a_fitting_python_is_told_which_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "version_of", lambda python: (3, 13))
    with pytest.raises(Stop) as reason:
        fitting_python()
    assert "Python 3.11 or 3.12 is needed" in only_line(reason)


def test_a_python_that_does_not_start_is_passed_over() -> None:
    assert bootstrap.version_of("/nowhere/python3") is None
    assert bootstrap.version_of(sys.executable) == sys.version_info[:2]


def test_a_python_without_venv_is_told_which_package_brings_it(somewhere: Path, monkeypatch) -> None:
    monkeypatch.setattr(bootstrap, "fitting_python", lambda: "python3")
    monkeypatch.setattr(bootstrap, "version_of", lambda python: None)
    monkeypatch.setattr(subprocess, "run", Commands(1, "The virtual environment … because ensurepip is not available."))
    with pytest.raises(Stop) as reason:
        make_environment()
    assert "apt-get install python3-venv" in only_line(reason)


def test_no_network_is_said_in_one_line_and_the_details_are_kept(somewhere: Path, monkeypatch) -> None:
    told = (
        "WARNING: Retrying …\nNewConnectionError: Failed to establish a new connection\nERROR: No matching distribution"
    )
    monkeypatch.setattr(subprocess, "run", Commands(1, told))
    with pytest.raises(Stop) as reason:
        install("runtime")
    assert "no way to the package index" in only_line(reason)
    assert (somewhere / ".venv" / "install.log").read_text(encoding="utf-8") == told


def test_packages_are_installed_by_hash_and_again_only_when_the_lock_changes(somewhere: Path, monkeypatch) -> None:
    commands = Commands()
    monkeypatch.setattr(subprocess, "run", commands)
    install("runtime")
    install("runtime")
    assert len(commands.asked) == 1
    assert {"--require-hashes", "--no-deps"} <= set(commands.asked[0])
    (somewhere / "runtime.lock").write_text("# another\n", encoding="utf-8")
    install("runtime")
    assert len(commands.asked) == 2


def test_the_development_packages_contain_the_others(somewhere: Path, monkeypatch) -> None:
    commands = Commands()
    monkeypatch.setattr(subprocess, "run", commands)
    install("development")
    install("runtime")
    assert len(commands.asked) == 1


def test_the_development_lock_holds_every_package_of_the_other_lock_in_the_same_version() -> None:
    def pins(kind: str) -> set[str]:
        lines = bootstrap.LOCKS[kind].read_text(encoding="utf-8").splitlines()
        return {line.split()[0] for line in lines if line[:1].isalnum()}

    assert pins("runtime")
    assert pins("runtime") <= pins("development")


def test_an_unwritable_folder_stops_the_start(somewhere: Path) -> None:
    (somewhere / "var").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(Stop) as reason:
        bootstrap.check_folders(somewhere, somewhere / "var")
    assert "cannot be written" in only_line(reason)


@pytest.mark.parametrize("port", ["http", "-1", "8000.5"])
def test_the_script_itself_ends_with_one_line_and_a_code(port: str) -> None:
    command = [sys.executable, str(SCRIPT), "run", f"--port={port}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ})
    assert done.returncode == 1
    assert done.stdout.count("\n") == 1
    assert "is no port" in done.stdout
    assert done.stderr == ""


def test_the_script_needs_nothing_but_the_standard_library() -> None:
    command = [sys.executable, "-I", "-S", str(SCRIPT), "--help"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
