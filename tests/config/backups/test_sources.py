"""Every database is backed up but the one that holds only the cache."""

import json
import os
import subprocess
import sys

from tests.architecture.places import ROOT

ASK = """
import json, os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.demo"
from django.conf import settings
settings.DATABASES["audit"] = {**settings.DATABASES["default"], "NAME": os.environ["VAR_DIR"] + "/audit.sqlite3"}
settings.DATABASES["replica"] = {**settings.DATABASES["default"]}
django.setup()
from config.backups import sources
print(json.dumps([[source.alias for source in sources.databases()], sorted(sources.emptied_tables())]))
"""


def test_a_new_database_is_backed_up_without_being_named_and_one_with_two_aliases_once(tmp_path) -> None:
    environment = {**os.environ, "VAR_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [["default", "audit"], ["django_cache", "django_session", "visits"]]
