"""Which secrets of a backup are not those of this installation, and how does its owner get them?"""

import json
from typing import Any

from config import env_file, known_settings
from config.backups import archive, sources, switching
from config.backups.facts import Damaged, NotRestored

NAME = "restored-keys.env"
LONGEST = 1_000_000  # bytes of all of them


def staged() -> dict[str, Any]:
    """Return the staged secrets by name, none where the backup holds none.

    Its owner will put them into the file of settings. Raises Damaged where one is no secret of these settings, or has a
    value that would not stay on its line.
    """
    path = switching.staging() / archive.KEYS
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_bytes()) if path.stat().st_size <= LONGEST else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Damaged("The secrets in it cannot be read.")
    for name, value in found.items():
        if name not in known_settings.NAMES or not sources.is_secret(name):
            raise Damaged("Among the secrets in it is one that no setting has.")
        parts = value if isinstance(value, list) else [value]
        if not all(isinstance(part, str) and part.isprintable() for part in parts):
            raise Damaged(f"Its value of {name} is none that a file of settings can hold.")
        if isinstance(value, list) and any(len(part.split()) != 1 for part in parts):
            raise Damaged(f"Its value of {name} is no list of keys.")
    return found


def write_differing() -> list[str]:
    """Write the staged secrets that differ from those of this installation into a file; return their names.

    The file has the form of a file of settings, so that its lines can be taken over as they stand. Raises NotRestored.
    """
    try:
        then = staged()
    except Damaged as problem:
        raise NotRestored(str(problem)) from problem
    now = json.loads(json.dumps(sources.secrets()))
    other = {name: value for name, value in then.items() if now.get(name) != value}
    if other:
        target = sources.var_dir() / NAME
        try:
            env_file.write(target, "".join(f"{name}={_stated(value)}\n" for name, value in sorted(other.items())))
        except OSError as error:
            raise NotRestored(f"{target}: {error.strerror}. Mend that, then give the command again.") from error
    return sorted(other)


def _stated(value: object) -> str:
    """Return a value as a file of settings states it: several keys are parted by spaces, nothing is quoted."""
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
