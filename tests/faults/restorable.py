"""A site in processes of its own, to be backed up, lost and restored: on SQLite, or on the PostgreSQL of the tests."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.architecture.places import ROOT

URL = os.environ.get("DATABASE_URL", "")
TOTP = "JBSWY3DPEHPK3PXP"

FILL = f"""
import django; django.setup()
from pathlib import Path
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from kb.choices import Tlp
from tests.factories import make_entry, make_user
for number in range(6):
    make_entry(f"Barriers for the market {{number}}", label=[Tlp.CLEAR, Tlp.GREEN][number % 2])
ada = make_user("ada@example.org")
EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
TOTP.activate(ada, {TOTP!r})
folder = Path(settings.MEDIA_ROOT) / "documents"
folder.mkdir(parents=True)
(folder / "plan.pdf").write_bytes(bytes(range(256)) * 40)
"""

# In each transaction a pair of rows and, before it commits, the upload that they speak of.
WRITE = """
import os, sys
import django; django.setup()
from pathlib import Path
from django.conf import settings
from django.db import transaction
from people.models import Circle
folder = Path(settings.MEDIA_ROOT) / "written"
folder.mkdir(exist_ok=True)
number = 0
while True:
    name = f"{os.getpid()}-{number}"
    (folder / name).write_text(name)
    with transaction.atomic():
        Circle.objects.create(name=f"left {name}")
        Circle.objects.create(name=f"right {name}")
    number += 1
    if number == 3:
        print("writing", flush=True)
"""

PROBE = """
import django
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
django.setup()
import hashlib, json, re
from pathlib import Path
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from people.models import Circle
from tests.faults.restorable import TOTP
from tests.factories import PASSWORD

def found(client):
    pages = [client.get("/search/", {"q": words}, headers={"host": "localhost"}) for words in ("barriers", "vehicle")]
    return [[page.status_code, re.findall(r'href="(/[^"]*)"', page.content.decode())] for page in pages]

anonymous, ada = Client(), Client()
asked = ada.post("/account/login/", {"login": "ada@example.org", "password": PASSWORD}, headers={"host": "localhost"})
code = format_hotp_value(hotp_value(TOTP, next(iter(yield_hotp_counters_from_time()))))
signed = ada.post("/account/2fa/authenticate/", {"code": code}, headers={"host": "localhost"})
media = Path(settings.MEDIA_ROOT)
circles = list(Circle.objects.values_list("name", flat=True))
print(json.dumps({
    "anonymous": found(anonymous),
    "ada": found(ada),
    "login": [asked.status_code, asked.url, signed.status_code, "_auth_user_id" in ada.session],
    "left": sorted(name[5:] for name in circles if name.startswith("left ")),
    "right": sorted(name[6:] for name in circles if name.startswith("right ")),
    "plan": hashlib.sha256((media / "documents" / "plan.pdf").read_bytes()).hexdigest(),
    "written": sorted(path.name for path in media.glob("written/*")),
}))
"""


@dataclass
class Site:
    """One installation: its folder, and its database where that is PostgreSQL."""

    folder: Path
    database: str = ""
    more: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make an empty place for it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if URL:
            base, _slash, name = URL.rpartition("/")
            self.database = f"{base}/{name}_{self.folder.name}"
            self._drop(create=True)

    def _drop(self, *, create: bool = False) -> None:
        import psycopg

        base, _slash, name = self.database.rpartition("/")
        with psycopg.connect(f"{base}/postgres", autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            if create:
                connection.execute(f'CREATE DATABASE "{name}"')

    def remove(self) -> None:
        """Take its database away."""
        if self.database:
            self._drop()

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.demo",
            "VAR_DIR": str(self.folder),
            "DATABASE_URL": self.database,
            **self.more,
        }

    def start(self, *words: str, **options: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def run(self, *words: str, **options: Any) -> subprocess.CompletedProcess[str]:
        with self.start(*words, **options) as process:
            out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def manage(self, *words: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return self.run("manage.py", *words, **options)

    def managed(self, *words: str) -> str:
        done = self.manage(*words)
        assert done.returncode == 0, f"manage.py {' '.join(words)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement in its database; return what it answers."""
        if self.database:
            import psycopg

            with psycopg.connect(self.database) as connection:
                cursor = connection.execute(statement)
                return cursor.fetchall() if cursor.description else []
        with closing(sqlite3.connect(self.folder / "commons.sqlite3")) as connection, connection:
            return connection.execute(statement).fetchall()

    def fill(self) -> None:
        """Prepare it and put content, an account with a second factor and an upload into it."""
        self.managed("migrate", "-v0")
        self.managed("createcachetable", "--database", "cache")
        self.managed("migrate", "people", "--database", "audit", "-v0")
        done = self.run("-c", FILL)
        assert done.returncode == 0, done.stderr
        self.managed("build_index")

    def probe(self) -> dict[str, Any]:
        """Return what its readers find and whether one can sign in with password and code."""
        done = self.run("-c", PROBE)
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        return told


def wait_until(true: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Look again and again, often enough to catch a short moment."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"{what} did not happen"
        time.sleep(0.002)
