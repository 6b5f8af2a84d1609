"""Fault 16: a wrong key, a missing setting, a folder that cannot be written. It does not start, and says why."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.architecture.places import ROOT
from tests.installation import SECONDS, Installation, installed, settings
from tests.machine import free_port

WAYS_IN = {
    "manage.py": ("manage.py", "showmigrations"),
    "worker": ("manage.py", "worker", "--once"),
    "web server": ("-m", "gunicorn", "--config", "config/gunicorn.py"),
    "web server by hand": ("-m", "gunicorn", "config.wsgi", "--workers", "1"),
}


def start(way: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, *WAYS_IN[way]]
    if "gunicorn" in words:
        words += ["--bind", f"127.0.0.1:{free_port()}"]
    return subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=SECONDS
    )


def refusals(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if not line.startswith("[")]  # gunicorn's own begin with [
    said = [line.removeprefix("PSA Commons does not start: ") for line in lines]
    assert all(short != whole for short, whole in zip(said, lines, strict=True)), done.stderr
    return said


@pytest.mark.parametrize("way", ["manage.py", "worker", "web server"])
def test_f16_every_way_in_names_all_that_is_wrong_a_line_each(way: str, tmp_path: Path) -> None:
    wrong = {
        **settings(tmp_path),
        "SECRET_KEY": "demonstration-only-not-a-secret",
        "ALLOWED_HOSTS": "",
        "EMAIL_PORT": "many",
        "DATABASE_URL": "mysql://user:hidden-password@host/name",
    }
    said = refusals(start(way, wrong))
    assert [line.split()[0] for line in said] == ["SECRET_KEY", "ALLOWED_HOSTS", "EMAIL_PORT", "DATABASE_URL"]
    assert not any("hidden-password" in line or "not-a-secret" in line for line in said)


def test_f16_a_server_that_is_started_by_hand_is_refused_as_well(tmp_path: Path) -> None:
    said = refusals(start("web server by hand", {**settings(tmp_path), "SECRET_KEY": "short"}))
    assert said == ["SECRET_KEY must be a random text of at least 40 characters."]


@pytest.mark.parametrize("way", ["worker", "web server"])
def test_f16_what_is_missing_on_the_machine_is_said_once(way: str, tmp_path: Path) -> None:
    said = refusals(start(way, settings(tmp_path)))
    assert said == [f"the folder VAR_DIR, {tmp_path}/var, is not there; make install makes it."]


AS_NOBODY = (
    "import os; from config import refusals; from django.conf import settings; settings.VAR_DIR; "
    "os.setgid(65534); os.setuid(65534); print(*refusals.unwritable(), sep=chr(10))"
)


def said_to_another_account(folder: Path) -> list[str]:
    """Return what somebody else is told who starts the site."""
    words = [sys.executable, "-c", AS_NOBODY]
    done = subprocess.run(
        words, cwd=ROOT, env=settings(folder), capture_output=True, text=True, check=False, timeout=SECONDS
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start something as another account")
def test_f16_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "var" / "index").mkdir(parents=True)
    (tmp_path / "var").chmod(0o755)
    above = [folder for folder in tmp_path.parents if folder.is_relative_to(tempfile.gettempdir())]
    for folder in (*above[:-1], tmp_path):
        folder.chmod(0o755)
    lines = said_to_another_account(tmp_path)
    assert [line.split()[0] for line in lines] == [f"{tmp_path}/var", f"{tmp_path}/var/index"]
    assert all("cannot be written by this account" in line for line in lines)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start something as another account")
def test_f16_a_folder_that_cannot_even_be_looked_at_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    tmp_path.chmod(0o700)
    [line] = said_to_another_account(tmp_path)
    assert line.startswith(f"the folder VAR_DIR, {tmp_path}/var, is closed to this account (nobody)")


DEMO_ACCOUNT = """
from people.models import User
User.objects.create_user("member@example.org", "demonstration-2026")
"""


def test_f16_accounts_of_the_demonstration_keep_it_from_starting(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        assert installation.manage("check", "--deploy").returncode == 0
        assert installation.manage("shell", "--no-imports", "-c", DEMO_ACCOUNT).returncode == 0
        for way in ("worker", "web server"):
            said = refusals(start(way, installation.environment))
            assert len(said) == 1
            assert "accounts of the demonstration (member@example.org)" in said[0]
        checked = installation.manage("check", "--deploy")
        assert checked.returncode == 1
        assert "member@example.org" in checked.stderr
        # An account that cannot log in does no harm.
        silence = "from people.models import User; User.objects.update(is_active=False)"
        installation.manage("shell", "--no-imports", "-c", silence)
        assert installation.manage("worker", "--once").returncode == 0


def test_f16_a_database_that_is_away_is_said_in_one_line(tmp_path: Path) -> None:
    away = Installation(tmp_path / "var", settings(tmp_path))
    (tmp_path / "var").mkdir(mode=0o700)
    url = f"postgresql://commons:hidden-password@127.0.0.1:{free_port()}/commons"
    done = away.manage("worker", "--once", DATABASE_URL=url)
    said = refusals(done)
    assert len(said) == 1
    assert said[0].startswith("the database cannot be used: ")
    assert "hidden-password" not in said[0]
