"""What does the environment of an installation say, and what is said where a setting is wrong or missing?

The values stand in the environment of the process, or in a file of settings; the environment goes before the file, and
`config/known_settings.py` says which they are. Read with Python's standard library only, before anything else: every
way in (web server, worker, `manage.py`) is refused with one line for each problem, and nothing more.
"""

import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from config import env_file, values
from config.known_settings import NAMES, SETTINGS

PRODUCTION = "config.settings.production"
DEMONSTRATION = "config.settings.demo"
WITHOUT_FILE = (DEMONSTRATION, "config.settings.test")
USUAL_FILE = Path("/etc/psa-commons/env")
MANUAL = "docs/how-to/install.md"
EXIT_CODE = 3  # the one by which a web process tells gunicorn not to start it again


class Refused(SystemExit):
    """This installation must not start as it is; raising it ends the process with EXIT_CODE."""


def refuse(problems: list[str]) -> NoReturn:
    """Say each problem in a line of standard error and end the process."""
    for problem in problems:
        print(f"PSA Commons does not start: {problem}", file=sys.stderr, flush=True)
    raise Refused(EXIT_CODE)


def settle() -> None:
    """Choose the settings of a command: those named, else a real installation's where it has a file, else the demo's.

    `DJANGO_SETTINGS_MODULE` and `PSA_COMMONS_ENV` are read here and nowhere else before Django.
    """
    if not os.environ.get("DJANGO_SETTINGS_MODULE"):
        os.environ["DJANGO_SETTINGS_MODULE"] = DEMONSTRATION if file_of_settings() is None else PRODUCTION


def settings_of_production() -> bool:
    """Is this a real installation, as opposed to the demonstration or the tests?"""
    return os.environ.get("DJANGO_SETTINGS_MODULE") not in WITHOUT_FILE


def file_of_settings() -> Path | None:
    """Return the file of settings: the one that is named, else the usual one where it is there, else None.

    The demonstration and the tests have none; a name that is given but empty means that none is to be read.
    """
    if not settings_of_production():
        return None
    named = os.environ.get("PSA_COMMONS_ENV")
    if named is not None:
        return Path(named) if named else None
    try:
        return USUAL_FILE if USUAL_FILE.exists() else None
    except OSError:  # a folder that may not be looked into holds one, for all we know
        return USUAL_FILE


@cache
def variables() -> Mapping[str, str]:
    """Return the environment, and under it what the file of settings says. Refuses a file that cannot be read."""
    path = file_of_settings()
    if path is None:
        return dict(os.environ)
    try:
        stated = env_file.read(path, NAMES)
    except env_file.Unreadable as error:
        refuse(error.problems)
    return {**stated, **os.environ}


def var_dir(default: Path) -> Path:
    """Return the folder for what running makes, whichever settings hold; `read` says whether it is a fit one."""
    return Path(variables().get("VAR_DIR") or default)


def problems_of(given: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Return the values of all settings, None for those that are neither given nor have a default, and the problems."""
    found: dict[str, Any] = {}
    problems: list[str] = []
    for setting in SETTINGS:
        stated = given.get(setting.name, "").strip() or setting.default
        found[setting.name] = None
        if not stated:
            if setting.needed:
                problems.append(f"{setting.name} is not set ({setting.meaning}). {MANUAL} lists the settings.")
            continue
        try:
            found[setting.name] = setting.read(stated)
        except values.Unfit as error:
            problems.append(f"{setting.name} {error}.")
    return found, [*problems, *_at_odds(found)]


def _at_odds(found: Mapping[str, Any]) -> list[str]:
    """Return what does not go together, though each value is fit by itself."""
    problems = []
    if found["OIDC_ISSUER"]:
        lacking = [name for name in ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET") if not found[name]]
        problems += [f"{name} is not set, and OIDC_ISSUER is." for name in lacking]
    server = found["EMAIL_HOST"]
    if found["EMAIL_SECURITY"] == "none" and server and not values.is_this_machine(server):
        problems.append(f"EMAIL_SECURITY is 'none', and {server} is another machine: give starttls or tls.")
    return problems


@cache
def read() -> Mapping[str, Any]:
    """Return the value of every setting of a real installation; refuse, all problems at once, where one is unfit."""
    found, problems = problems_of(variables())
    if problems:
        refuse(problems)
    return found
