"""Which of PostgreSQL's tools are installed, and may a backup be given to them?"""

import re
import shutil
import subprocess
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
# From these versions on, psql takes no commands of its own from what pg_restore writes.
RESTRICTED = {13: 22, 14: 19, 15: 14, 16: 10, 17: 6}


class ToolMissing(Exception):
    """A tool of PostgreSQL is absent or older than the server."""


def tool(name: str, server: int = 0) -> str:
    """Return the newest installed tool of that name. Raises ToolMissing where it is older than the server's version."""
    return _newest(name, server)[1]


def closed_tool(name: str, server: int) -> str:
    """Return the newest installed tool, of a version in which a backup cannot give commands to this machine.

    Raises ToolMissing where there is none.
    """
    (major, minor), path = _newest(name, server)
    least = RESTRICTED.get(major, 0 if major > max(RESTRICTED) else None)
    if least is None or minor < least:
        known = ", ".join(f"{number}.{least}" for number, least in sorted(RESTRICTED.items()))
        raise ToolMissing(
            f"{name} is of version {major}.{minor}, in which a forged backup could run commands on this machine "
            f"(CVE-2025-8714). Upgrade the package postgresql-client to one of {known}, or newer."
        )
    return path


def _newest(name: str, server: int) -> tuple[tuple[int, int], str]:
    found = [*DEBIAN.glob(f"*/bin/{name}"), *filter(None, [shutil.which(name)])]
    versions = [(_version(str(path)), str(path)) for path in found]
    if not versions:
        raise ToolMissing(f"{name} is not installed. On Debian: apt-get install postgresql-client")
    version, path = max(versions)
    if version[0] < server:
        raise ToolMissing(
            f"{name} is of version {version[0]}, the server of version {server}: install postgresql-client-{server}."
        )
    return version, path


def _version(path: str) -> tuple[int, int]:
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\) (\d+)(?:\.(\d+))?", told)
    return (int(number[1]), int(number[2] or 0)) if number else (0, 0)
