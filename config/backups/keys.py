"""Which secrets of a backup are not those of this installation, and how does its owner get them?"""

import json

from config import env_file
from config.backups import archive, sources, switching
from config.backups.facts import NotRestored

NAME = "restored-keys.env"


def write_differing() -> list[str]:
    """Write the staged secrets that differ from those of this installation into a file; return their names.

    The file has the form of a file of settings, so that its lines can be taken over as they stand. Raises NotRestored.
    """
    staged = switching.staging() / archive.KEYS
    if not staged.exists():
        return []
    then = json.loads(staged.read_text(encoding="utf-8"))
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
