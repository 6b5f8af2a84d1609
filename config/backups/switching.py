"""How does a restored state take the place of what stands, so that an interruption can be made good?

Everything new stands ready beside its place before anything is changed. A journal says what is under way; as long as
it stands, no web server, worker or other command starts. Each step can be done again, so that `finish` goes on where
an interrupted restore was.
"""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections

from config.backups import archive, manifest, postgres, running, sources, sqlite
from config.backups.facts import Damaged, NotRestored
from config.backups.manifest import Manifest
from config.backups.sources import Source
from config.databases import AUDIT, migrate_words
from search import indexing
from search.engines.base import EngineUnavailable
from search.engines.generations import RebuildRunning

Say = Callable[[str], None]


@dataclass
class Switch:
    """A restore that is ready to be put in place."""

    archive: str
    state: Manifest
    safety: str = ""  # the backup of what stood before; empty where nothing did

    def begin(self) -> None:
        """Write the journal: from now on the way is forward. Raises NotRestored where it cannot be written."""
        text = json.dumps({"archive": self.archive, "manifest": self.state.text(), "safety": self.safety})
        journal = running.journal_path(sources.var_dir())
        new = journal.with_suffix(".new")
        try:
            with new.open("w", encoding="utf-8") as written:
                written.write(text)
                written.flush()
                os.fsync(written.fileno())
            new.replace(journal)
        except OSError as error:
            new.unlink(missing_ok=True)
            clear_staging()
            raise NotRestored(f"{journal}: {error.strerror}. Nothing was changed.") from error

    def end(self) -> None:
        """Take the journal and everything that was staged away."""
        clear_staging()
        running.journal_path(sources.var_dir()).unlink(missing_ok=True)


def interrupted() -> Switch | None:
    """Return the restore that has not come to its end, or None. Raises NotRestored where its journal is torn."""
    journal = running.journal_path(sources.var_dir())
    if not journal.exists():
        return None
    try:
        row = json.loads(journal.read_text(encoding="utf-8"))
        return Switch(row["archive"], manifest.read(row["manifest"].encode()), row["safety"])
    except (ValueError, KeyError, TypeError, Damaged) as error:
        raise NotRestored(f"{journal} cannot be read. Remove it and restore again with --replace.") from error


def staging() -> Path:
    """Return the folder of what is unpacked before it is put in place."""
    return sources.var_dir() / "restore-staging"


def staged_database(source: Source) -> Path:
    """Return where a database stands ready: a SQLite file beside its place, so that it can be put there in one step."""
    if source.engine == "sqlite":
        return source.path.with_name(f".{source.path.name}.restored")
    return staging() / f"{source.alias}{archive.DUMP}"


def staged_media() -> Path:
    """Return where the uploads stand ready, beside their place."""
    media = sources.media_dir()
    return media.with_name(f".{media.name}.restored")


def _aside(place: Path) -> Path:
    """Return where what stood in a place goes, beside it."""
    return place.with_name(f".{place.name}.replaced")


def clear_staging() -> None:
    """Remove everything that was unpacked or moved aside."""
    shutil.rmtree(staging(), ignore_errors=True)
    for folder in (staged_media(), _aside(sources.media_dir())):
        shutil.rmtree(folder, ignore_errors=True)
    for source in sources.databases():
        if source.engine == "sqlite":
            shutil.rmtree(_aside(source.path), ignore_errors=True)
            staged = staged_database(source)
            for ending in ("", "-wal", "-shm", "-journal"):
                staged.with_name(staged.name + ending).unlink(missing_ok=True)


def put_in_place(switch: Switch, say: Say) -> None:
    """Replace databases and uploads by those that stand ready, then make anew what is derived from them.

    Raises NotRestored; the message says what stands now.
    """
    connections.close_all()
    restored = [source for source in sources.databases() if source.alias in switch.state.databases]
    # PostgreSQL first: there something may still refuse, and then nothing has been changed.
    restored.sort(key=lambda source: source.engine != "postgresql")
    changed = False
    try:
        for source in restored:
            _replace_database(source, switch.state)
            changed = True
        _replace_media()
        _make_anew(restored, say)
    except NotRestored:
        if not changed:
            switch.end()
            raise
        raise NotRestored(_what_to_do(switch, "The databases were replaced in part only.")) from None
    except (OSError, DatabaseError, CommandError) as error:
        raise NotRestored(_what_to_do(switch, f"It stopped half-way: {error}.")) from error


def _what_to_do(switch: Switch, reason: str) -> str:
    back = f" What stood before is in {switch.safety}." if switch.safety else ""
    return f"{reason} Mend what is wrong, then run: manage.py restore --finish.{back}"


def _replace_database(source: Source, state: Manifest) -> None:
    if source.engine == "postgresql":
        staged = staged_database(source)
        if staged.exists():
            postgres.load(source.alias, staged, state.databases[source.alias].tables)
        return
    aside = _aside(source.path)
    aside.mkdir(mode=0o700, parents=True, exist_ok=True)
    sqlite.replace(staged_database(source), source.path, aside)


def _replace_media() -> None:
    place, new, aside = sources.media_dir(), staged_media(), _aside(sources.media_dir())
    if not new.exists():
        return
    if place.exists():
        shutil.rmtree(aside, ignore_errors=True)
        place.rename(aside)
    new.rename(place)


def _make_anew(restored: list[Source], say: Say) -> None:
    """Bring the schema up to this version, and make cache and index anew."""
    # The old index knows entries of another state: nothing may be answered from it.
    (Path(settings.SEARCH_INDEX_DIR) / "current").unlink(missing_ok=True)
    for source in restored:
        # SQLite was brought up to this version beside its place.
        if source.engine != "sqlite":
            call_command(*migrate_words(source.alias))
    missing = {source.alias for source in sources.databases()} - {source.alias for source in restored}
    if AUDIT in missing:
        # A backup from before there was an audit log leaves the one that stands, and an empty place without one.
        call_command(*migrate_words(AUDIT))
    for alias in sorted(sources.cache_aliases()):
        call_command("createcachetable", database=alias, verbosity=0)
    sources.clear_caches()
    try:
        say(f"Search index: {indexing.rebuild()} works.")
    except (EngineUnavailable, RebuildRunning) as error:
        say(f"The search index could not be made ({error}); the worker makes it when it starts.")
