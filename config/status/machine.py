"""Is the machine below in order: disk, backup, database, audit log, cache, version?"""

import datetime
import json
import os
import platform
import shutil
import tomllib
from pathlib import Path
from typing import Any

import django
import wagtail
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.status.lights import Level, Light, guarded
from config.status.running import moment
from people.audit import chain
from people.audit_rows import AuditCheckpoint

SCARCE, LOW = 500 * 1024**2, 2 * 1024**3  # bytes free
MOST_FILES = 50_000  # whoever has more gets a lower bound, and the page at once
BACKUP_DUE = datetime.timedelta(hours=26)


def size_of(folder: Path) -> str:
    """Return the size of all files below a folder, “more than” where there are very many."""
    total = count = 0
    for place, _folders, names in os.walk(folder):
        for name in names:
            try:
                total += Path(place, name).lstat().st_size
            except OSError:
                continue  # gone meanwhile
            count += 1
        if count > MOST_FILES:
            return _("more than %(size)s") % {"size": filesizeformat(total)}
    return filesizeformat(total)


@guarded(lambda: _("Disk"))
def disk() -> Light:
    """Is there room, and what takes how much?"""
    usage = shutil.disk_usage(settings.VAR_DIR)
    facts = [
        (
            _("Free"),
            _("%(free)s of %(total)s") % {"free": filesizeformat(usage.free), "total": filesizeformat(usage.total)},
        ),
        (_("Search index"), size_of(Path(settings.SEARCH_INDEX_DIR))),
        (_("Uploaded files"), size_of(Path(settings.MEDIA_ROOT))),
    ]
    advice = _("Make room: old backups and logs first. Reading goes on with a full disk; nothing can be saved.")
    if usage.free < SCARCE:
        return Light(_("Disk"), Level.ACT, _("The disk is full or nearly so."), advice, facts)
    if usage.free < LOW or usage.free < usage.total // 20:
        return Light(_("Disk"), Level.LOOK, _("The disk is filling up."), advice, facts)
    return Light(_("Disk"), Level.FINE, _("There is room."), "", facts)


def last_backup() -> dict[str, Any] | None:
    """Return what the last backup noted of itself, or None where there is no readable note."""
    try:
        note = json.loads(Path(settings.VAR_DIR, "backups.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if isinstance(note, list):
        note = note[-1] if note else None
    return note if isinstance(note, dict) else None


@guarded(lambda: _("Backup"))
def backup() -> Light:
    """When was the last backup made, and did it succeed?"""
    title, note = _("Backup"), last_backup()
    if note is None:
        advice = _("Run “manage.py backup”, or switch its timer on.")
        return Light(title, Level.LOOK, _("No backup yet."), advice)
    when = parse_datetime(str(note.get("when", "")))
    if when is not None and timezone.is_naive(when):
        when = timezone.make_aware(when)
    size = note.get("size")
    facts = [
        (_("Made"), moment(when)),
        (_("Name"), Path(str(note.get("where", "–"))).name or "–"),
        (_("Size"), filesizeformat(size) if isinstance(size, int | float) else "–"),
    ]
    again = _("Look at the log of the backup, and run “manage.py backup” again.")
    if note.get("ok") is not True:
        return Light(title, Level.ACT, _("The last backup failed."), again, facts)
    if when is None or timezone.now() - when > BACKUP_DUE:
        old = when is None or timezone.now() - when > 3 * BACKUP_DUE
        words = _("The last backup is older than a day.")
        return Light(title, Level.ACT if old else Level.LOOK, words, again, facts)
    return Light(title, Level.FINE, _("There is a backup of the last day."), "", facts)


def database_size() -> int:
    """Return the bytes that the main database takes."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    path = str(connection.settings_dict["NAME"])
    return sum(Path(path + tail).stat().st_size for tail in ("", "-wal") if Path(path + tail).is_file())


@guarded(lambda: _("Database"))
def database() -> Light:
    """Which database is it, how large, and does it fit this version?"""
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    facts = [
        (_("Database system"), connection.display_name),
        (_("Size"), filesizeformat(database_size())),
        (_("Migrations applied"), str(len(executor.loader.applied_migrations))),
    ]
    if waiting:
        words = ngettext(
            "%(count)s migration has not been applied.", "%(count)s migrations have not been applied.", waiting
        )
        advice = _("Run “manage.py upgrade”.")
        return Light(_("Database"), Level.ACT, words % {"count": waiting}, advice, facts)
    return Light(_("Database"), Level.FINE, _("The database fits this version."), "", facts)


@guarded(lambda: _("Audit log"))
def audit_log() -> Light:
    """Can the audit log be read, and was every row as it was written when it was checked last?"""
    title, last = _("Audit log"), AuditCheckpoint.objects.first()
    facts = [(_("Checked"), moment(last.checked_at if last else None))]
    try:
        facts.append((_("Rows so far"), str(chain.head().sequence)))
    except DatabaseError:
        words = _("The audit log cannot be read: TLP:AMBER and above stays closed.")
        return Light(title, Level.ACT, words, _("See “Audit log” in docs/how-to/operate.md."), facts)
    if last is not None and not last.sound:
        advice = _("Keep the log and its backups as they are, and find out who had access: docs/how-to/operate.md.")
        return Light(
            title, Level.ACT, _("Not every row is as it was written."), advice, [*facts, (_("Found"), last.trouble)]
        )
    if last is None or timezone.now() - last.checked_at > BACKUP_DUE:
        advice = _("Run “manage.py verify_audit”, and look whether the worker is running.")
        return Light(title, Level.LOOK, _("The audit log was not checked within a day."), advice, facts)
    return Light(title, Level.FINE, _("Every row is as it was written."), "", facts)


@guarded(lambda: _("Cache"))
def shared_cache() -> Light:
    """Can the cache be used? It counts wrong tries to sign in."""
    cache.get("status")
    return Light(_("Cache"), Level.FINE, _("The cache can be used."))


@guarded(lambda: _("Version"))
def version() -> Light:
    """Which version is running?"""
    project = tomllib.loads(Path(settings.BASE_DIR, "pyproject.toml").read_text(encoding="utf-8"))["project"]
    facts = [
        ("PSA Commons", str(project["version"])),
        ("Wagtail", str(wagtail.__version__)),
        ("Django", django.get_version()),
        ("Python", platform.python_version()),
    ]
    return Light(
        _("Version"), Level.FINE, _("Version %(number)s is running.") % {"number": project["version"]}, "", facts
    )
