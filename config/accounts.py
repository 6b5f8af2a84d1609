"""Does the installation belong to the account that works on it?"""

import os
from pathlib import Path


def wrong_account(var: Path) -> str:
    """Return what is wrong where root works in a folder of another account; nothing where all is well.

    Root may write everywhere, and what it makes there (locks, an index, a database) the site cannot open afterwards.
    """
    if os.geteuid() != 0 or not var.is_dir():
        return ""
    owner = var.stat().st_uid
    if owner == 0:
        return ""
    return f"this is root, and {var} belongs to another account; run it as that account: sudo -u '#{owner}' …"
