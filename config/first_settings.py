"""How does a new installation come by its file of settings? Written once, with a fresh key; never written over.

`manage.py install` asks before Django is loaded. Values given in the environment (`make install ALLOWED_HOSTS=…`) go
into the file; what is missing is asked for at a terminal, and named where there is none.
"""

import os
import secrets
import sys
from pathlib import Path

from config import env_file, environment, known_settings, values

HEAD = """\
# The settings of this installation of PSA Commons, read by the web server, the worker and manage.py.
# One NAME=value to a line, without quotes. docs/how-to/install.md explains each of them.
"""


def template() -> str:
    """Return the text of a file in which nothing is filled in yet."""
    parts = [HEAD]
    for setting in known_settings.SETTINGS:
        needed = "Needed: " if setting.needed else ""
        parts.append(f"# {needed}{setting.meaning.replace('`', '')}\n#{setting.name}={setting.default}\n")
    return "\n".join(parts)


def given() -> dict[str, str]:
    """Return the settings that the environment of this command states. Refuses unfit ones, all at once."""
    stated = {
        name: value.strip() for name in sorted(known_settings.NAMES) if (value := os.environ.get(name, "")).strip()
    }
    _values, problems = environment.problems_of(stated)
    unfit = [problem for problem in problems if problem.partition(" ")[0] in stated]
    if unfit:
        environment.refuse(unfit)
    return stated


def ask(setting: known_settings.Setting) -> str:
    """Ask the person at the terminal until the answer fits."""
    while True:
        print(f"{setting.name}: {setting.meaning.replace('`', '')}", file=sys.stderr)
        answer = input(f"{setting.name}=").strip()
        try:
            setting.read(answer)
        except values.Unfit as error:
            print(f"  {setting.name} {error}." if answer else "  This one is needed.", file=sys.stderr)
            continue
        if answer:
            return answer


def place() -> Path:
    """Return where the file is, or is to be. Refuses a place where it cannot be written."""
    named = os.environ.get("PSA_COMMONS_ENV", "")
    path = Path(named) if named else environment.USUAL_FILE
    if not path.is_absolute():
        environment.refuse([f"PSA_COMMONS_ENV is {named!r}; give a path from the root, as in /etc/psa-commons/env."])
    if path.parent.is_dir() and os.access(path.parent, os.W_OK | os.X_OK):
        return path
    if not path.parent.is_dir() and os.access(path.parent.parent, os.W_OK | os.X_OK):
        path.parent.mkdir(mode=0o700)
        return path
    if path.exists():
        return path
    environment.refuse(
        [
            f"the file of settings cannot be written to {path.parent}; make that folder for this account, "
            "or name another file: make install PSA_COMMONS_ENV=/path/of/the/file"
        ]
    )


def provide() -> None:
    """See to the file of settings and to this process reading it. Refuses where something needed stays open."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", environment.PRODUCTION)
    if os.environ.get("PSA_COMMONS_ENV") == "" or not environment.settings_of_production():
        return  # everything comes from the environment, as in a container
    path, stated = place(), given()
    os.environ["PSA_COMMONS_ENV"] = str(path)
    fresh = not path.exists()
    try:
        known = {} if fresh else env_file.read(path, known_settings.NAMES)
    except env_file.Unreadable as error:
        environment.refuse(error.problems)
    differing = sorted(name for name in stated.keys() & known.keys() if stated[name] != known[name])
    if differing:
        environment.refuse([f"{name} is given, and {path} says otherwise; change it there." for name in differing])
    new = {name: value for name, value in stated.items() if name not in known}
    if not known.get("SECRET_KEY") and "SECRET_KEY" not in new:
        new["SECRET_KEY"] = secrets.token_urlsafe(48)
    open_ones = [
        one for one in known_settings.SETTINGS if one.needed and not known.get(one.name) and one.name not in new
    ]
    if sys.stdin is not None and sys.stdin.isatty():
        new |= {setting.name: ask(setting) for setting in open_ones}
        open_ones = []
    if new or fresh:
        _write(path, template() if fresh else path.read_text(encoding="utf-8"), new)
        print(f"The settings are in {path}." if fresh else f"Added to {path}: {', '.join(sorted(new))}.", flush=True)
    if open_ones:
        lines = [f"{setting.name} is not set ({setting.meaning})." for setting in open_ones]
        environment.refuse([*lines, f"fill in what is missing in {path}, then run make install again."])


def _write(path: Path, content: str, new: dict[str, str]) -> None:
    try:
        env_file.write(path, env_file.filled_in(content, new))
    except OSError as error:
        environment.refuse([f"{path} cannot be written ({error.strerror})."])
