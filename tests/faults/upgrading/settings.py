"""Which settings has the next version? Production's, with one more app, whose migrations a file names."""

import os
from pathlib import Path

from config.settings.production import *
from config.settings.production import INSTALLED_APPS

# A file instead of a variable: a process that is started anew finds what the code has become meanwhile.
_next = Path(os.environ["NEXT_VERSION"]).read_text(encoding="utf-8").strip()
if _next:
    INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.upgrading"]
    MIGRATION_MODULES = {"upgrading": f"tests.faults.upgrading.{_next}"}
