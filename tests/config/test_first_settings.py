"""A new installation comes by its file of settings once, with a key of its own."""

import os
import stat
import subprocess
import sys
from pathlib import Path

from config import environment, first_settings, known_settings
from tests.architecture.places import ROOT

GIVEN = {
    "ALLOWED_HOSTS": "commons.example.org",
    "EMAIL_HOST": "localhost",
    "DEFAULT_FROM_EMAIL": "PSA Commons <no-reply@example.org>",
}
SCRIPT = "from config import first_settings; first_settings.provide()"


def provide(path: Path, **given: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in known_settings.NAMES}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={**kept, "PSA_COMMONS_ENV": str(path), **given},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def stated(path: Path) -> dict[str, str]:
    from config import env_file

    return env_file.read(path, known_settings.NAMES)


def test_the_file_is_written_with_a_fresh_key_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "etc" / "env"
    assert provide(path, **GIVEN).returncode == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    found = stated(path)
    assert {name: found[name] for name in GIVEN} == GIVEN
    other = tmp_path / "other"
    provide(other, **GIVEN)
    assert found["SECRET_KEY"] != stated(other)["SECRET_KEY"]
    assert environment.problems_of(found)[1] == []


def test_what_is_missing_is_named_and_can_be_given_later(tmp_path: Path) -> None:
    path = tmp_path / "env"
    done = provide(path)
    assert done.returncode == environment.EXIT_CODE
    assert [line.split(": ")[1].split()[0] for line in done.stderr.splitlines()] == [*GIVEN, "fill"]
    key = stated(path)["SECRET_KEY"]
    assert provide(path, **GIVEN).returncode == 0
    assert stated(path) == {**GIVEN, "SECRET_KEY": key}


def test_a_file_that_is_there_is_never_contradicted(tmp_path: Path) -> None:
    path = tmp_path / "env"
    provide(path, **GIVEN)
    before = path.read_bytes()
    done = provide(path, **{**GIVEN, "EMAIL_HOST": "mail.example.org"})
    assert done.returncode == environment.EXIT_CODE
    assert "EMAIL_HOST is given, and" in done.stderr
    assert path.read_bytes() == before
    assert provide(path, **GIVEN).stdout == ""
    assert path.read_bytes() == before


def test_an_unfit_value_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    path = tmp_path / "env"
    done = provide(path, **{**GIVEN, "EMAIL_HOST": "https://mail"})
    assert done.returncode == environment.EXIT_CODE
    assert done.stderr.count("\n") == 1
    assert not path.exists()


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    done = provide(tmp_path / "no" / "such" / "env", **GIVEN)
    assert done.returncode == environment.EXIT_CODE
    assert "cannot be written" in done.stderr


def test_the_template_names_every_setting() -> None:
    text = first_settings.template()
    assert all(f"#{name}=" in text for name in known_settings.NAMES)
