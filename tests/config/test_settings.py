"""A real installation starts only with what it needs, and never with what belongs to the demonstration."""

import os
import subprocess
import sys

import pytest

from config.deployment import INVENTED
from tests.architecture.places import ROOT


def start(**changes: str) -> subprocess.CompletedProcess[str]:
    """Load the settings of production in a process of its own; an empty value stands for a missing one."""
    environment = {**os.environ, **INVENTED, "DATABASE_URL": "", **changes}
    script = "from django.conf import settings; print(settings.SESSION_COOKIE_NAME)"
    command = [sys.executable, "-c", script]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_it_starts_with_everything_given() -> None:
    done = start()
    assert done.returncode == 0
    assert done.stdout.strip() == "__Host-sessionid"


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "EMAIL_HOST", "DEFAULT_FROM_EMAIL"])
def test_it_names_what_is_missing(name: str) -> None:
    done = start(**{name: ""})
    assert done.returncode != 0
    assert f"{name} is not set" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("key", ["short", "demonstration-only-not-a-secret" * 2])
def test_it_refuses_a_weak_or_demonstration_key(key: str) -> None:
    done = start(SECRET_KEY=key)
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "must be a random text" in done.stderr


def test_it_refuses_a_database_it_does_not_know() -> None:
    done = start(DATABASE_URL="mysql://somewhere/name")
    assert done.returncode != 0
    assert "postgresql://" in done.stderr.splitlines()[-1]


def test_it_refuses_to_load_demonstration_accounts() -> None:
    command = [sys.executable, "manage.py", "load_demo"]
    environment = {**os.environ, **INVENTED, "DATABASE_URL": ""}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "for the demonstration only" in done.stderr
