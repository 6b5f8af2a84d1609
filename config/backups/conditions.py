"""May a restore begin here: is it alone, can everything be put in its place, and what would be lost?"""

import os
import time
from pathlib import Path

from django.db import DatabaseError, connections

from config.accounts import wrong_account
from config.backups import postgres, running, sources, sqlite
from config.backups.facts import NotRestored
from config.backups.sources import Source

MOUNTS = Path("/proc/self/mountinfo")
LOOKS, PAUSE = 10, 0.2  # seconds between two looks: a session that has just ended is seen for a moment longer


def be_alone() -> None:
    """Raise NotRestored where something of the site runs, or where root would leave files that it cannot write."""
    var = sources.var_dir()
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    if problem := wrong_account(var):
        raise NotRestored(f"{problem[0].upper()}{problem[1:]}")
    try:
        running.claim(var)
    except running.StillRunning as reason:
        raise NotRestored(str(reason)) from None
    refuse_sessions()


def refuse_sessions() -> None:
    """Raise NotRestored where anybody else is connected to a database on a server, from whatever machine."""
    for source in sources.databases():
        connections.close_all()  # another alias may lead into the same database
        if source.engine == "postgresql":
            _refuse_sessions(source)


def _refuse_sessions(source: Source) -> None:
    for _look in range(LOOKS):
        try:
            others = postgres.others_connected(source.alias)
        except DatabaseError as error:
            reason = str(error).splitlines()[0]
            raise NotRestored(f"The database {source.alias!r} cannot be reached: {reason}") from error
        if not others:
            return
        time.sleep(PAUSE)
    raise NotRestored(
        f"{others} other session(s) use the database {source.alias!r}: end web servers and workers on all machines "
        "and whatever else is connected, then restore. Nothing was changed."
    )


def refuse_mounts() -> None:
    """Raise NotRestored where the folder of uploads cannot be moved aside, because a disk of its own is mounted there.

    Found out later, it would keep the restore from ever coming to its end.
    """
    media = sources.media_dir()
    if os.path.ismount(media) or str(media) in _mounted():
        raise NotRestored(
            f"{media} is a mount of its own and cannot be replaced in one step. Unmount it, restore, then move the "
            "uploads to that disk and mount it again. Nothing was changed."
        )


def _mounted() -> set[str]:
    """Return every place where something is mounted, folders of the same disk included."""
    try:
        lines = MOUNTS.read_bytes().splitlines()
    except OSError:
        return set()
    # Blanks and the like stand there as \040; everything else as it is.
    return {os.fsdecode(line.split()[4].decode("unicode_escape").encode("latin-1")) for line in lines}


def standing() -> list[str]:
    """Return which places hold data already. Raises NotRestored where a database cannot be reached."""
    found = []
    for source in sources.databases():
        holds = sqlite.holds_tables(source.path) if source.engine == "sqlite" else postgres.holds_tables(source.alias)
        if holds:
            found.append(f"the database {source.alias!r}")
    media = sources.media_dir()
    if media.is_dir() and any(media.iterdir()):
        found.append("uploads")
    return found
