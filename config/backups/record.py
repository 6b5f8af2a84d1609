"""When was the last backup made, where is it, and is it whole? For the status page."""

import json
from dataclasses import asdict, dataclass

from config.backups import sources

NAME = "backups.json"


@dataclass(frozen=True)
class Backup:
    """What the last attempt at a backup came to."""

    when: str  # ISO 8601, UTC
    where: str  # name of the file, or of the folder where there is none
    ok: bool
    size: int = 0  # bytes
    seconds: float = 0.0
    sealed: bool = False
    problem: str = ""
    last_good: str = ""  # when the last whole one was made, ISO 8601, UTC


def last_backup() -> Backup | None:
    """Return what the last attempt came to; None where there was none or nothing can be read."""
    try:
        row = json.loads((sources.var_dir() / NAME).read_text(encoding="utf-8"))
        return Backup(**row)
    except (OSError, ValueError, TypeError):
        return None


def note(backup: Backup) -> None:
    """Keep what an attempt came to; where even that cannot be written, the command's own words have to do."""
    path = sources.var_dir() / NAME
    new = path.with_suffix(".new")
    try:
        new.write_text(json.dumps(asdict(backup)), encoding="utf-8")
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
