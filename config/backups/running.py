"""Does anything of the site run on this machine, and was a restore left half-way?

Every process that loads the site shares a lock in VAR_DIR as long as it lives; the system lets go of it when the
process ends, however it ends. A restore wants the lock for itself.
"""

import fcntl
import json
import os
import stat
from contextlib import suppress
from pathlib import Path

_held: dict[Path, int] = {}


class StillRunning(Exception):
    """A web server, a worker or a command of this site runs, or nobody can tell."""


class RestoreUnderWay(Exception):
    """A restore works on this site, or was interrupted and has to be finished first."""


def journal_path(var: Path) -> Path:
    """Return the file that stands as long as a restore changes things."""
    return var / "restore.json"


def refuse_unfinished(var: Path) -> None:
    """Raise RestoreUnderWay where a restore has not come to its end."""
    journal = journal_path(var)
    if not journal.exists():
        return
    try:
        archive = json.loads(journal.read_text(encoding="utf-8"))["archive"]
    except (OSError, ValueError, KeyError, TypeError):
        archive = "a backup"
    raise RestoreUnderWay(
        f"The restore of {archive} has not come to its end. Wait for it; where it was interrupted, run: "
        "manage.py restore --finish"
    )


def share(var: Path) -> None:
    """Say for the rest of this process's life that the site runs. Raises RestoreUnderWay where a restore runs.

    Where the folder is not there or cannot be written to, nothing is said.
    """
    handle = _handle(var)
    if handle is None:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        raise RestoreUnderWay("A restore is under way. Start again when it has come to its end.") from None


def claim(var: Path) -> None:
    """Be the only process of the site until this process ends.

    Raises StillRunning where others are there, or where the lock that would tell cannot be opened.
    """
    handle = _handle(var)
    if handle is None:
        raise StillRunning(
            f"{_lock_path(var)} cannot be opened, so that nothing tells whether the site runs. Give it to the account "
            "of the site, or end everything and remove it."
        )
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StillRunning(
            "The web server, the worker or a command of this site still runs. End them, then restore."
        ) from None


def _lock_path(var: Path) -> Path:
    return var / "running.lock"


def _handle(var: Path) -> int | None:
    path = _lock_path(var)
    if path not in _held:
        try:
            # Opened for reading, so that the site's own account can share a lock that another account has made.
            handle = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError:
            return None
        with suppress(OSError):  # another's; it was readable
            if stat.S_IMODE(os.fstat(handle).st_mode) != 0o644:
                os.fchmod(handle, 0o644)  # whatever the mask of who made it
        _held[path] = handle
    return _held[path]
