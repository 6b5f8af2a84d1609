"""A small site of files for tests of backups: one SQLite database, some uploads, no Django connection."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from config.backups import making, sealing, sources
from config.backups.sources import Source

PASSPHRASE = b"a passphrase for tests only"


@dataclass
class SmallSite:
    """Where everything of it is."""

    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "commons.sqlite3"

    @property
    def media(self) -> Path:
        return self.folder / "media"

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    def make(self, *, passphrase: bytes | None = None, **options: Any) -> making.Made:
        return making.write(folder=self.backups, passphrase=passphrase, **options)


def make_small_site(folder: Path, monkeypatch: pytest.MonkeyPatch) -> SmallSite:
    """Return a site with ten rows, a session and two uploads, which `config.backups` takes for its own."""
    site = SmallSite(folder)
    site.media.mkdir(parents=True)
    (site.media / "plan.pdf").write_bytes(b"%PDF-1.7 " + bytes(range(256)))
    (site.media / "original").mkdir()
    (site.media / "original" / "Grundriß.odt").write_bytes(b"odt")
    with closing(sqlite3.connect(site.database)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE note (text TEXT)")
        connection.execute("CREATE TABLE django_session (session_key TEXT)")
        connection.execute("CREATE TABLE django_migrations (app TEXT, name TEXT)")
        connection.executemany("INSERT INTO note VALUES (?)", [(f"note {number}",) for number in range(10)])
        connection.execute("INSERT INTO django_session VALUES ('somebody-is-signed-in')")
        connection.execute("INSERT INTO django_migrations VALUES ('people', '0001_initial')")
        connection.commit()
    monkeypatch.setattr(sources, "databases", lambda: [Source("default", "sqlite", {"NAME": str(site.database)})])
    monkeypatch.setattr(sources, "var_dir", lambda: folder)
    monkeypatch.setattr(sources, "media_dir", lambda: site.media)
    monkeypatch.setattr(sources, "secrets", lambda: {"SECRET_KEY": "the key of the small site"})
    monkeypatch.setattr(sealing, "COST", sealing.COSTS.start)  # quick, where the passphrase is no secret
    return site
