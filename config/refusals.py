"""What stands against starting a real installation, beyond its settings: database, folders, accounts?

Asked by the web server, the worker and `manage.py check --deploy`. The demonstration is never refused.
"""

import json
import logging
import os
import pwd
import signal
import sqlite3
import sys
import time
from multiprocessing.synchronize import Lock
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from config import environment
from config.accounts import wrong_account
from config.databases import OLDEST_SQLITE

TAG = "installation"
OWN_FOLDERS = frozenset({"index", "media", "static", "backups", "before-restore"})
logger = logging.getLogger("config.refusals")
# Held by the one web process that says why none of them starts; config/gunicorn.py puts both here.
voice: Lock | None = None
replacing = False  # does this process take the place of one that ran?
# A database that starts beside the site, or anew, is there within seconds.
TRIES, PAUSE = 5, 4.0


def unfit_settings() -> list[str]:
    """Return what is wrong with settings that somebody changed in the code."""
    return ["DEBUG is on; a real installation runs without it."] if settings.DEBUG else []


def old_sqlite() -> list[str]:
    """Return what is wrong with the SQLite of this Python."""
    if connection.vendor != "sqlite" or sqlite3.sqlite_version_info >= OLDEST_SQLITE:
        return []
    wanted = ".".join(map(str, OLDEST_SQLITE))
    return [f"SQLite is {sqlite3.sqlite_version}; {wanted} or newer is needed. Take a newer Python, or PostgreSQL."]


def unwritable() -> list[str]:
    """Return which of the folders and database files of this installation cannot be written, and what to do."""
    top = Path(settings.VAR_DIR)
    try:
        if not top.is_dir():
            return [f"the folder VAR_DIR, {top}, is not there; make install makes it."]
        inside = sorted(top.iterdir())
    except PermissionError:
        return [
            f"the folder VAR_DIR, {top}, is closed to this account ({_account()}); start as the account of the site."
        ]
    found = []
    for path in (top, *inside):
        needs = os.W_OK | os.X_OK if path.is_dir() else os.W_OK
        # A disk of its own holds folders that are none of ours.
        matters = path == top or path.name in OWN_FOLDERS or path.name.partition("-")[0].endswith(".sqlite3")
        if matters and not os.access(path, needs):
            found.append(
                f"{path} cannot be written by this account ({_account()}); give it to the account of the site."
            )
    return [*found, *filter(None, [wrong_account(top)])]


def _account() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def unapplied() -> list[str]:
    """Return that migrations wait, where some do. Those of a newer version that the database holds do no harm."""
    loader = MigrationLoader(connection)
    waiting = sorted(loader.disk_migrations.keys() - set(loader.applied_migrations or ()) - _replaced(loader))
    if not waiting:
        return []
    if not loader.applied_migrations:
        return ["the database is empty; run make install."]
    first = ".".join(waiting[0])
    return [f"the database lacks {len(waiting)} migrations, {first} first; run make install or manage.py upgrade."]


def _replaced(loader: MigrationLoader) -> set[tuple[str, str]]:
    """Return the squashing migrations, which count as applied with those that they replace."""
    applied = set(loader.applied_migrations or ())
    squashing = {key: set(one.replaces) for key, one in loader.disk_migrations.items() if one.replaces}
    done = {key for key, old in squashing.items() if old <= applied}
    return done | {old for key, olds in squashing.items() if key in applied for old in olds}


def uncollected() -> list[str]:
    """Return that pages would be without styles and scripts, where they were not collected."""
    if (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        return []
    return ["static files are not collected; run manage.py upgrade."]


def demonstration_accounts() -> list[str]:
    """Return that accounts of the demonstration could log in, where some could."""
    from people.models import User

    people = json.loads((Path(settings.BASE_DIR) / "fixtures" / "people.json").read_text(encoding="utf-8"))
    addresses = [row["email"] for row in people["accounts"]]
    accounts = User.objects.filter(email__in=addresses, is_active=True)
    found = sorted(user.email for user in accounts if user.has_usable_password())
    if not found:
        return []
    names = ", ".join(found[:3]) + (" and others" if len(found) > 3 else "")
    return [f"the database holds accounts of the demonstration ({names}); take a database of its own, or remove them."]


class DatabaseAway(Exception):
    """The database cannot be asked now; the words say why. That may pass, and is no fault of the settings."""


def found() -> list[str]:
    """Return a sentence for each thing that stands against starting, none in the demonstration. Raises DatabaseAway."""
    if settings.DEMONSTRATION:
        return []
    problems = [*unfit_settings(), *old_sqlite(), *unwritable()]
    if problems:
        return problems
    try:
        return unapplied() or [*uncollected(), *demonstration_accounts()]
    except DatabaseError as error:
        reason = " ".join(str(error).split())
        raise DatabaseAway(f"the database cannot be used: {reason}. DATABASE_URL says where it is.") from error
    finally:
        connection.close()


def _found_at_last() -> list[str]:
    """Return what stands against starting; wait for a database that is away, and end with 1 if it stays so.

    With that code, systemd and gunicorn start the process again.
    """
    for left in range(TRIES - 1, -1, -1):
        try:
            return found()
        except DatabaseAway as reason:
            if not left:
                print(f"PSA Commons does not start: {reason}", file=sys.stderr, flush=True)
        if left:
            time.sleep(PAUSE)
    raise SystemExit(1)


def refuse_to_start() -> None:
    """Load Django and return where all is well; else say each problem in a line of standard error and end with 3.

    A web process that takes the place of another one only logs them.
    """
    import django

    django.setup()
    problems = _found_at_last()
    if not problems:
        return
    if replacing:
        # What speaks against a start must not end a site that runs; most readers will still be answered.
        for problem in problems:
            logger.error("PSA Commons would not start anew: %s", problem)
        return
    if voice is not None and not voice.acquire(block=False):
        _fall_silent()
    environment.refuse(problems)


def _fall_silent() -> None:
    """End without a word and without EXIT_CODE: gunicorn stumbles over a second process that gives it."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    time.sleep(8)  # the one that speaks has ended by then; gunicorn ends this one as well
    os.kill(os.getpid(), signal.SIGTERM)


def check(**_kwargs: object) -> list[checks.CheckMessage]:
    """Report the same as a system check of `manage.py check --deploy`."""
    try:
        problems = found()
    except DatabaseAway as reason:
        problems = [str(reason)]
    return [checks.Error(problem, id="config.E002") for problem in problems]


def register() -> None:
    """Register the check."""
    checks.register(check, TAG, deploy=True)
